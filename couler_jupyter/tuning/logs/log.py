"""Training logs: those that were predicted, and those of real runs, as two types.

No function takes one for the other, and their files differ by `kind` and by `source`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from types import MappingProxyType
from typing import ClassVar, TypeAlias

from couler_jupyter.errors import LogFault
from couler_jupyter.ir.tuning import Setting

_AS_NAMED: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """What a log says of one unit of training; None for what it does not say.

    Attributes:
        unit: which, counted from 1; 0 is before training.
        train_loss: on what was trained on.
        val_loss: on what was held back.
        metric: on what was held back.
        metric_low: lower end of the metric's interval, in a predicted log.
        metric_high: upper end of it.
        seconds: since training began.

    Raises:
        LogFault: a number is not finite, or the interval does not hold the metric.
    """

    KEYS: ClassVar[Mapping[str, str]] = _AS_NAMED

    unit: int
    train_loss: float | None = None
    val_loss: float | None = None
    metric: float | None = None
    metric_low: float | None = None
    metric_high: float | None = None
    seconds: float | None = None

    def __post_init__(self) -> None:
        """Reject numbers that no training gives."""
        if self.unit < 0:
            raise LogFault(f"unit {self.unit} is below 0")
        for name in NUMBERS:
            value = getattr(self, name)
            if value is not None and not math.isfinite(value):
                raise LogFault(f"unit {self.unit}: {name} is {value}; leave it out")
        if self.seconds is not None and self.seconds < 0:
            raise LogFault(f"unit {self.unit}: {self.seconds:g} seconds is below 0")
        if (self.metric_low is None) != (self.metric_high is None):
            raise LogFault(f"unit {self.unit}: an interval needs both its ends")
        if self.metric_low is not None and self.metric_high is not None:
            _check_within(
                f"unit {self.unit}", self.metric, self.metric_low, self.metric_high
            )


NUMBERS = (
    "train_loss",
    "val_loss",
    "metric",
    "metric_low",
    "metric_high",
    "seconds",
)
"""What a point may say."""


class PredictedSource(StrEnum):
    """Where a predicted log comes from."""

    LLM = "llm"
    PAST_RUNS = "past-runs"
    CURVE_EXTRAPOLATION = "curve-extrapolation"


class RealSource(StrEnum):
    """Which kind of run a real log is of."""

    SHORT_RUN = "short-run"
    FULL_RUN = "full-run"


@dataclass(frozen=True, slots=True, kw_only=True)
class Predictor:
    """Who predicted a log, so that it can be asked again.

    Attributes:
        name: of the source, or of the method in it.
        model: the language model or estimator; empty for none.
        prompt_sha256: of what a language model was asked; empty for none.
        temperature: it was asked with; None for none.
        samples: answers that the log is made of.

    Raises:
        LogFault: it has no name, or is made of no sample.
    """

    KEYS: ClassVar[Mapping[str, str]] = _AS_NAMED

    name: str
    model: str = ""
    prompt_sha256: str = ""
    temperature: float | None = None
    samples: int = 1

    def __post_init__(self) -> None:
        """Reject a predictor that nobody could ask again."""
        if not self.name.strip():
            raise LogFault("a predictor needs a name")
        if self.samples < 1:
            raise LogFault(f"{self.name}: {self.samples} samples; 1 at the least")


@dataclass(frozen=True, slots=True, kw_only=True)
class Final:
    """The metric at the end of a full run, as predicted.

    Attributes:
        value: what is expected.
        low: lower end of the interval.
        high: upper end of it.
        level: share of real values that the interval is to hold, as 0.8.

    Raises:
        LogFault: the interval does not hold the value, or the level is no share.
    """

    KEYS: ClassVar[Mapping[str, str]] = _AS_NAMED

    value: float
    low: float
    high: float
    level: float = 0.8

    def __post_init__(self) -> None:
        """Reject an interval that holds nothing."""
        for name in ("value", "low", "high", "level"):
            if not math.isfinite(getattr(self, name)):
                raise LogFault(f"final {name} is {getattr(self, name)}")
        _check_within("final", self.value, self.low, self.high)
        if not 0 < self.level < 1:
            raise LogFault(f"final level {self.level:g} is not between 0 and 1")


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictedLog:
    """A training log that nobody has trained for.

    Attributes:
        source: where it comes from.
        setting: of the hyper-parameters.
        predictor: who made it.
        final: the metric at the end, as predicted.
        points: the way there.
        observed_units: of a real run that it goes on from; 0 for none.
        calibrated: whether its intervals were fitted to real runs of this task.
        verified_by: the real run that it was compared with; empty for none.
        warnings: what a person should know of it.

    Raises:
        LogFault: its points are out of order.
    """

    KEYS: ClassVar[Mapping[str, str]] = _AS_NAMED

    source: PredictedSource
    setting: Setting
    predictor: Predictor
    final: Final
    points: tuple[Point, ...] = ()
    observed_units: int = 0
    calibrated: bool = False
    verified_by: str = ""
    warnings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Reject what is no prediction."""
        if self.source not in list(PredictedSource):
            raise LogFault(f"a predicted log cannot come from {str(self.source)!r}")
        _check_order(self.points)

    @property
    def value(self) -> float:
        """The metric at the end, as predicted."""
        return self.final.value


@dataclass(frozen=True, slots=True, kw_only=True)
class RealLog:
    """The training log of a run that took place.

    Attributes:
        source: whether it ran to its end.
        setting: of the hyper-parameters.
        points: what was measured.
        observed_units: how far it came.
        seconds: it took; None if nobody measured.
        run: its id.
        diverged: whether a loss or the metric was no finite number.
        warnings: what a person should know of it.

    Raises:
        LogFault: its points are out of order, hold intervals, or go on behind its end.
    """

    KEYS: ClassVar[Mapping[str, str]] = _AS_NAMED

    source: RealSource
    setting: Setting
    points: tuple[Point, ...]
    observed_units: int
    seconds: float | None = None
    run: str = ""
    diverged: bool = False
    warnings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Reject what no run leaves behind."""
        if self.source not in list(RealSource):
            raise LogFault(f"a real log cannot come from {str(self.source)!r}")
        if self.observed_units < 0:
            raise LogFault(f"a run of {self.observed_units} units")
        if self.seconds is not None and not 0 <= self.seconds < math.inf:
            raise LogFault(f"a run of {self.seconds} seconds")
        _check_order(self.points)
        for point in self.points:
            if point.metric_low is not None:
                raise LogFault(f"unit {point.unit}: a measured metric has no interval")
        if self.points and self.points[-1].unit > self.observed_units:
            last = self.points[-1].unit
            raise LogFault(
                f"a run of {self.observed_units} units has a point at {last}"
            )

    @property
    def value(self) -> float | None:
        """The last metric that was measured; None if none was."""
        found = (one.metric for one in reversed(self.points))
        return next((metric for metric in found if metric is not None), None)


TrainingLog: TypeAlias = PredictedLog | RealLog
"""Either; `match` tells them apart."""


def real_log(
    source: RealSource,
    setting: Setting,
    rows: Iterable[Mapping[str, float | None]],
    *,
    run: str = "",
    seconds: float | None = None,
) -> RealLog:
    """Return the log of a run as its training wrote it down.

    What is no finite number is left out and warned of, and the run counts as diverged;
    of two rows for one unit the later counts.

    Args:
        source: whether it ran to its end.
        setting: that was trained with.
        rows: `unit` and what a `Point` may say, as numbers.
        run: its id.
        seconds: it took; None for those of the last row.

    Raises:
        LogFault: a row has no unit, or says something else.
    """
    points: dict[int, Point] = {}
    warnings: list[str] = []
    for row in rows:
        point, lost = _point_of(row)
        points[point.unit] = point
        warnings += lost
    ordered = tuple(points[unit] for unit in sorted(points))
    last = ordered[-1] if ordered else None
    return RealLog(
        source=source,
        setting=setting,
        points=ordered,
        observed_units=last.unit if last else 0,
        seconds=last.seconds if seconds is None and last else seconds,
        run=run,
        diverged=bool(warnings),
        warnings=tuple(warnings[:1]),
    )


def _point_of(row: Mapping[str, float | None]) -> tuple[Point, list[str]]:
    unit = row.get("unit")
    if unit is None or not math.isfinite(unit) or unit != int(unit):
        raise LogFault(f"a row of a training log needs a whole unit, not {unit!r}")
    if unknown := [name for name in row if name != "unit" and name not in NUMBERS]:
        raise LogFault(f"unit {int(unit)}: a training log says no {unknown[0]!r}")
    said = {name: row.get(name) for name in NUMBERS}
    lost = [
        f"{name} is {value} at unit {int(unit)}: training diverged"
        for name, value in said.items()
        if value is not None and not math.isfinite(value)
    ]
    kept = {n: v for n, v in said.items() if v is not None and math.isfinite(v)}
    return Point(unit=int(unit), **kept), lost


def _check_order(points: tuple[Point, ...]) -> None:
    for one, other in pairwise(points):
        if other.unit <= one.unit:
            raise LogFault(f"unit {other.unit} stands behind unit {one.unit}")


def _check_within(where: str, value: float | None, low: float, high: float) -> None:
    if low > high:
        raise LogFault(f"{where}: the interval ends at {high:g}, below {low:g}")
    if value is not None and not low <= value <= high:
        raise LogFault(f"{where}: {value:g} is not within {low:g} to {high:g}")
