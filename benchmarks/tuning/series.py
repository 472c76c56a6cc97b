"""How good predicted losses and seconds are: ranks of settings, and how far they are off."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import median

from benchmarks.tuning.judging import tau
from benchmarks.tuning.logs import Truth
from couler_jupyter.tuning.logs import PredictedLog

SERIES = ("train_loss", "val_loss", "seconds")
_LEAST = 0.001
"""The share of its trivial value below which a loss counts as that."""


def measured(truth: Truth, logs: Sequence[PredictedLog]) -> list[float]:
    """Return Kendall's tau of what is told at the end, and its usual factor, by series."""
    found: list[float] = []
    for name in SERIES:
        pairs = _pairs(truth, logs, name)
        found.append(tau([one for one, _ in pairs], [other for _, other in pairs]))
        found.append(math.exp(median(abs(math.log(a / b)) for a, b in pairs)))
    return found


def _pairs(
    truth: Truth, logs: Sequence[PredictedLog], name: str
) -> list[tuple[float, float]]:
    """Return what was told of the end and what it is, of whole runs that had one."""
    least = 0.0
    if name != "seconds":  # labels that are numbers were standardized: 1 is trivial
        trivial = truth.task.goal.trivial
        least = _LEAST * (trivial or 1.0)
    told = {log.setting.key: getattr(log.points[-1], name) for log in logs}
    found: list[tuple[float, float]] = []
    for one in truth.kept:
        said = told[one.log.setting.key]
        real = one.log.seconds if name == "seconds" else _last(one.log.points, name)
        if said is not None and real is not None and not one.log.diverged:
            found.append((max(said, least), max(real, least)))
    return found


def _last(points: Sequence[object], name: str) -> float | None:
    value: float | None = getattr(points[-1], name) if points else None
    return value
