"""Exit handlers of sub-workflows are tasks after one that runs all their steps."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import yaml

from couler_jupyter.engines.argo.engine import Argo
from couler_jupyter.engines.argo.importing import import_manifest
from couler_jupyter.engines.argo.linting import ArgoLinter
from couler_jupyter.engines.finding import Source
from couler_jupyter.ir import (
    Ended,
    ExitHandler,
    InputParameter,
    Outcome,
    OutputRef,
    Parts,
    RunField,
    RunRef,
    Step,
    SubWorkflow,
    Value,
    Workflow,
    WorkflowOutput,
)
from couler_jupyter.testing.parts import echo, flow, sh, step


def _with(*handlers: ExitHandler) -> Workflow:
    inner = flow(
        "inner",
        step("work", sh("echo 1")),
        parameters=(InputParameter(name="p"),),
        outputs=(WorkflowOutput(name="o", value=OutputRef("work")),),
        exit_handlers=handlers,
    )
    sub = step("sub", SubWorkflow(workflow=inner), takes={"p": "x"})
    return flow("w", sub, step("use", echo(), takes={"x": OutputRef("sub", "o")}))


def _told(name: str, value: Value) -> Step:
    return step(name, echo(), takes={"x": value})


STATUS = RunRef(RunField.STATUS)
ENDS = _with(
    ExitHandler(step=_told("body", STATUS)),
    ExitHandler(step=step("mourn", sh("true")), on=(Outcome.FAILED, Outcome.ERRORED)),
)


def _templates() -> tuple[str, dict[str, dict[str, Any]]]:
    (document,) = Argo().compile(ENDS).documents
    spec = yaml.safe_load(document.text)["spec"]
    return document.text, {one["name"]: one for one in spec["templates"]}


def test_they_wait_for_all_steps() -> None:
    _, templates = _templates()
    tasks = {one["name"]: one for one in templates["inner"]["dag"]["tasks"]}
    assert [*tasks] == ["body-2", "body", "mourn", "verdict"]
    assert tasks["body-2"]["template"] == "inner-body"
    assert tasks["body"]["depends"] == (
        "(body-2.Succeeded || body-2.Failed || body-2.Errored)"
    )
    assert tasks["mourn"]["depends"] == "(body-2.Failed || body-2.Errored)"
    (given,) = tasks["body"]["arguments"]["parameters"]
    assert "lower(tasks['body-2'].status)" in given["value"]


def test_it_has_failed_where_a_step_has_whatever_they_do() -> None:
    _, templates = _templates()
    verdict = templates["inner"]["dag"]["tasks"][-1]
    assert verdict["depends"].startswith("(body-2 || body-2.Omitted) && ")


def test_parts_of_what_is_inside_do_not_matter() -> None:
    sub = ENDS["sub"].template
    assert isinstance(sub, SubWorkflow)
    inner = replace(sub.workflow, parts=Parts(members=(("work",),)))
    with_parts = replace(
        ENDS,
        steps=(replace(ENDS["sub"], template=SubWorkflow(workflow=inner)), ENDS["use"]),
    )
    assert Argo().compile(with_parts).documents == Argo().compile(ENDS).documents


def test_it_leaves_what_its_steps_leave() -> None:
    _, templates = _templates()
    (left,) = templates["inner"]["outputs"]["parameters"]
    assert left["valueFrom"] == {"parameter": "{{tasks.body-2.outputs.parameters.o}}"}


def test_the_manifest_is_valid_and_comes_back_equal() -> None:
    text, _ = _templates()
    assert not list(ArgoLinter().lint([Source("w.yaml", text)]))
    (back,) = import_manifest(text, "w")
    (again,) = Argo().compile(back).documents
    assert again.text == text


@pytest.mark.parametrize(
    ("handler", "says"),
    [
        (_told("h", OutputRef("work")), "it uses an output of step 'work'"),
        (_told("h", RunRef(RunField.FAILURES)), "it asks for the failures of a part"),
        (
            step("h", sh("true"), after=[Ended("work", (Outcome.FAILED,))]),
            "knows not how single steps ended",
        ),
    ],
)
def test_what_they_are_not_told_is_refused(handler: Step, says: str) -> None:
    (problem, *_) = Argo().problems(_with(ExitHandler(step=handler)))
    assert says in str(problem)
    assert "sub/h" in str(problem)
