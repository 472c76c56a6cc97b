"""Losses and seconds, as earlier logs tell them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from couler_jupyter.ir.tuning import Classes, Direction, Interval, Metric
from couler_jupyter.tuning.logs import PredictedLog
from couler_jupyter.tuning.logs.shelf import Kept
from couler_jupyter.tuning.predicting import Task
from couler_jupyter.tuning.predicting.past_runs import PastRuns
from tests.tuning.predicting.test_past_runs import asked, past


def measured(
    kept: Kept, *, timed: bool = True, by_unit: bool = True, losses: bool = True
) -> Kept:
    """A run that says more: deep trees take longer, and losses mirror the metric."""
    pace = 0.01 * float(str(kept.log.setting["max_depth"]))
    points = tuple(
        replace(
            point,
            train_loss=0.5 * (1 - (point.metric or 0)) if losses else None,
            val_loss=1 - (point.metric or 0) if losses else None,
            seconds=pace * point.unit**1.1 if timed and by_unit else None,
        )
        for point in kept.log.points
    )
    seconds = pace * 40 if timed else None
    return replace(kept, log=replace(kept.log, points=points, seconds=seconds))


def told(task: Task, *past_runs: Kept) -> tuple[PredictedLog, ...]:
    return PastRuns(past=past_runs, trees=60).predict(task, asked(task))


def test_losses_and_seconds_are_as_they_were_elsewhere(task: Task) -> None:
    logs = told(task, *(measured(one) for one in past(task)))
    best = next(log for log in logs if log.setting["learning_rate"] == 0.1)
    worst = next(log for log in logs if log.setting["learning_rate"] == 0.01)
    first, last = best.points[0], best.points[-1]
    assert last.seconds == pytest.approx(40**1.1 * 0.04, rel=0.3)
    assert first.seconds == pytest.approx(4 * 0.04, rel=0.3)
    assert last.val_loss is not None
    assert last.val_loss == pytest.approx(0.1, rel=0.5)  # it is 0.35 at worst
    assert last.train_loss == pytest.approx(0.05, rel=0.5)
    assert (first.val_loss or 0) > last.val_loss
    assert (worst.points[-1].val_loss or 0) > last.val_loss
    (about,) = best.warnings
    assert about.startswith(
        "seconds are as on the machines of earlier runs, and off by"
    )
    assert "evenly" not in about


def test_losses_count_by_the_labels_there_are(task: Task) -> None:
    even = replace(task.data, label_space=Classes(names=("a", "b"), counts=(50, 50)))
    rare = replace(task.data, label_space=Classes(names=("a", "b"), counts=(98, 2)))
    runs = [measured(one) for one in past(task)]
    usual, less = (told(replace(task, data=one), *runs)[0] for one in (even, rare))
    shares = [(log.points[-1].val_loss or 0) for log in (less, usual)]
    assert shares[0] / shares[1] == pytest.approx(0.098 / 0.693, rel=0.01)


def test_what_earlier_logs_lack_is_left_empty(task: Task) -> None:
    (log, *_) = told(
        task, *(measured(one, timed=False, losses=False) for one in past(task))
    )
    assert all(
        (one.train_loss, one.val_loss, one.seconds) == (None,) * 3 for one in log.points
    )
    assert log.warnings == (
        "earlier logs do not tell train_loss, val_loss, seconds here; left empty",
    )


def test_seconds_of_whole_runs_are_spread_evenly(task: Task) -> None:
    (log, *_) = told(task, *(measured(one, by_unit=False) for one in past(task)))
    tenth, whole = log.points[0].seconds, log.points[-1].seconds
    assert tenth == pytest.approx((whole or 0) / 10)
    assert log.warnings[0].endswith("evenly, for only whole runs were timed")


def test_labels_that_nobody_counted_tell_no_losses(task: Task) -> None:
    labels = Classes(names=("ham", "spam"))
    (log, *_) = told(
        replace(task, data=replace(task.data, label_space=labels)),
        *(measured(one) for one in past(task)),
    )
    assert log.points[-1].val_loss is None
    assert log.points[-1].seconds is not None
    assert "do not tell train_loss, val_loss here" in log.warnings[0]


@pytest.mark.parametrize(("scale", "known"), [(1.0, True), (50.0, False)])
def test_losses_of_numbers_carry_over_where_their_scales_agree(
    task: Task, scale: float, known: bool
) -> None:
    r2 = Metric(name="r2", direction=Direction.MAXIMIZE, trivial=0.0)
    numbers = replace(task.data, metric=r2, label_space=Interval(low=0, high=1))
    task = replace(task, data=numbers)

    def scaled(one: Kept) -> Kept:
        by = scale if one.data.name == "c" else 1.0
        points = tuple(
            replace(point, val_loss=(point.val_loss or 0) * by)
            for point in one.log.points
        )
        return replace(one, log=replace(one.log, points=points))

    (log, *_) = told(task, *(scaled(measured(one)) for one in past(task)))
    assert (log.points[-1].val_loss is not None) is known
