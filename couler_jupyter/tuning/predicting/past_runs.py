"""Training logs as earlier real runs went: on other data, with settings that act alike.

What carries over is how good a setting is within its table, so that is what is learned:
the metric between the worst and the best of the table, at each tenth of the way. Its level
on new data is the middle of the worst and the best of all tables; intervals are as wide as
four fifths of the errors on data sets that were left out in turn, and are not calibrated.
Losses and seconds are told as far as earlier logs do: see `past_series`.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, TypeAlias

from couler_jupyter.errors import PredictionFailed
from couler_jupyter.ir.tuning import Metric, Setting
from couler_jupyter.tuning.logs import (
    Final,
    Point,
    PredictedLog,
    PredictedSource,
    Predictor,
)
from couler_jupyter.tuning.logs.shelf import Kept
from couler_jupyter.tuning.predicting.calibrating import LEVEL
from couler_jupyter.tuning.predicting.features import features_of
from couler_jupyter.tuning.predicting.forests import Forested, forested
from couler_jupyter.tuning.predicting.past_series import (
    LOSSES,
    Name,
    Series,
    series_of,
)
from couler_jupyter.tuning.predicting.past_tables import (
    PARTS,
    Curve,
    PastTable,
    alike,
    level_of,
    tables_of,
)
from couler_jupyter.tuning.predicting.scale import limits_of, perfect_of
from couler_jupyter.tuning.predicting.source import Task

Array: TypeAlias = Any
_PACE: Name = "pace"


@dataclass(frozen=True, slots=True, kw_only=True)
class PastRuns:
    """Learns from earlier real runs; the default where no language model is configured.

    Attributes:
        past: real logs with their cards, as `Shelf.everything` and `shipped_runs` give.
        trees: of its forest.
    """

    name: ClassVar[str] = PredictedSource.PAST_RUNS.value

    past: tuple[Kept, ...]
    trees: int = 300

    def predict(
        self, task: Task, settings: Sequence[Setting]
    ) -> tuple[PredictedLog, ...]:
        """Return a log for each setting, in their order.

        Raises:
            PredictionFailed: no past runs are alike, or their level says nothing of this
                metric.
        """
        tables = alike(tables_of(self.past), task.space, task.goal)
        if not tables:
            raise PredictionFailed(
                f"no past runs set anything like {', '.join(task.space.names)}; run "
                "some settings in full first, or configure a language model"
            )
        if not settings:
            return ()
        scale = _scale(tables, task.goal)
        metric = self._learned(tables, task, settings)
        reach = _reach(tables, metric, scale)
        predictor = Predictor(
            name=self.name, model=f"extra-trees on {len(tables)} tables"
        )
        series = self._series(tables, task, settings)
        told = (*_warnings(tables, task), *_about(series))
        return tuple(
            _log(
                task,
                setting,
                scale,
                row,
                beside={
                    name: one.curves[place]
                    for name, one in series.items()
                    if one.curves is not None
                },
                reach=reach,
                predictor=predictor,
                warnings=told,
            )
            for place, (setting, row) in enumerate(
                zip(settings, metric.told, strict=True)
            )
        )

    def _series(
        self, tables: Sequence[PastTable], task: Task, settings: Sequence[Setting]
    ) -> dict[Name, Series]:
        if task.model.max_units is None:  # there is no curve to tell them on
            return {}
        trees = max(1, self.trees // 2)
        return {
            name: series_of(name, tables, task, settings, trees=trees)
            for name in (*LOSSES, _PACE)
        }

    def _learned(
        self, tables: Sequence[PastTable], task: Task, settings: Sequence[Setting]
    ) -> Forested:
        runs = [(table, run) for table in tables for run in table.runs]
        return forested(
            [features_of(table.data, table.model, run.setting) for table, run in runs],
            [_relative(table, run.metric) for table, run in runs],
            [table.group for table, _ in runs],
            [features_of(task.data, task.model, one) for one in settings],
            trees=self.trees,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scale:
    """Where the worst and the best setting of a task may come to, and what is a unit.

    Attributes:
        worst: metric at the end.
        best: likewise.
        unit: metric of one part of the scale on which errors are compared.
        metric: that is meant.
    """

    worst: float
    best: float
    unit: float
    metric: Metric

    def of(self, share: float) -> float:
        return self.worst + share * (self.best - self.worst)


def _relative(table: PastTable, curve: Sequence[float]) -> list[float]:
    """Return a curve between the worst end of its table (0) and the best (1)."""
    worst, best = table.ends
    return [min(max((one - worst) / (best - worst), -1.0), 1.0) for one in curve]


def _scale(tables: Sequence[PastTable], metric: Metric) -> _Scale:
    """Return the level to expect: as far from trivial to perfect as tables mostly were."""
    levels = [
        (worst, best)
        for table in tables
        if (worst := level_of(table.ends[0], table.data.metric)) is not None
        and (best := level_of(table.ends[1], table.data.metric)) is not None
    ]
    perfect, trivial = perfect_of(metric), metric.trivial
    if levels and perfect is not None and trivial is not None:
        unit = perfect - trivial
        worst, best = (statistics.median(ends) for ends in zip(*levels, strict=True))
        return _Scale(
            worst=trivial + worst * unit,
            best=trivial + best * unit,
            unit=abs(unit),
            metric=metric,
        )
    same = [one.ends for one in tables if one.data.metric.name == metric.name]
    if not same:
        raise PredictionFailed(
            f"metric {metric.name!r} has no trivial level, and no past run was judged by "
            "it; say in the data card what predicting without the input gives"
        )
    worst, best = (statistics.median(ends) for ends in zip(*same, strict=True))
    return _Scale(worst=worst, best=best, unit=abs(best - worst) or 1.0, metric=metric)


def _reach(tables: Sequence[PastTable], said: Forested, scale: _Scale) -> float:
    """Return how far values may lie off: four fifths of the errors on data left out."""
    errors: list[float] = []
    row = 0
    for table in tables:
        others = [one for one in tables if one.group != table.group]
        for run in table.runs:
            share = said.left_out[row][-1]
            row += 1
            if others and math.isfinite(share):
                known = _scale_known(others, table.data.metric)
                if known is not None:
                    errors.append(abs(known.of(share) - run.metric[-1]) / known.unit)
    if not errors:
        return abs(scale.best - scale.worst) / 2
    errors.sort()
    return scale.unit * errors[min(int(LEVEL * len(errors)), len(errors) - 1)]


def _scale_known(tables: Sequence[PastTable], metric: Metric) -> _Scale | None:
    try:
        return _scale(tables, metric)
    except PredictionFailed:
        return None


def _log(
    task: Task,
    setting: Setting,
    scale: _Scale,
    shares: Array,
    *,
    beside: Mapping[Name, Curve],
    reach: float,
    predictor: Predictor,
    warnings: tuple[str, ...],
) -> PredictedLog:
    least, most = limits_of(scale.metric)

    def within(number: float) -> float:
        return float(min(max(number, least), most))

    bands = [
        (within(value - reach), within(value), within(value + reach))
        for value in map(scale.of, shares)
    ]
    low, value, high = bands[-1]
    return PredictedLog(
        source=PredictedSource.PAST_RUNS,
        setting=setting,
        predictor=predictor,
        final=Final(value=value, low=low, high=high, level=LEVEL),
        points=_points(task.model.max_units, bands, beside),
        warnings=warnings,
    )


def _points(
    units: int | None,
    bands: Sequence[tuple[float, float, float]],
    beside: Mapping[Name, Curve],
) -> tuple[Point, ...]:
    """Return the curve at each tenth of the way; none where nothing says how long it is."""
    if units is None:
        return ()
    found: dict[int, Point] = {}
    seconds = 0.0
    for part, (low, value, high) in enumerate(bands):
        unit = max(1, round(units * (part + 1) / PARTS))
        at = {name: curve[part] for name, curve in beside.items()}
        pace = at.get(_PACE)
        seconds = seconds if pace is None else max(seconds, pace * unit)
        found[unit] = Point(
            unit=unit,
            train_loss=at.get("train_loss"),
            val_loss=at.get("val_loss"),
            metric=value,
            metric_low=low,
            metric_high=high,
            seconds=None if pace is None else seconds,
        )
    return tuple(found.values())


def _warnings(tables: Sequence[PastTable], task: Task) -> tuple[str, ...]:
    kinds = {table.data.task for table in tables}
    data = {table.group for table in tables}
    found: list[str] = []
    if len(data) < 3:
        found.append(f"learned from {len(data)} data sets only")
    if task.data.task not in kinds:
        found.append(f"no past run was one of {task.data.task}")
    return tuple(found)


def _about(series: Mapping[Name, Series]) -> Iterator[str]:
    """Yield what is to be known of losses and seconds."""
    words = {name: name for name in LOSSES} | {_PACE: "seconds"}
    missing = [words[name] for name, one in series.items() if one.curves is None]
    if missing:
        yield f"earlier logs do not tell {', '.join(missing)} here; left empty"
    pace = series.get(_PACE)
    if pace is None or pace.curves is None:
        return
    said = "seconds are as on the machines of earlier runs"
    if pace.factor is not None:
        said += f", and off by a factor of up to {pace.factor:.2g} in four of five"
    if pace.even:
        said += "; they are spread evenly, for only whole runs were timed"
    yield said
