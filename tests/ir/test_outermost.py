"""What is named of the run as a whole is checked where a workflow is the outermost."""

from __future__ import annotations

import pytest

from couler_jupyter.engines.local import Local
from couler_jupyter.errors import InvalidWorkflow, Unsupported
from couler_jupyter.ir import (
    AttemptField,
    AttemptRef,
    Constant,
    ExitHandler,
    Feature,
    Foreign,
    FromStdout,
    GlobalRef,
    InputArtifact,
    ListOf,
    LocalPath,
    OutputParameter,
    OutputRef,
    ParameterRef,
    Retry,
    Script,
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
FOREIGN = Foreign(engine="argo", kind="http", body=Constant.of({}))
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


def leaves_global(name: str) -> Script:
    out = OutputParameter(name="result", source=FromStdout(), global_name=name)
    return sh("echo 1", outputs=(out,))


def test_a_global_output_may_be_made_anywhere_in_the_run() -> None:
    use = step("use", echo(), takes={"x": GlobalRef("best")})
    makes = step("make", leaves_global("best"))
    parts = {
        "beside": flow("w", makes, use),
        "deeper": flow("w", step("sub", SubWorkflow(workflow=flow("i", makes))), use),
        "around": flow("w", makes, step("sub", SubWorkflow(workflow=flow("i", use)))),
        "of a part": flow("w", step("sub", SubWorkflow(workflow=_giving("best"))), use),
        "who knows": flow("w", step("ask", FOREIGN), use),
    }
    assert not {name for name, one in parts.items() if outermost_problems(one)}
    lonely = flow("w", step("make", leaves_global("beste")), use)
    [problem] = outermost_problems(lonely)
    assert str(problem) == (
        "step 'use': no step makes global output 'best'; did you mean 'beste'?"
    )
    [problem] = outermost_problems(flow("w", use))
    assert str(problem).endswith("global output 'best'; there is none")


def _giving(name: str) -> Workflow:
    out = WorkflowOutput(name="o", value=OutputRef("one"), global_name=name)
    return flow("giving", step("one", sh("echo 1")), outputs=(out,))


def test_it_is_kept_apart_in_files() -> None:
    both = flow(
        "w",
        step("a", echo(), takes={"x": RATE}),
        step("b", echo(), takes={"x": ParameterRef("rate")}),
        parameters=inputs("rate"),
    )
    assert from_json(to_json(both)) == both
    assert both["a"].arguments != both["b"].arguments
