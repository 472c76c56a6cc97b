"""What well-known metrics can be, and how good is perfect."""

from __future__ import annotations

import math
from typing import Final

from couler_jupyter.ir.tuning import Metric

_SHARES: Final = frozenset(
    {
        "accuracy",
        "average_precision",
        "balanced_accuracy",
        "f1",
        "f1_macro",
        "f1_micro",
        "f1_weighted",
        "jaccard",
        "precision",
        "recall",
        "roc_auc",
        "roc_auc_ovr",
        "roc_auc_ovo",
        "top_k_accuracy",
    }
)
_LOST: Final = frozenset(
    {
        "cross_entropy",
        "error",
        "log_loss",
        "loss",
        "mae",
        "mape",
        "max_error",
        "mean_absolute_error",
        "mean_squared_error",
        "median_absolute_error",
        "mse",
        "rmse",
        "root_mean_squared_error",
    }
)


def limits_of(metric: Metric) -> tuple[float, float]:
    """Return the least and the most that a metric can be.

    >>> limits_of(Metric(name="r2", direction="maximize"))
    (-inf, 1.0)
    """
    name = metric.name.lower().replace("-", "_").replace(" ", "_")
    if name in _SHARES:
        return 0.0, 1.0
    if name in {"r2", "explained_variance"}:
        return -math.inf, 1.0
    if name in _LOST:
        return 0.0, math.inf
    return -math.inf, math.inf


def perfect_of(metric: Metric) -> float | None:
    """Return what a metric is where nothing is wrong; None if that is not known.

    >>> perfect_of(Metric(name="log_loss", direction="minimize"))
    0.0
    """
    low, high = limits_of(metric)
    best = high if metric.sign > 0 else low
    return best if math.isfinite(best) else None
