"""Parameters of the run: named anywhere, checked where a workflow is the outermost."""

from __future__ import annotations

import pytest

from couler_jupyter.engines.local import Local
from couler_jupyter.errors import InvalidWorkflow, Unsupported
from couler_jupyter.ir import (
    AttemptField,
    AttemptRef,
    ExitHandler,
    Feature,
    InputArtifact,
    ListOf,
    LocalPath,
    ParameterRef,
    Retry,
    SubWorkflow,
    Workflow,
    WorkflowOutput,
    features_of,
    from_json,
    outermost_problems,
    to_json,
    uses_of,
)
from couler_jupyter.testing.parts import echo, equal, flow, inputs, sh, step

RATE = ParameterRef("rate", of_run=True)
TAKES_FILE = sh("true", inputs=(InputArtifact(name="file"),))


def inner(ref: ParameterRef = RATE) -> Workflow:
    """A part that has no parameters and asks for one of the run."""
    return flow("inner", step("use", echo(), takes={"x": ref}))


def outer(part: Workflow, *names: str) -> Workflow:
    """A workflow with these parameters around a workflow around the part."""
    middle = flow("middle", step("deep", SubWorkflow(workflow=part)))
    return flow(
        "outer", step("sub", SubWorkflow(workflow=middle)), parameters=inputs(*names)
    )


def test_a_part_may_name_what_only_the_whole_has() -> None:
    assert not outermost_problems(outer(inner(), "rate"))
    assert Local().compile(outer(inner(), "rate")).documents


def test_a_name_that_the_run_has_not_is_told_where_the_workflow_is_outermost() -> None:
    [problem] = outermost_problems(outer(inner(), "rates", "x"))
    assert str(problem) == (
        "step 'sub/deep/use': the run has no parameter 'rate'; did you mean 'rates'?"
    )
    with pytest.raises(Unsupported, match="the run has no parameter 'rate'"):
        Local().compile(inner())


def test_files_of_a_run_are_no_parameters_of_it() -> None:
    file = InputArtifact(name="rate")
    workflow = flow("w", step("use", echo(), takes={"x": RATE}), artifacts=(file,))
    assert len(outermost_problems(workflow)) == 1


def test_every_place_is_looked_at_and_each_is_told_once() -> None:
    number = AttemptRef(AttemptField.NUMBER)
    workflow = flow(
        "w",
        step("text", sh("echo ", RATE, RATE)),
        step("listed", echo(), takes={"x": ListOf((RATE,))}),
        step("when", sh("true"), when=equal(RATE, 1)),
        step("again", sh("true"), retry=Retry(limit=1, when=equal(number, RATE))),
        step("file", TAKES_FILE, takes={"file": LocalPath(RATE)}),
        exit_handlers=(ExitHandler(step=step("bye", echo(), takes={"x": RATE})),),
        artifacts=(InputArtifact(name="given", default=LocalPath(RATE)),),
        outputs=(WorkflowOutput(name="o", value=RATE),),
    )
    where = [problem.where for problem in outermost_problems(workflow)]
    names = ("text", "listed", "when", "again", "file", "bye")
    assert where == ["workflow 'w'", *(f"step {name!r}" for name in names)]


def test_it_is_a_feature_and_no_file() -> None:
    assert Feature.RUN_PARAMETER in features_of(inner())
    assert (Feature.RUN_PARAMETER, "sub/deep/use") in set(uses_of(outer(inner())))
    assert Feature.RUN_PARAMETER not in features_of(
        flow(
            "w",
            step("use", echo(), takes={"x": ParameterRef("p")}),
            parameters=inputs("p"),
        )
    )
    with pytest.raises(InvalidWorkflow, match="is an artifact; 'rate' is a parameter"):
        flow("w", step("use", TAKES_FILE, takes={"file": RATE}))


def test_it_is_kept_apart_in_files() -> None:
    both = flow(
        "w",
        step("a", echo(), takes={"x": RATE}),
        step("b", echo(), takes={"x": ParameterRef("rate")}),
        parameters=inputs("rate"),
    )
    assert from_json(to_json(both)) == both
    assert both["a"].arguments != both["b"].arguments
