"""Schedules as what recurring runs say of when they run."""

from __future__ import annotations

from dataclasses import replace

import pytest

from couler_jupyter.engines.kubeflow import Kubeflow
from couler_jupyter.engines.kubeflow.schedules import triggers_of
from couler_jupyter.ir import Container, Overlap, Schedule, Step, Workflow

_BOX = Container(image="busybox", command=("true",))
_DAILY = Schedule(crons=("0 5 * * *",), timezone="Asia/Tokyo")


def _workflow(schedule: Schedule) -> Workflow:
    return Workflow(
        name="daily", steps=(Step(name="a", template=_BOX),), schedule=schedule
    )


def test_a_schedule_is_a_file_of_its_own() -> None:
    """Two that differ differ in it."""
    package, told = Kubeflow().compile(_workflow(_DAILY)).documents
    assert (package.filename, told.filename) == ("daily.yaml", "daily-schedule.yaml")
    assert "TZ=Asia/Tokyo 0 0 5 * * *" in told.text
    assert "TZ" not in package.text


def test_overlap_and_pause() -> None:
    (often,) = triggers_of(_DAILY)
    (once,) = triggers_of(replace(_DAILY, overlap=Overlap.FORBID, suspended=True))
    assert (often["max_concurrency"], often["mode"]) == ("10", "ENABLE")
    assert (once["max_concurrency"], once["mode"]) == ("1", "DISABLE")


@pytest.mark.parametrize(
    ("schedule", "why"),
    [
        (replace(_DAILY, overlap=Overlap.REPLACE), "never ends the one before it"),
        (replace(_DAILY, deadline=5), "no deadline"),
        (replace(_DAILY, keep_failed=2), "keeps all its runs"),
        (replace(_DAILY, crons=("0 5 * * 1,7",)), "Sunday is 0 there"),
    ],
)
def test_what_recurring_runs_cannot_say(schedule: Schedule, why: str) -> None:
    (problem,) = Kubeflow().problems(_workflow(schedule))
    assert why in str(problem)


@pytest.mark.parametrize(
    "cron", ["0 5 * * 0", "*/7 * * * *", "0 5 7 * *", "0 5 * * */7"]
)
def test_sevens_that_are_no_sundays(cron: str) -> None:
    assert not Kubeflow().problems(_workflow(replace(_DAILY, crons=(cron,))))
