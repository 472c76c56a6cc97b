"""Where short real runs would have come to, had they gone on: their own curve continued."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from couler_jupyter.errors import PredictionFailed
from couler_jupyter.ir.tuning import Setting
from couler_jupyter.tuning.logs import (
    Final,
    Point,
    PredictedLog,
    PredictedSource,
    Predictor,
    RealLog,
)
from couler_jupyter.tuning.predicting.curves import FEWEST, LEVEL, Band, extrapolate
from couler_jupyter.tuning.predicting.llm import checkpoints
from couler_jupyter.tuning.predicting.scale import limits_of
from couler_jupyter.tuning.predicting.source import Task


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveExtrapolation:
    """Continues what was measured; of each setting the longest log counts.

    Attributes:
        real: logs of short runs of the task.
    """

    name: ClassVar[str] = PredictedSource.CURVE_EXTRAPOLATION.value

    real: tuple[RealLog, ...]

    def predict(
        self, task: Task, settings: Sequence[Setting]
    ) -> tuple[PredictedLog, ...]:
        """Return how each setting's run goes on, in their order.

        Raises:
            PredictionFailed: a setting was not run, diverged, or has too few points; or
                the model card does not say how long a full run is.
        """
        last = checkpoints(task)[-1]
        return tuple(_continued(self._log_of(one), last, task) for one in settings)

    def _log_of(self, setting: Setting) -> RealLog:
        found = [log for log in self.real if log.setting == setting]
        if not found:
            raise PredictionFailed(
                f"{setting}: no run of it, so no curve to go on with"
            )
        return max(found, key=lambda log: log.observed_units)


def _continued(log: RealLog, last: int, task: Task) -> PredictedLog:
    units, values = _seen(log)
    if log.diverged:
        raise PredictionFailed(
            f"{log.setting}: its run diverged after {log.observed_units} "
            f"{task.model.log_unit}s; there is no curve to go on with"
        )
    if len(units) < FEWEST:
        raise PredictionFailed(
            f"{log.setting}: its log has {len(units)} points with a metric; a curve "
            f"needs {FEWEST}"
        )
    ahead = _ahead(log.observed_units, last)
    bands = [_within(band, task) for band in extrapolate(units, values, ahead)]
    end = bands[-1]
    return PredictedLog(
        source=PredictedSource.CURVE_EXTRAPOLATION,
        setting=log.setting,
        predictor=Predictor(name=CurveExtrapolation.name, model="least squares"),
        final=Final(value=end.value, low=end.low, high=end.high, level=LEVEL),
        points=(*log.points, *map(_point, ahead, bands)),
        observed_units=log.observed_units,
    )


def _seen(log: RealLog) -> tuple[tuple[int, ...], tuple[float, ...]]:
    """Return the units with a metric, from 1 on, and the metric."""
    seen = [(p.unit, p.metric) for p in log.points if p.metric is not None and p.unit]
    return tuple(unit for unit, _ in seen), tuple(metric for _, metric in seen)


def _ahead(observed: int, last: int) -> tuple[int, ...]:
    """Return ten units of what is left, the last among them."""
    if observed >= last:
        return (observed + 1,)
    left = last - observed
    return tuple(sorted({observed + -(-left * part // 10) for part in range(1, 11)}))


def _within(band: Band, task: Task) -> Band:
    least, most = limits_of(task.goal)
    low, value, high = (
        min(max(number, least), most) for number in (band.low, band.value, band.high)
    )
    return Band(value=value, low=low, high=high)


def _point(unit: int, band: Band) -> Point:
    return Point(
        unit=unit, metric=band.value, metric_low=band.low, metric_high=band.high
    )
