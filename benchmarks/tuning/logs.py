"""Tables as the package knows them: real logs with their cards, and what is true of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from benchmarks.tuning.cards import task_of
from benchmarks.tuning.families import Row
from benchmarks.tuning.tables import Table, Trained
from couler_jupyter.ir.tuning import Metric, Setting
from couler_jupyter.tuning.logs import Point, RealLog, RealSource
from couler_jupyter.tuning.logs.shelf import Kept
from couler_jupyter.tuning.predicting import Task


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """A table, judged by one metric.

    Attributes:
        table: that was trained.
        task: its cards and space.
        kept: a real log for each setting: the mean of the splits.
    """

    table: Table
    task: Task
    kept: tuple[Kept, ...]

    @property
    def settings(self) -> tuple[Setting, ...]:
        """All of the table."""
        return tuple(one.log.setting for one in self.kept)


def truth_of(table: Table, metric: str = "log_loss") -> Truth:
    """Return a table as real logs, judged by a metric; R2 for numbers."""
    task = task_of(table.data, table.family, metric)
    kept = tuple(
        Kept(
            data=task.data, model=task.model, log=mean_log(one, task.goal, table.units)
        )
        for one in table.trained
    )
    return Truth(table=table, task=task, kept=kept)


def mean_log(one: Trained, metric: Metric, units: int) -> RealLog:
    """Return the mean of the splits, as long as all of them last."""
    length = min(len(split) for split in one.splits)
    points = tuple(_points(one.splits, metric, length))
    return RealLog(
        source=RealSource.FULL_RUN,
        setting=Setting.of(one.setting),
        points=points,
        observed_units=length,
        seconds=sum(one.seconds) / len(one.seconds),
        diverged=length < units,
    )


def shortened(log: RealLog, units: int) -> RealLog:
    """Return what a short run of a setting would have left behind."""
    points = tuple(point for point in log.points if point.unit <= units)
    return RealLog(
        source=RealSource.SHORT_RUN,
        setting=log.setting,
        points=points,
        observed_units=points[-1].unit if points else 0,
        diverged=log.diverged and log.observed_units <= units,
    )


def split_log(one: Trained, metric: Metric, units: int, split: int) -> RealLog:
    """Return the log of one split alone."""
    alone = Trained(
        setting=one.setting, splits=(one.splits[split],), seconds=(one.seconds[split],)
    )
    return mean_log(alone, metric, units)


def _points(
    splits: Iterable[tuple[Row, ...]], metric: Metric, length: int
) -> Iterator[Point]:
    all_splits = tuple(splits)
    for unit in range(length):
        rows = [split[unit] for split in all_splits]
        train, held, judged = (sum(c) / len(rows) for c in zip(*rows, strict=True))
        yield Point(
            unit=unit + 1,
            train_loss=train,
            val_loss=held,
            metric=held if metric.name == "log_loss" else judged,
        )
