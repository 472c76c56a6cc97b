"""Metrics that are known by name: which way each is better, and what triviality gives."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from couler_jupyter.errors import CardFault
from couler_jupyter.ir.tuning import (
    Classes,
    Direction,
    Interval,
    LabelSpace,
    Metric,
)

_SKEWED: Final = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A metric that is known.

    Attributes:
        direction: which way it is better.
        labels: what labels it is for.
        trivial: what predicting without looking at the input gives; None if unknown.
    """

    direction: Direction
    labels: type[Classes] | type[Interval]
    trivial: Callable[[LabelSpace], float | None]


def _unknown(labels: LabelSpace) -> float | None:
    del labels
    return None


def _largest(labels: LabelSpace) -> float | None:
    """The share of the most frequent class."""
    if not isinstance(labels, Classes) or not sum(labels.counts):
        return None
    return max(labels.counts) / sum(labels.counts)


def _entropy(labels: LabelSpace) -> float | None:
    if not isinstance(labels, Classes) or not sum(labels.counts):
        return None
    shares = (count / sum(labels.counts) for count in labels.counts if count)
    return -sum(share * math.log(share) for share in shares)


def _one_of_all(labels: LabelSpace) -> float | None:
    return 1 / len(labels.names) if isinstance(labels, Classes) else None


def _std(labels: LabelSpace) -> float | None:
    return labels.std if isinstance(labels, Interval) else None


def _variance(labels: LabelSpace) -> float | None:
    std = _std(labels)
    return None if std is None else std**2


def _known(
    direction: Direction,
    labels: type[Classes] | type[Interval],
    trivial: Callable[[LabelSpace], float | None] = _unknown,
) -> Known:
    return Known(direction=direction, labels=labels, trivial=trivial)


_MORE, _LESS = Direction.MAXIMIZE, Direction.MINIMIZE
METRICS: Final[Mapping[str, Known]] = MappingProxyType(
    {
        "accuracy": _known(_MORE, Classes, _largest),
        "balanced_accuracy": _known(_MORE, Classes, _one_of_all),
        "f1": _known(_MORE, Classes),
        "f1_macro": _known(_MORE, Classes),
        "roc_auc": _known(_MORE, Classes, lambda _: 0.5),
        "log_loss": _known(_LESS, Classes, _entropy),
        "r2": _known(_MORE, Interval, lambda _: 0.0),
        "rmse": _known(_LESS, Interval, _std),
        "mse": _known(_LESS, Interval, _variance),
        "mae": _known(_LESS, Interval),
    }
)


def default_metric(labels: LabelSpace) -> Metric:
    """Return what learning such labels is judged by, if nobody says otherwise.

    Accuracy of classes, or balanced accuracy where more than 80 % are of one class; of
    numbers the coefficient of determination.
    """
    if isinstance(labels, Interval):
        return metric_named("r2", labels)
    share = _largest(labels)
    skewed = share is not None and share > _SKEWED
    return metric_named("balanced_accuracy" if skewed else "accuracy", labels)


def metric_named(name: str, labels: LabelSpace, direction: str = "") -> Metric:
    """Return the metric of a name, for such labels.

    Raises:
        CardFault: it is not known and has no direction, or is not for such labels.
    """
    known = METRICS.get(name)
    if known is None:
        return Metric(name=name, direction=_said(name, direction))
    if fault := unfit(name, labels):
        raise CardFault(fault)
    if direction and direction != known.direction:
        raise CardFault(f"metric {name!r}: {known.direction}, not {direction}")
    return Metric(name=name, direction=known.direction, trivial=known.trivial(labels))


def unfit(name: str, labels: LabelSpace) -> str | None:
    """Return what is wrong with a metric for such labels, or None."""
    known = METRICS.get(name)
    if known is None or isinstance(labels, known.labels):
        return None
    are = "classes" if isinstance(labels, Classes) else "numbers"
    fit = ", ".join(n for n, one in METRICS.items() if isinstance(labels, one.labels))
    return f"metric {name!r} is not for labels that are {are}; {fit} are"


def _said(name: str, direction: str) -> Direction:
    if direction not in list(Direction):
        raise CardFault(
            f"metric {name!r} is not known and has no direction; say maximize or minimize"
        )
    return Direction(direction)
