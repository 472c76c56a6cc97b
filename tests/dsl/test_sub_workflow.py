"""Workflows as steps: decorated functions, blocks inside blocks, and IR workflows."""

# pyright: reportUnusedExpression=false

from __future__ import annotations

from typing import Any

import pytest

import couler_jupyter as couler
from couler_jupyter.ir import (
    Argument,
    Constant,
    InputArtifact,
    InputParameter,
    LocalPath,
    OutputRef,
    ParameterRef,
    Step,
    SubWorkflow,
    ValueType,
    Workflow,
    WorkflowOutput,
)
from tests.dsl.refusal import loose, refused
from tests.dsl.samples import best, load, number, publish, train, use


@couler.workflow
def search(data: couler.Artifact, models: list[str], lr: float = 0.1) -> Any:
    scores = couler.map_(lambda model: train(model, data, lr=lr), models)
    return best(scores)


@couler.workflow("named", timeout="1h", parallelism=2)
def configured(n: Any) -> Any:
    one = use(n)
    return {"one": one, "two": use(one)}


def inner_of(step: Step) -> Workflow:
    assert isinstance(step.template, SubWorkflow)
    return step.template.workflow


def test_a_decorated_function_is_a_workflow() -> None:
    workflow = search.workflow
    assert workflow.name == "search"
    assert workflow.parameters == (
        InputParameter(name="models", type=ValueType.LIST),
        InputParameter(name="lr", type=ValueType.NUMBER, default=Constant("0.1")),
    )
    assert workflow.artifacts == (InputArtifact(name="data"),)
    assert workflow.outputs == (WorkflowOutput(name="result", value=OutputRef("best")),)
    assert configured.workflow.timeout == 3600
    assert configured.workflow.name == "named"
    assert configured.workflow.parameters[0].type is ValueType.JSON


def test_called_alone_its_arguments_are_defaults() -> None:
    workflow = search("d.csv", models=["a"])
    assert workflow.artifacts[0].default == LocalPath("d.csv")
    assert [one.default for one in workflow.parameters] == [
        Constant('["a"]'),
        Constant("0.1"),
    ]
    assert search() == search.workflow
    with pytest.raises(couler.BuildFailed, match="unexpected keyword argument 'x'"):
        search(x=1)


def test_called_in_a_workflow_it_is_a_step() -> None:
    with couler.workflow("outer") as wf:
        data = load()
        first = search(data, ["a"])
        second = search(data, models=["b", "c"], lr=1)
        publish([first, second])
        parts = configured(first)
        use([parts["one"], parts["two"]])
    one, other = wf.workflow["search"], wf.workflow["search-2"]
    assert one.template is other.template
    assert one.arguments == (
        Argument("data", OutputRef("load")),
        Argument("models", Constant('["a"]')),
    )
    assert inner_of(one) == search.workflow
    assert wf.workflow["publish"].dependencies == ("search", "search-2")
    assert wf.workflow["use"].dependencies == ("named",)


def test_it_is_mapped_as_any_step() -> None:
    with couler.workflow("outer") as wf:
        couler.map_(lambda models: search("d.csv", models), [["a"], ["b"]])
    step = wf.workflow["search"]
    assert step.loop is not None
    assert inner_of(step) == search.workflow


def test_steps_of_it_share_templates_with_those_outside() -> None:
    with couler.workflow("outer") as wf:
        use(1)
        configured(1)
    assert inner_of(wf.workflow["named"])["use"].template is wf.workflow["use"].template


def test_run_workflow_takes_values_and_options() -> None:
    with couler.workflow("block", parameters={"n": int}) as block:
        one = use(couler.parameter("n"))
        couler.set_output("text", one, description="what it says")
    with couler.workflow("outer") as wf:
        step = couler.run_workflow(
            block.workflow, {"n": number()}, step_name="sub", retry=2, timeout=5
        )
        couler.run_workflow(block, {"n": 2})
        couler.run_workflow(search, {"data": "d.csv", "models": ["a"]})
        publish(step.text)
    sub = wf.workflow["sub"]
    assert sub.template == SubWorkflow(workflow=block.workflow)
    assert sub.arguments == (Argument("n", OutputRef("number")),)
    assert (sub.retry, sub.timeout) == (couler.Retry(limit=2), 5)
    assert wf.workflow["block"].arguments == (Argument("n", Constant("2")),)
    assert wf.workflow["search"].arguments[0].value == LocalPath("d.csv")
    assert wf.workflow["publish"].arguments[0].value == OutputRef("sub", "text")


def test_a_block_inside_a_block_is_a_step() -> None:
    with couler.workflow("outer") as wf:
        data = load()
        with couler.workflow("tune", parallelism=3) as tune:
            score = train("a", data)
            couler.set_output("score", use(score))
        publish(tune.output("score"))
        use(score)
        tune.step >> use(1)
    step = wf.workflow["tune"]
    inner = inner_of(step)
    assert inner.parallelism == 3
    assert step.arguments == (Argument("load", OutputRef("load")),)
    assert inner["train"].arguments[1].value == ParameterRef("load")
    assert wf.workflow["publish"].arguments[0].value == OutputRef("tune", "score")
    assert wf.workflow["use"].arguments[0].value == OutputRef("tune", "train")
    assert "tune" in wf.workflow["use-2"].dependencies


def test_a_parameter_belongs_to_the_whole_workflow() -> None:
    with couler.workflow("outer") as wf:
        with couler.workflow("inner"):
            use(couler.parameter("n", 3))
        couler.map_(lambda x: [use(x), use(couler.parameter("m", 4))], [1])
        file = couler.create_s3_artifact("/in/file", bucket="b", key="k")
        train("a", couler.input_artifact("file", file))
    assert [one.name for one in wf.workflow.parameters] == ["n", "m"]
    assert wf.workflow["inner"].arguments == (Argument("n", ParameterRef("n")),)
    assert wf.workflow.artifacts == (
        InputArtifact(
            name="file", path="/in/file", default=couler.S3(bucket="b", key="k")
        ),
    )


def test_faults_inside_are_told_with_the_way_there() -> None:
    with refused("2 problems", couler.InvalidWorkflow) as caught:
        couler.map_(lambda x: [train(x, "d", lr="high"), use(x)], [1])
        with couler.workflow("inner"):
            train(3, "d")
    assert isinstance(caught.value, couler.InvalidWorkflow)
    first, second = caught.value.problems
    assert first.where == "step 'train' in 'map'"
    assert second.where == "step 'train' in 'inner'"
    assert first.place


@pytest.mark.parametrize(
    ("call", "what"),
    [
        (
            lambda: loose.run_workflow(3),
            "run_workflow is given 3, which is no workflow",
        ),
        (
            lambda: loose.run_workflow(search.workflow, {"dat": 1}),
            "no input 'dat'; did you mean",
        ),
        (
            lambda: loose.run_workflow(search.workflow, cpu=1),
            "run_workflow has no option 'cpu'",
        ),
        (search, r"search\(\) missing a required argument: 'data'"),
        (
            lambda: loose.workflow(lambda *n: use(n))(1),
            r"takes \*n; name its parameters",
        ),
    ],
)
def test_misuse(call: Any, what: str) -> None:
    with pytest.raises(couler.BuildFailed, match=what), couler.workflow("w"):
        call()


def test_a_missing_argument_is_told() -> None:
    with refused("input 'models' is not given", couler.InvalidWorkflow):
        couler.run_workflow(search.workflow, {"data": "x"})


def test_an_empty_block_inside() -> None:
    with refused("workflow 'inner' has no steps"):
        number()
        with couler.workflow("inner"):
            pass


def test_a_handle_of_another_workflow() -> None:
    with couler.workflow("one"):
        kept = number()
    with refused("belongs to workflow 'one'; 'w' cannot use it"):
        use(kept)
