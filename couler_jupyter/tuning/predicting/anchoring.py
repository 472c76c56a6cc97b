"""A predicted curve put through what a short real run measured.

Short runs mislead where slow settings end best, and curves fitted to them see no turn that
has not begun. What past runs know is how much settings like this one still gain or lose
from there on: that is added to what was measured, and the middle is taken between that and
the run's own curve, for the two err differently.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Final as Constant

from couler_jupyter.errors import PredictionFailed
from couler_jupyter.ir.tuning import Metric
from couler_jupyter.tuning.logs import (
    Final,
    Point,
    PredictedLog,
    PredictedSource,
    Predictor,
    RealLog,
)
from couler_jupyter.tuning.predicting.scale import limits_of

NAME: Constant = "predicted curve through a short run"


def anchored(
    predicted: PredictedLog, real: RealLog, metric: Metric, further: PredictedLog
) -> PredictedLog:
    """Return where a short run comes to, by its own curve and by what was predicted.

    Args:
        predicted: of the same setting, with a curve.
        real: the short run.
        metric: that is meant.
        further: the run's own curve, continued.

    Raises:
        PredictionFailed: the prediction has no curve there, or the run no metric.
    """
    start, seen = _metric_at(predicted, real.observed_units), real.value
    if seen is None or start is None:
        raise PredictionFailed(
            f"{real.setting}: no curve was predicted that its short run could be laid on"
        )
    gain = seen - start
    aside = (further.value - predicted.value - gain) / 2
    laid = predicted.value + gain
    value = _within(laid + aside, metric)
    ends = (value, _within(laid, metric), further.final.low, further.final.high)
    return replace(
        further,
        source=PredictedSource.CURVE_EXTRAPOLATION,
        predictor=Predictor(name=NAME, model=predicted.predictor.model),
        final=Final(
            value=value, low=min(ends), high=max(ends), level=further.final.level
        ),
        points=(
            *real.points,
            *_rest(predicted, real.observed_units, gain, aside, metric),
        ),
    )


def _rest(
    predicted: PredictedLog, observed: int, gain: float, aside: float, metric: Metric
) -> Iterator[Point]:
    """Return the predicted curve from there on, led to its new end."""
    last = predicted.points[-1].unit
    for one in predicted.points:
        if one.metric is not None and one.unit > observed:
            share = (one.unit - observed) / (last - observed)
            moved = _within(one.metric + gain + share * aside, metric)
            yield Point(unit=one.unit, metric=moved)


def _within(number: float, metric: Metric) -> float:
    least, most = limits_of(metric)
    return min(max(number, least), most)


def _metric_at(log: PredictedLog, unit: int) -> float | None:
    """Return the metric of a predicted curve at a unit, straight between its points."""
    known = [(one.unit, one.metric) for one in log.points if one.metric is not None]
    if not known or not known[0][0] <= unit <= known[-1][0]:
        return None
    for (left, low), (right, high) in pairwise(known):
        if left <= unit <= right:
            return low + (high - low) * (unit - left) / (right - left)
    return known[0][1]
