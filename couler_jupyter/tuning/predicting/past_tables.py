"""Earlier real runs, put together by data and model, and made comparable across them."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Final

from couler_jupyter.ir.tuning import DataCard, Metric, ModelCard, Setting, Space
from couler_jupyter.tuning.logs import Point, RealLog, RealSource
from couler_jupyter.tuning.logs.shelf import Kept
from couler_jupyter.tuning.predicting.features import role_of
from couler_jupyter.tuning.predicting.scale import perfect_of

PARTS: Final = 10
"""Places of a whole run at which curves are compared."""
FEWEST: Final = 4
"""Settings below which a table says nothing of what is better."""
_ALIKE: Final = 0.5

Curve = tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PastRun:
    """How whole runs of one setting went; numbers at each tenth of the way.

    Attributes:
        setting: they were trained with.
        metric: mean of the runs, no worse than without looking at the input.
        train_loss: mean of the runs that did not diverge; None where they tell none.
        val_loss: likewise.
        pace: seconds of a unit, up to there; the same all the way where only whole runs
            were timed.
    """

    setting: Setting
    metric: Curve
    train_loss: Curve | None = None
    val_loss: Curve | None = None
    pace: Curve | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PastTable:
    """What is known of one model on one data set.

    Attributes:
        data: that was trained on.
        model: that was trained.
        runs: of each setting.
    """

    data: DataCard
    model: ModelCard
    runs: tuple[PastRun, ...]

    @property
    def group(self) -> str:
        """The same text for the same data, whatever it is judged by."""
        return self.data.key.split("/")[0]

    @property
    def ends(self) -> tuple[float, float]:
        """The worst and the best metric at the end, whichever way it is better."""
        ends = sorted(
            (run.metric[-1] for run in self.runs),
            key=lambda end: self.data.metric.sign * end,
        )
        return ends[0], ends[-1]


def tables_of(past: Iterable[Kept]) -> tuple[PastTable, ...]:
    """Return what whole real runs say, where enough settings differ in their end."""
    grouped: dict[tuple[str, str], list[Kept]] = defaultdict(list)
    for one in past:
        if one.log.source is RealSource.FULL_RUN:
            grouped[one.data.key, one.model.key].append(one)
    found = (_table(group) for group in grouped.values())
    return tuple(
        one for one in found if len(one.runs) >= FEWEST and one.ends[0] != one.ends[1]
    )


def alike(
    tables: Iterable[PastTable], space: Space, metric: Metric
) -> tuple[PastTable, ...]:
    """Return those whose hyper-parameters are, by what they do, mostly those of a space.

    Of runs that were judged in several ways, those count that were judged by `metric`.
    """
    roles = {role_of(name) for name in space.names}
    found: dict[tuple[str, str], PastTable] = {}
    for one in tables:
        key = one.group, one.model.key
        same = one.data.metric.name == metric.name
        if _share(roles, one) >= _ALIKE and (same or key not in found):
            found[key] = one
    return tuple(found.values())


def level_of(value: float, metric: Metric) -> float | None:
    """Return how far a value is from trivial (0) to perfect (1); None if that is unknown."""
    perfect = perfect_of(metric)
    if perfect is None or metric.trivial is None or perfect == metric.trivial:
        return None
    return (value - metric.trivial) / (perfect - metric.trivial)


def _table(group: Sequence[Kept]) -> PastTable:
    data, model = group[-1].data, group[-1].model
    logs: dict[str, list[RealLog]] = defaultdict(list)
    for one in group:
        logs[one.log.setting.key].append(one.log)
    runs = (_run(some, data.metric) for some in logs.values())
    return PastTable(
        data=data, model=model, runs=tuple(run for run in runs if run is not None)
    )


def _run(logs: Sequence[RealLog], metric: Metric) -> PastRun | None:
    metrics = _mean(_metric_curve(log, metric) for log in logs)
    if metrics is None:
        return None
    sound = [log for log in logs if not log.diverged]
    return PastRun(
        setting=logs[0].setting,
        metric=metrics,
        train_loss=_mean(_at_parts(log, attrgetter("train_loss")) for log in sound),
        val_loss=_mean(_at_parts(log, attrgetter("val_loss")) for log in sound),
        pace=_mean(_pace(log) for log in sound),
    )


def _metric_curve(log: RealLog, metric: Metric) -> Curve | None:
    """Return the metric on the way; of a run that diverged, what is trivial."""
    if log.diverged:
        return None if metric.trivial is None else (metric.trivial,) * PARTS
    curve = _at_parts(log, attrgetter("metric"))
    if curve is None or metric.trivial is None:
        return curve
    worst = metric.sign * metric.trivial
    return tuple(metric.sign * max(metric.sign * one, worst) for one in curve)


def _pace(log: RealLog) -> Curve | None:
    """Return the seconds of a unit up to each tenth; those of all where no point tells."""
    if (paces := _at_parts(log, _pace_at)) is not None:
        return paces
    if not log.seconds or not log.observed_units:
        return None
    return (log.seconds / log.observed_units,) * PARTS


def _pace_at(point: Point) -> float | None:
    return point.seconds / point.unit if point.seconds and point.unit else None


def _at_parts(log: RealLog, what: Callable[[Point], float | None]) -> Curve | None:
    """Return the last number at or before each tenth; the first one before all."""
    seen = [(point.unit, what(point)) for point in log.points]
    known = [(unit, number) for unit, number in seen if number is not None]
    if not known:
        return None
    ends = [log.observed_units * part / PARTS for part in range(1, PARTS + 1)]
    return tuple(
        next((number for unit, number in reversed(known) if unit <= end), known[0][1])
        for end in ends
    )


def _mean(curves: Iterable[Curve | None]) -> Curve | None:
    known = [curve for curve in curves if curve is not None]
    if not known:
        return None
    return tuple(math.fsum(column) / len(known) for column in zip(*known, strict=True))


def _share(roles: set[str], table: PastTable) -> float:
    theirs = {role_of(name) for run in table.runs for name in run.setting}
    return len(roles & theirs) / max(len(roles | theirs), 1)
