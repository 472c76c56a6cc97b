"""Values of Python go as pickles from function to function, through sub-workflows too."""

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
    Constant,
    ExitHandler,
    Format,
    InputParameter,
    ItemRef,
    Map,
    OutputRef,
    Over,
    ParameterRef,
    Repeat,
    Step,
    SubWorkflow,
    ValueType,
    Workflow,
    WorkflowOutput,
)
from couler_jupyter.testing.parts import (
    echo,
    equal,
    flow,
    over,
    python,
    smaller,
    step,
)

MAKE = python("def make(): return {1, 2}")
USE = python("def use(x): return x")
X = (InputParameter(name="x", type=ValueType.PYTHON),)
MADE = OutputRef("make")


def templates(workflow: Workflow) -> dict[str, dict[str, Any]]:
    """Return the templates of a workflow; the lint finds its manifest clean."""
    (document,) = Argo().compile(workflow).documents
    assert ArgoLinter().lint([Source("x", document.text)]) == ()
    spec = yaml.safe_load(document.text)["spec"]
    return {one["name"]: one for one in spec["templates"]}


def task(template: dict[str, Any], name: str) -> dict[str, Any]:
    (found,) = (one for one in template["dag"]["tasks"] if one["name"] == name)
    return dict(found)


def must_be_plain(workflow: Workflow, name: str = "make") -> bool:
    """Whether the function of a step fails where it returns no plain data."""
    return "'plain': True" in templates(workflow)[name]["script"]["source"]


def sub(*steps: Step, **more: Any) -> SubWorkflow:
    return SubWorkflow(workflow=flow("inner", *steps, parameters=X, **more))


MAKING = step("make", MAKE)


def test_from_function_to_function() -> None:
    made = templates(flow("w", MAKING, step("use", USE, takes={"x": MADE})))
    (given,) = task(made["w"], "use")["arguments"]["artifacts"]
    assert given == {
        "name": "x",
        "from": "{{tasks.make.outputs.artifacts.result}}",
        "optional": True,
    }


def test_into_a_sub_workflow() -> None:
    inner = sub(step("use", USE, takes={"x": ParameterRef("x")}))
    work = flow("w", MAKING, step("sub", inner, takes={"x": MADE}))
    made = templates(work)
    (given,) = task(made["w"], "sub")["arguments"]["artifacts"]
    assert given["name"] == "x-pickle"
    assert given["from"] == "{{tasks.make.outputs.artifacts.result}}"
    assert made["inner"]["inputs"]["artifacts"] == [
        {"name": "x-pickle", "optional": True}
    ]
    (passed,) = task(made["inner"], "use")["arguments"]["artifacts"]
    assert passed["from"] == "{{inputs.artifacts.x-pickle}}"
    assert not must_be_plain(work)


def test_out_of_a_sub_workflow_and_through_two() -> None:
    left = (WorkflowOutput(name="y", value=OutputRef("in")),)
    deep = SubWorkflow(
        workflow=flow(
            "deep",
            step("in", USE, takes={"x": ParameterRef("x")}),
            parameters=X,
            outputs=left,
        )
    )
    outer = sub(
        step("deep", deep, takes={"x": ParameterRef("x")}),
        outputs=(WorkflowOutput(name="z", value=OutputRef("deep", "y")),),
    )
    work = flow(
        "w",
        MAKING,
        step("sub", outer, takes={"x": MADE}),
        step("use", USE, takes={"x": OutputRef("sub", "z")}),
    )
    made = templates(work)
    (given,) = task(made["w"], "use")["arguments"]["artifacts"]
    assert given["from"] == "{{tasks.sub.outputs.artifacts.z-pickle}}"
    (out,) = made["inner"]["outputs"]["artifacts"]
    assert out == {
        "name": "z-pickle",
        "optional": True,
        "from": "{{tasks.deep.outputs.artifacts.y-pickle}}",
    }
    (deepest,) = made["deep"]["outputs"]["artifacts"]
    assert deepest["from"] == "{{tasks.in.outputs.artifacts.result}}"


def test_along_a_chain_of_parts_that_each_give_two() -> None:
    """What a part gives is found once, not once for each way that leads to it."""
    two = tuple(replace(X[0], name=name, default=Constant.of(None)) for name in "xy")
    use = step("use", USE, takes={"x": ParameterRef("x")})
    left = tuple(WorkflowOutput(name=name, value=OutputRef("use")) for name in "xy")
    part = SubWorkflow(workflow=flow("part", use, parameters=two, outputs=left))
    steps = [step("part-0", part)]
    for number in range(1, 60):
        last = f"part-{number - 1}"
        takes = {name: OutputRef(last, name) for name in "xy"}
        steps.append(step(f"part-{number}", part, takes=takes))
    made = templates(flow("w", *steps))
    for one in made["w"]["dag"]["tasks"][1:]:
        names = [given["name"] for given in one["arguments"]["artifacts"]]
        assert names == ["x-pickle", "y-pickle"]


def test_what_nobody_takes_is_not_left() -> None:
    inner = sub(
        step("use", USE, takes={"x": ParameterRef("x")}),
        outputs=(WorkflowOutput(name="y", value=OutputRef("use")),),
    )
    made = templates(flow("w", MAKING, step("sub", inner, takes={"x": MADE})))
    assert "artifacts" not in made["inner"]["outputs"]


def test_through_the_groups_of_a_big_workflow() -> None:
    steps = [step("s0", USE, takes={"x": ParameterRef("x")})]
    steps += [
        step(f"s{i}", USE, takes={"x": OutputRef(f"s{i - 1}")}) for i in range(1, 250)
    ]
    last = [step("last", USE, takes={"x": ParameterRef("x")}, after=["s249"])]
    work = flow("w", MAKING, step("sub", sub(*steps, *last), takes={"x": MADE}))
    made = templates(work)
    groups = [one for name, one in made.items() if name.startswith("inner-part")]
    assert groups[0]["inputs"]["artifacts"][0]["name"] == "x-pickle"


_ALONE = {
    "items of a map": (
        step("each", USE, takes={"x": ItemRef()}, loop=Map(over=Over(MADE))),
    ),
    "a text": (step("say", USE, takes={"x": Format(("n ", MADE))}),),
    "a program": (step("say", echo(), takes={"x": MADE}),),
    "a condition": (step("use", USE, takes={"x": 1}, when=equal(MADE, 1)),),
    "a repeat": (
        step(
            "again",
            USE,
            takes={"x": MADE},
            repeat=Repeat(condition=smaller(OutputRef("again"), 3), limit=3),
        ),
    ),
    "a program in a sub-workflow": (
        step(
            "sub",
            sub(step("say", echo(), takes={"x": ParameterRef("x")})),
            takes={"x": MADE},
        ),
    ),
}


@pytest.mark.parametrize("how", _ALONE)
def test_other_uses_take_plain_data(how: str) -> None:
    assert must_be_plain(flow("w", MAKING, *_ALONE[how]))


def test_what_is_mapped_or_repeated_must_be_plain_for_whoever_takes_it() -> None:
    again = step(
        "make",
        USE,
        takes={"x": 1},
        repeat=Repeat(condition=smaller(OutputRef("make"), 3), limit=3),
    )
    assert must_be_plain(flow("w", again, step("use", USE, takes={"x": MADE})))
    each = step("make", USE, takes={"x": ItemRef()}, loop=over(1, 2))
    assert must_be_plain(flow("w", each, step("use", USE, takes={"x": MADE})))


def test_exit_handlers_take_plain_data() -> None:
    bye = ExitHandler(step=step("bye", USE, takes={"x": MADE}))
    work = flow("w", MAKING, exit_handlers=(bye,))
    assert must_be_plain(work)
    assert "artifacts" not in task(templates(work)["w-exit"], "bye")["arguments"]


def test_what_a_part_leaves_for_a_text_is_plain_in_it() -> None:
    inner = sub(
        step("in", USE, takes={"x": ParameterRef("x")}),
        outputs=(WorkflowOutput(name="y", value=OutputRef("in")),),
    )
    say = step("say", echo(), takes={"x": OutputRef("sub", "y")})
    work = flow("w", MAKING, step("sub", inner, takes={"x": MADE}), say)
    assert must_be_plain(work, "in")
    assert not must_be_plain(work)


@pytest.mark.parametrize("through", [False, True])
def test_the_manifest_comes_back_equal(through: bool) -> None:
    inner = sub(
        step("use", USE, takes={"x": ParameterRef("x")}),
        outputs=(WorkflowOutput(name="y", value=OutputRef("use")),),
    )
    last = step("last", USE, takes={"x": OutputRef("sub", "y")})
    more = (last,) if through else ()
    work = flow("w", MAKING, step("sub", inner, takes={"x": MADE}), *more)
    (document,) = Argo().compile(work).documents
    (back,) = import_manifest(document.text, "x.yaml")
    assert isinstance(back["sub"].template, SubWorkflow)
    assert Argo().compile(back).documents == (document,)
