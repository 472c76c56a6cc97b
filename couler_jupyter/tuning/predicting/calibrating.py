"""Predictions put right by what was really run: their level, and how far they err.

Ranks carry over from other data, intervals do not. Each real run of the task tells an error;
an interval as wide as the k-th largest of n errors holds the next value in k of n + 1 cases
(conformal prediction: Vovk, Gammerman, Shafer, "Algorithmic learning in a random world",
2005), whatever the predictor, if the settings that were run were drawn like the others.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final as Constant

from couler_jupyter.ir.tuning import Metric
from couler_jupyter.tuning.logs import Final, Point, PredictedLog
from couler_jupyter.tuning.predicting.scale import limits_of

LEVEL: Constant = 0.8
"""The share of cases that an interval is meant to hold."""


def least_runs(level: float = LEVEL) -> int:
    """Return how many real runs an interval of that level takes.

    >>> least_runs(0.8), least_runs(0.9)
    (4, 9)
    """
    return math.ceil(level / (1 - level) - 1e-9)


def calibrated(
    logs: Iterable[PredictedLog],
    real: Mapping[str, float],
    metric: Metric,
    *,
    level: float = LEVEL,
    drawn: bool = False,
) -> tuple[PredictedLog, ...]:
    """Return predictions shifted and widened by the errors of those that were run.

    Fewer real runs than `least_runs` leave everything as it was, `calibrated` too.

    Args:
        logs: of all settings, those that were run among them.
        real: the metric at the end of real full runs, by the key of the setting.
        metric: what is predicted, so that no interval leaves its limits.
        level: the share of real values that intervals are to hold.
        drawn: whether the settings that were run were drawn at random. Those that were
            chosen resemble each other, and so do their errors: intervals then become no
            narrower than they were.
    """
    all_logs = tuple(logs)
    pairs = [
        (log.value, real[log.setting.key])
        for log in all_logs
        if math.isfinite(real.get(log.setting.key, math.nan))
    ]
    if len(pairs) < least_runs(level):
        return all_logs
    shift, reach = _fitted([found - said for said, found in pairs], level)

    def reach_of(log: PredictedLog) -> float:
        before = (log.final.high - log.final.low) / 2
        return reach if drawn else max(reach, before)

    return tuple(_moved(log, shift, reach_of(log), metric, level) for log in all_logs)


def _fitted(errors: Sequence[float], level: float) -> tuple[float, float]:
    """Return the mean error, and how far values lie from it, each left out in turn."""
    count, total = len(errors), math.fsum(errors)
    left_out = sorted(abs(e - (total - e) / (count - 1)) for e in errors)
    place = math.ceil((count + 1) * level - 1e-9)
    return total / count, left_out[min(place, count) - 1]


def _moved(
    log: PredictedLog, shift: float, reach: float, metric: Metric, level: float
) -> PredictedLog:
    low, value, high = _around(log.value, shift, reach, metric)
    return replace(
        log,
        final=Final(value=value, low=low, high=high, level=level),
        points=tuple(_moved_point(one, shift, reach, metric) for one in log.points),
        calibrated=True,
    )


def _moved_point(point: Point, shift: float, reach: float, metric: Metric) -> Point:
    """Return a point of the curve beside its new end."""
    if point.metric is None:
        return point
    low, value, high = _around(point.metric, shift, reach, metric)
    return replace(point, metric=value, metric_low=low, metric_high=high)


def _around(
    value: float, shift: float, reach: float, metric: Metric
) -> tuple[float, float, float]:
    least, most = limits_of(metric)
    middle = value + shift
    low, value, high = (
        min(max(number, least), most)
        for number in (middle - reach, middle, middle + reach)
    )
    return low, value, high
