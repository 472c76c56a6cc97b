"""What Tekton's controller would refuse is told beforehand."""

from __future__ import annotations

from typing import Any

import pytest

from couler_jupyter.engines.tekton.checking import faults_of

_STEP = {"name": "main", "image": "busybox", "script": "true"}


def _task(name: str = "fit", **more: Any) -> dict[str, Any]:
    return {"name": name, "taskSpec": {"steps": [_STEP]}, **more}


def _told(*tasks: dict[str, Any], timeouts: Any = None, **spec: Any) -> list[str]:
    pipeline = {"spec": {"tasks": list(tasks), **spec}}
    run = {"spec": {"timeouts": timeouts or {}}}
    return [one.what for one in faults_of(pipeline, run)]


def _inner(**spec: Any) -> dict[str, Any]:
    return _task(taskSpec={"steps": [_STEP], **spec})


def test_finds_nothing_in_what_is_right() -> None:
    made = _inner(results=[{"name": "score"}])
    when = {"input": "$(tasks.fit.results.score)", "operator": "in", "values": ["1"]}
    assert not _told(made, _task("use", when=[when], runAfter=["fit"]))


@pytest.mark.parametrize(
    ("told", "spec"),
    [
        ("its name must be", {"tasks": [_task("Fit")]}),
        ("2 tasks have its name", {"tasks": [_task(), _task()]}),
        ("which is no task", {"tasks": [_task(runAfter=["no"])]}),
        ("it waits for itself", {"tasks": [_task(runAfter=["fit"])]}),
        (
            "it can run after none",
            {"tasks": [_task()], "finally": [_task("end", runAfter=["fit"])]},
        ),
        (
            "uses a result of 'no'",
            {
                "tasks": [
                    _task(params=[{"name": "a", "value": "$(tasks.no.results.b)"}])
                ]
            },
        ),
        (
            "declares no result 'b'",
            {"tasks": [_task(), _task("use", timeout="$(tasks.fit.results.b)")]},
        ),
        (
            "no parameter of the pipeline",
            {"tasks": [_task(params=[{"name": "a", "value": "$(params.a)"}])]},
        ),
        (
            "no parameter of the task",
            {"tasks": [_inner(steps=[{**_STEP, "script": "$(params.a)"}])]},
        ),
        ("is not given, and must be", {"tasks": [_inner(params=[{"name": "a"}])]}),
        ("has none such", {"tasks": [_task(params=[{"name": "a", "value": "1"}])]}),
        (
            "write in or notin",
            {"tasks": [_task(when=[{"input": "a", "operator": "="}])]},
        ),
        (
            "compares with no values",
            {"tasks": [_task(when=[{"input": "a", "operator": "in", "values": []}])]},
        ),
        ("is in CEL", {"tasks": [_task(when=[{"cel": "true"}])]}),
        ("is no duration", {"tasks": [_task(timeout="90")]}),
        ("cannot be tried again", {"tasks": [_task(onError="continue", retries=1)]}),
        (
            "its matrix has 257 items",
            {
                "tasks": [
                    _task(
                        matrix={"params": [{"name": "a", "value": ["x"] * 257}]},
                        taskSpec={"steps": [_STEP], "params": [{"name": "a"}]},
                    )
                ]
            },
        ),
        ("has no image", {"tasks": [_inner(steps=[{"name": "main"}])]}),
        (
            "a script and a command",
            {"tasks": [_inner(steps=[{**_STEP, "command": ["a"]}])]},
        ),
        ("needs a name", {"tasks": [_inner(steps=[{**_STEP, "name": ""}])]}),
        ("are called 'main'", {"tasks": [_inner(steps=[_STEP, _STEP])]}),
        (
            "case tells none apart",
            {"tasks": [_inner(results=[{"name": "a"}, {"name": "A"}])]},
        ),
        (
            "none that the task declares",
            {"tasks": [_inner(steps=[{**_STEP, "script": "$(workspaces.w.path)"}])]},
        ),
        (
            "is none of the pipeline",
            {"tasks": [_task(workspaces=[{"name": "w", "workspace": "w"}])]},
        ),
        (
            "is not given, and must be",
            {"tasks": [_task()], "workspaces": [{"name": "w"}]},
        ),
        (
            "must be made of results",
            {"tasks": [_task()], "results": [{"name": "r", "value": "1"}]},
        ),
        ("only those in finally", {"tasks": [_task(timeout="$(tasks.fit.status)")]}),
        ("a pipeline itself", {"tasks": [_task(pipelineSpec={})]}),
        (
            "lists its values",
            {"tasks": [_inner(results=[{"name": "a", "enum": ["b"]}])]},
        ),
    ],
)
def test_tells(told: str, spec: dict[str, Any]) -> None:
    found = _told(*spec.pop("tasks"), **spec)
    assert any(told in one for one in found), found


@pytest.mark.parametrize(
    ("timeouts", "timeout", "told"),
    [
        ({"pipeline": "1h", "tasks": "50m", "finally": "20m"}, "1m", "have more time"),
        ({"pipeline": "1m"}, "2m", "is longer than the 60s of the run"),
        ({"pipeline": "soon"}, "2m", "'soon' is no duration"),
    ],
)
def test_tells_of_time(timeouts: dict[str, str], timeout: str, told: str) -> None:
    found = _told(_task(timeout=timeout), timeouts=timeouts)
    assert any(told in one for one in found), found


def test_lets_time_be_without_end() -> None:
    assert not _told(_task(timeout="2m"), timeouts={"pipeline": "0"})
