"""The cards and the space that go with each table: all that a predictor may look at."""

from __future__ import annotations

from functools import cache

from benchmarks.tuning.datasets import FURTHER, NUMBERS, REAL, Array
from benchmarks.tuning.families import DEFAULTS, EPOCHS, ROUNDS, settings_of
from couler_jupyter.ir.constant import Constant
from couler_jupyter.ir.tuning import (
    Categorical,
    Classes,
    DataCard,
    Direction,
    Float,
    Int,
    Interval,
    Metric,
    ModelCard,
    Setting,
    Space,
)
from couler_jupyter.tuning.predicting import Task

_NAMES = {
    "digits": "Optical recognition of handwritten digits",
    "wine": "Wine recognition",
    "breast-cancer": "Breast cancer Wisconsin (diagnostic)",
    "diabetes": "Diabetes",
    "iris": "Iris plants",
    "friedman": "Friedman's first function, generated",
    "blobs": "Clusters of five classes, generated",
    "hastie": "Ten Gaussians by their length, generated",
    "linear": "A linear function with noise, generated",
    "noisy": "Friedman's first function with much noise, generated",
    "angles": "Friedman's third function, generated",
    "moons": "Two half moons, generated",
    "wide": "Two classes in 40 features, generated",
    "small": "Three classes, 160 rows, generated",
}
_SPACES: dict[str, Space] = {
    "mlp": Space(
        dimensions=(
            (
                "learning_rate_init",
                Float(low=0.0003, high=0.1, log=True, default=0.001),
            ),
            ("solver", Categorical(choices=("adam", "sgd"))),
            ("batch_size", Int(low=16, high=200, log=True, default=200)),
        )
    ),
    "boosting": Space(
        dimensions=(
            ("learning_rate", Float(low=0.01, high=1.0, log=True, default=0.1)),
            ("max_leaf_nodes", Int(low=4, high=31, log=True, default=31)),
            ("min_samples_leaf", Int(low=5, high=20, default=20)),
        )
    ),
}


def task_of(data: str, family: str, metric: str = "log_loss") -> Task:
    """Return what is known of a table before anything was trained.

    Args:
        data: name of the data set.
        family: of the model.
        metric: `log_loss` or `accuracy`; numbers are always judged by R2.
    """
    return Task(
        data=data_card(data, metric),
        model=model_card(data, family),
        space=_SPACES[family],
    )


@cache
def data_card(name: str, metric: str) -> DataCard:
    """Return the card of a data set."""
    x, y = {**REAL, **FURTHER}[name]()
    numeric = name in NUMBERS
    return DataCard(
        name=_NAMES[name],
        input_type="tabular",
        label_space=_numbers(y) if numeric else _classes(y),
        metric=_r2() if numeric else _METRICS[metric](y),
        rows=len(x),
        features=x.shape[1],
        types=(("number", x.shape[1]),),
        missing_fraction=0.0,
        bytes=int(x.nbytes),
        fingerprint=f"benchmark:{name}",
    )


def model_card(data: str, family: str) -> ModelCard:
    """Return the card of a family of models, for classes or for numbers."""
    kind = "Regressor" if data in NUMBERS else "Classifier"
    if family == "mlp":
        return ModelCard(
            name=f"MLP{kind}",
            library="scikit-learn",
            structure="standardized features, one hidden layer of 100 ReLU units, output",
            description="a multi-layer perceptron, trained by mini-batches",
            architecture_hyperparameters=(
                ("hidden_layer_sizes", Constant.of([100])),
                ("momentum of sgd (Nesterov)", Constant.of(0.9)),
                ("alpha", Constant.of(0.0001)),
            ),
            log_unit="epoch",
            max_units=EPOCHS,
            entrypoint=f"sklearn.neural_network:MLP{kind}",
        )
    return ModelCard(
        name=f"HistGradientBoosting{kind}",
        library="scikit-learn",
        structure="a sum of regression trees on binned features, for each class",
        description="gradient boosting, a tree for each class in every round",
        architecture_hyperparameters=(("l2_regularization", Constant.of(0.0)),),
        log_unit="round",
        max_units=ROUNDS,
        entrypoint=f"sklearn.ensemble:HistGradientBoosting{kind}",
    )


def listed(family: str) -> tuple[Setting, ...]:
    """Return the settings of a family's tables, in their order."""
    return tuple(Setting.of(one) for one in settings_of(family))


def default(family: str) -> Setting:
    """Return the setting that the library starts from."""
    return Setting.of(DEFAULTS[family])


def _classes(y: Array) -> Classes:
    import numpy as np

    names, counts = np.unique(y, return_counts=True)
    return Classes(
        names=tuple(f"{name:g}" for name in names), counts=tuple(map(int, counts))
    )


def _numbers(y: Array) -> Interval:
    return Interval(
        low=float(y.min()),
        high=float(y.max()),
        mean=float(y.mean()),
        std=float(y.std()),
    )


def _accuracy(y: Array) -> Metric:
    import numpy as np

    most = float(np.unique(y, return_counts=True)[1].max() / len(y))
    return Metric(
        name="accuracy", direction=Direction.MAXIMIZE, trivial=float(f"{most:.4g}")
    )


def _log_loss(y: Array) -> Metric:
    import numpy as np

    shares = np.unique(y, return_counts=True)[1] / len(y)
    entropy = -float((shares * np.log(shares)).sum())
    return Metric(
        name="log_loss", direction=Direction.MINIMIZE, trivial=float(f"{entropy:.4g}")
    )


def _r2() -> Metric:
    return Metric(name="r2", direction=Direction.MAXIMIZE, trivial=0.0)


_METRICS = {"accuracy": _accuracy, "log_loss": _log_loss}
