"""Sub-workflows as steps of the one pipeline, or why they cannot be."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from couler_jupyter.engines.tekton import Tekton
from couler_jupyter.engines.tekton.flattening import flat
from couler_jupyter.ir import (
    Compare,
    Constant,
    ExitHandler,
    Operator,
    OutputRef,
    ParameterRef,
    Retry,
    Step,
    SubWorkflow,
    Workflow,
    WorkflowOutput,
)
from couler_jupyter.testing.parts import echo, flow, inputs, sh, step

_HEADS = Compare(OutputRef("flip"), Operator.EQUAL, Constant.of("heads"))


def _inner(**more: Any) -> Workflow:
    return flow(
        "inner",
        step("first", echo(), takes={"x": ParameterRef("p")}),
        step("loose", sh("echo loose")),
        step("second", echo(), takes={"x": OutputRef("first")}),
        parameters=inputs("p"),
        outputs=(WorkflowOutput(name="said", value=OutputRef("second")),),
        **more,
    )


def _outer(part: Step | None = None, *, of: Workflow | None = None) -> Workflow:
    nested = SubWorkflow(workflow=of or _inner())
    return flow(
        "outer",
        step("make", sh("echo made")),
        part or step("part", nested, takes={"p": OutputRef("make")}),
        step("use", echo(), takes={"x": OutputRef("part", "said")}),
        step("last", sh("true"), after=["part"]),
    )


def test_steps_inside_wait_for_what_the_whole_waits_for() -> None:
    found = flat(_outer())
    steps = found.workflow.by_name
    assert steps["part-first"].after == ("make",)
    assert steps["part-loose"].after == ("make",)
    assert steps["part-second"].dependencies == ("part-first",)


def test_what_comes_behind_waits_for_all_inside() -> None:
    steps = flat(_outer()).workflow.by_name
    assert set(steps["last"].after) == {"part-loose", "part-second"}
    assert set(steps["use"].after) == {"part-loose", "part-second"}
    assert steps["use"].arguments[0].value == OutputRef("part-second")


def test_paths_are_those_of_the_steps_as_they_were_written() -> None:
    found = flat(flow("twice", step("a", SubWorkflow(workflow=_outer()))))
    assert found.paths["a-part-second"] == "a/part/second"
    assert [one.path for one in found.groups] == ["a/part", "a"]
    assert found.groups[1].members == ("a/make", "a/part", "a/use", "a/last")


def test_names_that_join_to_the_same_stay_apart() -> None:
    inner = flow("inner", step("c", sh("true")))
    whole = flow(
        "outer",
        step("a-b", SubWorkflow(workflow=inner)),
        step("a", SubWorkflow(workflow=flow("b", step("b-c", sh("true"))))),
        step("a-b-c", sh("true")),
    )
    found = flat(whole)
    assert len(found.workflow.by_name) == 3
    assert "a-b-c" not in found.paths
    assert sorted(found.paths.values()) == ["a-b/c", "a/b-c"]


def test_a_workflow_without_any_stays_as_it_is() -> None:
    inner = _inner()
    assert flat(inner).workflow is inner


def test_parameters_are_known_in_templates_where_they_are_given_a_value() -> None:
    inner = flow(
        "inner", step("say", sh("echo ", ParameterRef("p"))), parameters=inputs("p")
    )
    whole = flow("outer", step("part", SubWorkflow(workflow=inner), takes={"p": 5}))
    (made,) = flat(whole).workflow.steps
    assert "ParameterRef" not in repr(made.template)
    assert Tekton().problems(whole) == ()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"retry": Retry(limit=2)}, "it is tried again as a whole"),
        ({"timeout": 5.0}, "it has a timeout"),
        ({"when": _HEADS}, "it has a condition"),
    ],
)
def test_says_what_the_steps_alone_would_not_do(change: Any, why: str) -> None:
    inner = flow("inner", step("one", sh("true")))
    part = replace(step("part", SubWorkflow(workflow=inner)), **change)
    whole = flow("outer", step("flip", sh("echo heads")), part)
    (problem,) = Tekton().problems(whole)
    assert problem.where == "step 'part'"
    assert why in problem.what


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"timeout": 9.0}, "its workflow has a timeout"),
        ({"labels": (("a", "b"),)}, "its workflow has labels of its own"),
        (
            {"exit_handlers": (ExitHandler(step=step("bye", sh("true"))),)},
            "its workflow has exit handlers",
        ),
    ],
)
def test_says_what_a_workflow_is_that_a_part_cannot_be(more: Any, why: str) -> None:
    (problem,) = Tekton().problems(_outer(of=_inner(**more)))
    assert problem.where == "step 'part'"
    assert why in problem.what
