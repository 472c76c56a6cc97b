from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from couler_jupyter.errors import PredictionFailed
from couler_jupyter.ir.tuning import Direction, Float, Metric, Setting, Space
from couler_jupyter.tuning.logs import Point, RealLog, RealSource
from couler_jupyter.tuning.logs.shelf import Kept
from couler_jupyter.tuning.predicting import Task
from couler_jupyter.tuning.predicting.past_runs import PastRuns
from couler_jupyter.tuning.predicting.past_tables import tables_of
from couler_jupyter.tuning.predicting.ranking import ranked
from couler_jupyter.tuning.predicting.shipped import shipped_runs

RATES = (0.01, 0.03, 0.1, 0.3, 1.0)


def run(
    task: Task, name: str, rate: float, depth: int, *, diverged: bool = False
) -> Kept:
    """A real run: rates near 0.1 are best, whatever the depth."""
    end = {0.01: 0.65, 0.03: 0.8, 0.1: 0.9, 0.3: 0.85, 1.0: 0.7}[rate]
    log = RealLog(
        source=RealSource.FULL_RUN,
        setting=Setting.of({"eta": rate, "max_depth": depth}),
        points=tuple(
            Point(unit=unit, metric=0.6 + (end - 0.6) * unit / 40)
            for unit in (1, 10, 20, 30, 40)
        ),
        observed_units=40,
        diverged=diverged,
    )
    data = replace(task.data, name=name, fingerprint=name)
    return Kept(data=data, model=task.model, log=log)


def past(task: Task, names: Iterable[str] = ("a", "b", "c")) -> tuple[Kept, ...]:
    return tuple(
        run(task, name, rate, depth)
        for name in names
        for rate in RATES
        for depth in (2, 4, 6)
    )


def asked(task: Task) -> tuple[Setting, ...]:
    return tuple(
        task.space.setting({"learning_rate": rate, "max_depth": 4}) for rate in RATES
    )


def test_what_was_good_elsewhere_is_ranked_first(task: Task) -> None:
    logs = PastRuns(past=past(task), trees=60).predict(task, asked(task))
    assert [log.setting for log in logs] == list(asked(task))
    best = ranked(logs, task.goal)[0]
    assert best.setting["learning_rate"] == 0.1  # there it is called eta
    assert not best.calibrated


def test_the_curve_leads_to_the_end_within_what_the_metric_can_be(task: Task) -> None:
    logs = PastRuns(past=past(task), trees=60).predict(task, asked(task))
    for log in logs:
        assert [point.unit for point in log.points] == list(range(4, 41, 4))
        assert log.points[-1].metric == log.final.value
        assert 0 <= log.final.low <= log.final.value <= log.final.high <= 1


def test_the_same_runs_give_the_same_logs(task: Task) -> None:
    source = PastRuns(past=past(task), trees=30)
    assert source.predict(task, asked(task)) == source.predict(task, asked(task))


def test_less_is_better_where_the_metric_says_so(task: Task) -> None:
    def lost(kept: Kept) -> Kept:
        metric = Metric(name="error", direction=Direction.MINIMIZE, trivial=0.4)
        points = tuple(
            replace(point, metric=1 - (point.metric or 0)) for point in kept.log.points
        )
        return replace(
            kept,
            data=replace(kept.data, metric=metric),
            log=replace(kept.log, points=points),
        )

    losing = tuple(map(lost, past(task)))
    task = replace(task, data=replace(task.data, metric=losing[0].data.metric))
    logs = PastRuns(past=losing, trees=60).predict(task, asked(task))
    assert ranked(logs, task.goal)[0].setting["learning_rate"] == 0.1


def test_few_data_sets_are_warned_of(task: Task) -> None:
    [log, *_] = PastRuns(past=past(task, ["a"]), trees=20).predict(task, asked(task))
    assert log.warnings[0] == "learned from 1 data sets only"


def test_runs_of_other_hyper_parameters_teach_nothing(task: Task) -> None:
    space = Space(
        dimensions=(
            ("dropout", Float(low=0, high=0.5)),
            ("heads", Float(low=1, high=8, step=1)),
        )
    )
    other = replace(task, space=space)
    with pytest.raises(
        PredictionFailed, match="no past runs set anything like dropout"
    ):
        PastRuns(past=past(task)).predict(other, [space.default()])


def test_no_past_runs_at_all_is_told(task: Task) -> None:
    with pytest.raises(PredictionFailed, match="run some settings in full first"):
        PastRuns(past=()).predict(task, asked(task))


def test_a_metric_of_unknown_level_is_told(task: Task) -> None:
    strange = Metric(name="my score", direction=Direction.MAXIMIZE)
    with pytest.raises(PredictionFailed, match="'my score' has no trivial level"):
        PastRuns(past=past(task)).predict(replace(task, metric=strange), asked(task))


def test_short_runs_are_no_past_runs(task: Task) -> None:
    short = tuple(
        replace(one, log=replace(one.log, source=RealSource.SHORT_RUN))
        for one in past(task)
    )
    assert tables_of(short) == ()


def test_a_run_that_diverged_counts_as_no_better_than_trivial(task: Task) -> None:
    runs = [run(task, "a", rate, 2) for rate in RATES]
    runs.append(run(task, "a", 0.1, 6, diverged=True))
    [table] = tables_of(runs)
    assert table.ends == (0.6, 0.9)


def test_the_package_ships_runs_of_both_families() -> None:
    tables = tables_of(shipped_runs())
    assert {table.model.name for table in tables} == {
        "HistGradientBoostingClassifier",
        "HistGradientBoostingRegressor",
        "MLPClassifier",
        "MLPRegressor",
    }
    assert all(len(table.runs) == 36 for table in tables)
    assert {table.data.metric.name for table in tables} == {
        "accuracy",
        "log_loss",
        "r2",
    }
