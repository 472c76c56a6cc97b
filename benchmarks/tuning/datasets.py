"""The data that the tables are trained on: what ships with scikit-learn, or is generated."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

Array: TypeAlias = Any
Rows: TypeAlias = Any
"""Features and labels, a pair of arrays."""
SPLITS = 5
"""How often each setting is trained, each time on other rows."""
HELD_BACK = 0.3
"""The share of the rows that is kept for validation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """Rows to train on and rows to validate with; all features are scaled.

    Attributes:
        x: features of the rows to train on.
        y: what they are, classes or numbers of mean 0 and deviation 1.
        x_held: features of the rows held back.
        y_held: what they are.
        classes: how many there are; 0 for numbers.
    """

    x: Array
    y: Array
    x_held: Array
    y_held: Array
    classes: int


def digits() -> Rows:
    """Return 1,797 pictures of digits, 8 by 8."""
    from sklearn.datasets import load_digits

    return load_digits(return_X_y=True)


def wine() -> Rows:
    """Return 178 wines of three makers."""
    from sklearn.datasets import load_wine

    return load_wine(return_X_y=True)


def breast_cancer() -> Rows:
    """Return 569 lumps, malignant or not."""
    from sklearn.datasets import load_breast_cancer

    return load_breast_cancer(return_X_y=True)


def diabetes() -> Rows:
    """Return 442 patients and how their disease went on."""
    from sklearn.datasets import load_diabetes

    return load_diabetes(return_X_y=True)


def iris() -> Rows:
    """Return 150 flowers of three kinds."""
    from sklearn.datasets import load_iris

    return load_iris(return_X_y=True)


def friedman() -> Rows:
    """Return 600 rows of Friedman's first function, with noise."""
    from sklearn.datasets import make_friedman1

    return make_friedman1(600, 10, noise=1.0, random_state=1)


def blobs() -> Rows:
    """Return 900 rows of five classes in 20 features, a tenth of them mislabelled."""
    from sklearn.datasets import make_classification

    return make_classification(
        900,
        20,
        n_informative=8,
        n_classes=5,
        n_clusters_per_class=2,
        flip_y=0.1,
        random_state=2,
    )


def hastie() -> Rows:
    """Return 1,000 rows of ten features, told apart by their length alone."""
    from sklearn.datasets import make_hastie_10_2

    return make_hastie_10_2(1000, random_state=3)


def linear() -> Rows:
    """Return 400 rows of a linear function of ten features, half of it noise."""
    from sklearn.datasets import make_regression

    return make_regression(400, 10, n_informative=6, noise=110.0, random_state=4)


def noisy() -> Rows:
    """Return 300 rows of Friedman's first function, half of it noise."""
    from sklearn.datasets import make_friedman1

    return make_friedman1(300, 10, noise=5.0, random_state=5)


def angles() -> Rows:
    """Return 500 rows of Friedman's third function, with little noise."""
    from sklearn.datasets import make_friedman3

    return make_friedman3(500, noise=0.05, random_state=6)


def moons() -> Rows:
    """Return 300 points of two half moons that overlap."""
    from sklearn.datasets import make_moons

    return make_moons(300, noise=0.35, random_state=7)


def wide() -> Rows:
    """Return 250 rows of two classes in 40 features, most of which say nothing."""
    from sklearn.datasets import make_classification

    return make_classification(
        250, 40, n_informative=6, n_redundant=4, flip_y=0.05, random_state=8
    )


def small() -> Rows:
    """Return 160 rows of three classes in 12 features."""
    from sklearn.datasets import make_classification

    return make_classification(
        160, 12, n_informative=8, n_classes=3, class_sep=1.5, random_state=9
    )


REAL: Mapping[str, Callable[[], Rows]] = {
    "digits": digits,
    "wine": wine,
    "breast-cancer": breast_cancer,
    "diabetes": diabetes,
}
"""On which the predictors are judged."""
FURTHER: Mapping[str, Callable[[], Rows]] = {
    "iris": iris,
    "friedman": friedman,
    "blobs": blobs,
    "hastie": hastie,
    "linear": linear,
    "noisy": noisy,
    "angles": angles,
    "moons": moons,
    "wide": wide,
    "small": small,
}
"""From which they may learn besides."""
NUMBERS = frozenset({"angles", "diabetes", "friedman", "linear", "noisy"})
"""Whose labels are numbers."""


def split_of(name: str, number: int) -> Split:
    """Return one split of a data set."""
    import numpy as np
    from sklearn.model_selection import train_test_split
    from sklearn.preprocessing import StandardScaler

    x, y = {**REAL, **FURTHER}[name]()
    numeric = name in NUMBERS
    if not numeric:
        y = np.unique(y, return_inverse=True)[1]
    parts: Any = train_test_split(
        x,
        y,
        test_size=HELD_BACK,
        random_state=number,
        stratify=None if numeric else y,
    )
    x, x_held, y, y_held = parts
    scaler = StandardScaler().fit(x)
    if numeric:
        mean, deviation = y.mean(), y.std()
        y, y_held = (y - mean) / deviation, (y_held - mean) / deviation
    return Split(
        x=scaler.transform(x),
        y=y,
        x_held=scaler.transform(x_held),
        y_held=y_held,
        classes=0 if numeric else int(y.max()) + 1,
    )
