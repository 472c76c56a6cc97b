"""What a TaskRun or a PipelineRun says, in the words of all engines."""

from __future__ import annotations

from typing import Any

import pytest

from couler_jupyter.engines.tekton.live.standing import (
    run_standing,
    skipped_standing,
    task_standing,
    with_items,
)
from couler_jupyter.ir import Phase

START, END = "2026-01-01T00:00:00Z", "2026-01-01T00:01:00Z"


def found(
    status: str, reason: str, message: str = "", asked: str = "", **more: Any
) -> dict[str, Any]:
    condition = {"status": status, "reason": reason, "message": message}
    told = {"conditions": [{"type": "Succeeded", **condition}], "startTime": START}
    ended = {} if status == "Unknown" else {"completionTime": END}
    return {"spec": {"status": asked}, "status": {**told, **ended, **more}}


def ended(name: str, code: int, reason: str = "Error") -> dict[str, Any]:
    return {"name": name, "terminated": {"exitCode": code, "reason": reason}}


@pytest.mark.parametrize(
    ("one", "phase", "message"),
    [
        (found("Unknown", "Started"), Phase.PENDING, ""),
        (
            found("Unknown", "Pending", 'pod status "PodScheduled":"False"; 0/3 nodes'),
            Phase.PENDING,
            "",
        ),
        (found("Unknown", "Running"), Phase.RUNNING, ""),
        (found("True", "Succeeded", steps=[ended("main", 0)]), Phase.SUCCEEDED, ""),
        (
            found("False", "Failed", "boo", steps=[ended("main", 3)]),
            Phase.FAILED,
            "exit code 3",
        ),
        (
            found("False", "Failed", "boo", steps=[ended("init-db", 1)]),
            Phase.FAILED,
            "init-db: exit code 1",
        ),
        (
            found("False", "TaskRunTimeout", 'failed to finish within "5s"'),
            Phase.FAILED,
            "it took longer than its timeout allows",
        ),
        (found("False", "TaskRunCancelled"), Phase.CANCELLED, ""),
        (
            found("False", "TaskRunValidationFailed", "wrong"),
            Phase.ERRORED,
            "TaskRunValidationFailed: wrong",
        ),
    ],
)
def test_task_runs(one: dict[str, Any], phase: Phase, message: str) -> None:
    standing = task_standing(one)
    assert (standing.phase, standing.message) == (phase, message)


def test_an_image_that_is_not_there_is_no_fault_of_the_step() -> None:
    why = 'The step "main" has status "ImagePullBackOff"'
    standing = task_standing(found("False", "TaskRunImagePullFailed", why))
    assert standing.phase is Phase.ERRORED
    assert standing.message.startswith(why)
    assert standing.message != why


def test_too_little_memory_is_told_with_what_to_do() -> None:
    steps = [ended("main", 137, "OOMKilled")]
    standing = task_standing(found("False", "Failed", "boo", steps=steps))
    assert (standing.phase, standing.exit_code) == (Phase.ERRORED, 137)
    assert "raise its memory" in standing.message


def test_attempts_are_counted_on() -> None:
    one = found("Unknown", "Running", retriesStatus=[{}, {}])
    assert task_standing(one, earlier=2).attempt == 5


@pytest.mark.parametrize(
    ("one", "phase", "message"),
    [
        ({"spec": {}}, Phase.PENDING, ""),
        (found("Unknown", "Running"), Phase.RUNNING, ""),
        (found("True", "Completed", "Tasks Completed: 1"), Phase.SUCCEEDED, ""),
        (found("False", "Failed", "Tasks Completed: 1"), Phase.FAILED, None),
        (
            found("False", "CouldntGetPipeline", "not found"),
            Phase.ERRORED,
            "CouldntGetPipeline: not found",
        ),
        (found("False", "Cancelled", asked="Cancelled"), Phase.CANCELLED, ""),
        (found("False", "Cancelled", asked="StoppedRunFinally"), Phase.CANCELLED, ""),
        (
            {"spec": {"status": "PipelineRunPending"}},
            Phase.SUSPENDED,
            "it waits to be let begin",
        ),
    ],
)
def test_runs(one: dict[str, Any], phase: Phase, message: str | None) -> None:
    standing = run_standing(one)
    assert standing.phase is phase
    assert message is None or standing.message == message


@pytest.mark.parametrize(
    ("reason", "phase"),
    [
        ("When Expressions evaluated to false", Phase.SKIPPED),
        ("Results were missing", Phase.SKIPPED),
        ("PipelineRun was stopping", Phase.OMITTED),
        ("PipelineRun timeout has been reached", Phase.OMITTED),
    ],
)
def test_skipped_tasks(reason: str, phase: Phase) -> None:
    assert skipped_standing(reason).phase is phase


def test_a_mapped_step_stands_as_its_items_do() -> None:
    good = task_standing(found("True", "Succeeded"))
    bad = task_standing(found("False", "Failed", steps=[ended("main", 2)]))
    runs = task_standing(found("Unknown", "Running"))
    assert with_items([good, good]).phase is Phase.SUCCEEDED
    assert with_items([bad, runs]).phase is Phase.RUNNING
    whole = with_items([good, bad])
    assert (whole.phase, whole.message) == (Phase.FAILED, "item 1: exit code 2")
