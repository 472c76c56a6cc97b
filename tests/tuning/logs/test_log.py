"""Training logs: what they may hold, and that predicted ones are never real ones."""

from __future__ import annotations

import json
import math
from collections.abc import Callable

import pytest

from couler_jupyter.errors import LogFault, TuningFault
from couler_jupyter.ir.tuning import Setting
from couler_jupyter.ir.tuning.document import document_of, read_document
from couler_jupyter.tuning.logs import (
    Final,
    Point,
    PredictedLog,
    PredictedSource,
    Predictor,
    RealLog,
    RealSource,
    real_log,
)

SETTING = Setting.of({"rate": 0.1})
GUESS = PredictedLog(
    source=PredictedSource.LLM,
    setting=SETTING,
    predictor=Predictor(name="llm", model="m", prompt_sha256="ab", samples=3),
    final=Final(value=0.9, low=0.8, high=0.95),
    points=(Point(unit=1, metric=0.5, metric_low=0.4, metric_high=0.6),),
    warnings=("fewer points than asked",),
)
REAL = RealLog(
    source=RealSource.SHORT_RUN,
    setting=SETTING,
    points=(Point(unit=1, metric=0.5), Point(unit=2, val_loss=0.1)),
    observed_units=2,
    seconds=1.5,
    run="r-1",
)


@pytest.mark.parametrize("log", [GUESS, REAL], ids=["predicted", "real"])
def test_logs_survive_a_file(log: PredictedLog | RealLog) -> None:
    text = json.dumps(document_of(log, tagged=True))
    assert read_document(type(log), json.loads(text), of="log", tagged=True) == log


@pytest.mark.parametrize(
    ("log", "other"), [(GUESS, RealLog), (REAL, PredictedLog)], ids=["guess", "real"]
)
def test_no_file_of_one_is_read_as_the_other(
    log: PredictedLog | RealLog, other: type
) -> None:
    document = document_of(log, tagged=True)
    with pytest.raises(TuningFault, match="is of no kind that goes here"):
        read_document(other, document, of="log", tagged=True)
    document["kind"] = "real-log" if other is RealLog else "predicted-log"
    with pytest.raises(TuningFault, match=r"log\.source: must be one of"):
        read_document(other, document, of="log", tagged=True)


def test_a_diverging_run_keeps_what_was_measured_and_says_so() -> None:
    rows = [
        {"unit": 2, "val_loss": math.nan, "metric": 0.4, "seconds": 2.0},
        {"unit": 1, "val_loss": 0.7, "metric": 0.5, "seconds": 1.0},
        {"unit": 3, "train_loss": math.inf, "seconds": 3.0},
    ]
    log = real_log(RealSource.FULL_RUN, SETTING, rows, run="r")
    assert log.diverged
    assert log.warnings == ("val_loss is nan at unit 2: training diverged",)
    assert [point.unit for point in log.points] == [1, 2, 3]
    assert log.points[1].val_loss is None
    assert (log.value, log.observed_units, log.seconds) == (0.4, 3, 3.0)


def test_of_two_rows_for_a_unit_the_later_counts_and_no_rows_are_no_metric() -> None:
    rows = [{"unit": 1, "metric": 0.5}, {"unit": 1, "metric": 0.6}]
    assert real_log(RealSource.FULL_RUN, SETTING, rows).value == 0.6
    empty = real_log(RealSource.FULL_RUN, SETTING, [])
    assert (empty.value, empty.observed_units, empty.seconds) == (None, 0, None)


def predicted(**more: object) -> Callable[[], object]:
    given = {
        "source": PredictedSource.LLM,
        "setting": SETTING,
        "predictor": Predictor(name="x"),
        "final": Final(value=1, low=0, high=2),
    }
    return lambda: PredictedLog(**{**given, **more})  # type: ignore[arg-type]


def real(**more: object) -> Callable[[], object]:
    given = {
        "source": RealSource.FULL_RUN,
        "setting": SETTING,
        "points": (),
        "observed_units": 1,
    }
    return lambda: RealLog(**{**given, **more})  # type: ignore[arg-type]


FAULTS: dict[str, tuple[Callable[[], object], str]] = {
    "real source": (
        predicted(source=RealSource.FULL_RUN),
        "a predicted log cannot come from 'full-run'",
    ),
    "predicted source": (
        real(source=PredictedSource.LLM),
        "a real log cannot come from 'llm'",
    ),
    "interval of real": (
        real(points=(Point(unit=1, metric=1, metric_low=0, metric_high=2),)),
        "unit 1: a measured metric has no interval",
    ),
    "order": (
        real(points=(Point(unit=1), Point(unit=1))),
        "unit 1 stands behind unit 1",
    ),
    "behind the end": (
        real(points=(Point(unit=5),)),
        "a run of 1 units has a point at 5",
    ),
    "seconds": (real(seconds=-1.0), "a run of -1.0 seconds"),
    "nan": (
        lambda: Point(unit=3, val_loss=math.nan),
        "unit 3: val_loss is nan; leave it out",
    ),
    "unit": (lambda: Point(unit=-1), "unit -1 is below 0"),
    "one end": (
        lambda: Point(unit=1, metric=1, metric_low=0),
        "an interval needs both its ends",
    ),
    "outside": (
        lambda: Point(unit=1, metric=3, metric_low=0, metric_high=1),
        "unit 1: 3 is not within 0 to 1",
    ),
    "final": (
        lambda: Final(value=1, low=2, high=3),
        "final: 1 is not within 2 to 3",
    ),
    "turned": (
        lambda: Final(value=1, low=2, high=0),
        "the interval ends at 0, below 2",
    ),
    "level": (
        lambda: Final(value=1, low=0, high=3, level=80),
        "level 80 is not between 0 and 1",
    ),
    "infinite": (
        lambda: Final(value=math.inf, low=0, high=math.inf),
        "final value is inf",
    ),
    "nobody": (lambda: Predictor(name=" "), "a predictor needs a name"),
    "no sample": (lambda: Predictor(name="x", samples=0), "0 samples; 1 at the least"),
    "no unit": (
        lambda: real_log(RealSource.FULL_RUN, SETTING, [{"metric": 1}]),
        "needs a whole unit, not None",
    ),
    "else": (
        lambda: real_log(RealSource.FULL_RUN, SETTING, [{"unit": 1, "acc": 1}]),
        "unit 1: a training log says no 'acc'",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_what_no_training_leaves_behind_is_refused(name: str) -> None:
    make, told = FAULTS[name]
    with pytest.raises(LogFault, match=told):
        make()
