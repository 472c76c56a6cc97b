"""Forests that each leave one data set out, so that their errors elsewhere are known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

Array: TypeAlias = Any
_ABSENT: Final = -99.0
_LEAF: Final = 6
"""Rows of a leaf: settings of one table are many, tables are few."""
_TRIED: Final = 0.4
"""The share of the features that each split chooses from."""
_SEED: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Forested:
    """What forests say.

    Attributes:
        told: a row for each setting asked about.
        left_out: for each row learned from, what forests say that never saw its group.
    """

    told: Array
    left_out: Array


def forested(
    rows: Sequence[Mapping[str, float]],
    targets: Sequence[Sequence[float]],
    groups: Sequence[str],
    asked: Sequence[Mapping[str, float]],
    *,
    trees: int,
) -> Forested:
    """Learn targets from features, and tell them for other features.

    Args:
        rows: features by name; those that are absent count as a value of their own.
        targets: numbers for each row.
        groups: which data set each row is of; one forest is grown without each.
        asked: features to tell targets for.
        trees: of all forests together, about.
    """
    import numpy as np
    from sklearn.ensemble import ExtraTreesRegressor

    names = sorted({name for row in rows for name in row})
    x, x_asked = _matrix(rows, names), _matrix(asked, names)
    y, group = np.asarray(targets, float), np.asarray(groups)
    each = sorted(set(groups))
    told, left_out = [], np.full_like(y, np.nan)
    for number, one in enumerate(each):
        kept = group != one if len(each) > 1 else group == one
        forest = ExtraTreesRegressor(
            max(8, trees // len(each)),
            min_samples_leaf=_LEAF,
            max_features=_TRIED,
            random_state=_SEED + number,
        ).fit(x[kept], y[kept])
        told.append(forest.predict(x_asked).reshape(len(asked), -1))
        if len(each) > 1:
            out = forest.predict(x[~kept])
            left_out[~kept] = out.reshape(-1, y.shape[1])
    return Forested(told=np.mean(told, axis=0), left_out=left_out)


def _matrix(rows: Sequence[Mapping[str, float]], names: Sequence[str]) -> Array:
    import numpy as np

    return np.array([[row.get(name, _ABSENT) for name in names] for row in rows], float)
