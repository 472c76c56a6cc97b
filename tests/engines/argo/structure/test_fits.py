"""No manifest breaks a limit of a stock cluster: it is fitted, or refused with a count."""

from __future__ import annotations

from typing import Any

import yaml

from couler_jupyter.engines.argo.engine import Argo
from couler_jupyter.ir import (
    Container,
    Ended,
    Outcome,
    OutputRef,
    ParameterRef,
    Repeat,
    Resources,
    Step,
    SubWorkflow,
    Workflow,
)
from couler_jupyter.testing.parts import (
    echo,
    equal,
    flow,
    inputs,
    over,
    python,
    sh,
    smaller,
    step,
)

_INC = python("def inc(x): return x + 1")


def _templates(workflow: Workflow) -> dict[str, dict[str, Any]]:
    (document,) = Argo().compile(workflow).documents
    manifest = yaml.safe_load(document.text)
    return {one["name"]: one for one in manifest["spec"]["templates"]}


def _refused(workflow: Workflow) -> str:
    (problem,) = Argo().problems(workflow)
    return problem.what


def _own(index: int, **more: Any) -> Step:
    template = Container(image="a:1", command=("echo", f"n{index}"), **more)
    return step(f"s{index}", template)


def test_data_goes_from_group_to_group() -> None:
    first = step("s0", _INC, takes={"x": 0})
    steps = [first] + [
        step(f"s{i}", _INC, takes={"x": OutputRef(f"s{i - 1}")}) for i in range(1, 250)
    ]
    templates = _templates(flow("big", *steps))
    outer = {one["name"]: one for one in templates["big"]["dag"]["tasks"]}
    given = outer["part-2"]["arguments"]["parameters"]
    assert outer["part-2"]["dependencies"] == ["part-1"]
    (left,) = templates["big-part-1"]["outputs"]["parameters"]
    source = f"{{{{tasks.part-1.outputs.parameters.{left['name']}}}}}"
    assert given == [{"name": left["name"], "value": source}]
    inner = templates["big-part-2"]["dag"]["tasks"][0]
    assert inner["arguments"]["parameters"][0]["value"] == (
        f"{{{{inputs.parameters.{left['name']}}}}}"
    )
    assert "dependencies" not in inner


def test_a_condition_across_groups_is_kept() -> None:
    steps = [step("s0", sh("echo 1"))]
    steps += [step(f"s{i}", sh("true"), after=[f"s{i - 1}"]) for i in range(1, 250)]
    when = equal(OutputRef("s0"), "go")
    steps.append(step("maybe", sh("true"), when=when, after=["s249"]))
    templates = _templates(flow("big", *steps))
    tasks = [
        t for one in templates.values() if "dag" in one for t in one["dag"]["tasks"]
    ]
    (maybe,) = (task for task in tasks if task["name"] == "maybe")
    assert maybe["when"] == "{{=inputs.parameters['s0-result'] == 'go'}}"


def test_parameters_of_a_sub_workflow_reach_its_groups() -> None:
    steps = [
        step(f"s{i}", sh("echo ", ParameterRef("n")), after=[f"s{i - 1}"] if i else [])
        for i in range(250)
    ]
    inner = flow("inner", *steps, parameters=inputs("n"))

    templates = _templates(
        flow("outer", step("sub", SubWorkflow(workflow=inner), takes={"n": 1}))
    )
    part = templates["inner-part-1"]
    assert part["inputs"]["parameters"] == [{"name": "n"}]
    assert part["dag"]["tasks"][0]["arguments"]["parameters"] == [
        {"name": "workflow-n", "value": "{{inputs.parameters.n}}"}
    ]


def test_a_bound_of_a_sub_workflow_holds_for_its_groups_together() -> None:
    inner = flow("inner", *map(_own, range(250)), parallelism=3)

    templates = _templates(flow("outer", step("sub", SubWorkflow(workflow=inner))))
    assert templates["inner"]["parallelism"] == 1
    groups = [one for name, one in templates.items() if name.startswith("inner-part")]
    assert [one["parallelism"] for one in groups] == [3, 3]


def test_templates_that_differ_in_texts_become_one() -> None:
    templates = _templates(flow("many", *(_own(index) for index in range(250))))
    (leaf,) = (one for one in templates.values() if "container" in one)
    assert leaf["container"]["command"] == ["echo", "{{inputs.parameters.text}}"]
    passed = [
        task["arguments"]["parameters"][0]["value"]
        for one in templates.values()
        if "dag" in one
        for task in one["dag"]["tasks"]
        if task["template"] == leaf["name"]
    ]
    assert sorted(passed) == sorted(f"n{index}" for index in range(250))


def test_texts_between_tags_are_folded_too() -> None:
    steps = [
        step(f"s{i}", sh(f"echo {i}: ", echo().source, takes=("x",)), takes={"x": i})
        for i in range(210)
    ]
    templates = _templates(flow("many", *steps))
    (leaf,) = (one for one in templates.values() if "script" in one)
    assert leaf["script"]["source"] == (
        "{{inputs.parameters.text}}{{inputs.parameters.x}}'"
    )


def test_fewer_templates_stay_as_they_are() -> None:
    templates = _templates(flow("few", *(_own(index) for index in range(150))))
    assert len([one for one in templates.values() if "container" in one]) == 150


def test_templates_that_cannot_be_folded_are_counted() -> None:

    steps = (
        _own(index, resources=Resources(memory=2**20 * (index + 1)))
        for index in range(250)
    )
    assert _refused(flow("many", *steps)) == (
        "the manifest has 253 templates, 53 more than Argo takes (200)"
    )


def test_too_many_parameters_are_counted() -> None:
    many = tuple(f"p{index}" for index in range(501))
    template = Container(image="a:1", inputs=inputs(*many))
    wide = step("wide", template, takes=dict.fromkeys(many, 1))
    assert _refused(flow("wide", wide)) == (
        "template 'wide' has 501 input parameters, 1 more than Argo takes (500)"
    )


def test_a_manifest_that_is_too_big_is_measured() -> None:
    steps = [_own(at, args=("x" * 100_000 + str(at),)) for at in range(11)]
    assert "more than the 1,048,576 that the controller" in _refused(
        flow("big", *steps)
    )


def test_an_argument_of_a_program_that_is_too_long_is_measured() -> None:
    long = Container(image="a:1", args=("x" * 131_073,))
    assert _refused(flow("long", step("s", long))) == (
        "an entry of args of template 's' has 131,073 bytes; a program takes 131,072 at "
        "the most, so pass it as an artifact"
    )


def test_too_many_turns_are_counted() -> None:
    again = Repeat(condition=smaller(OutputRef("s"), 3), limit=100)
    assert "10 too many" in _refused(
        flow("turns", step("s", sh("echo 1"), repeat=again))
    )


def test_items_of_a_bounded_map_cannot_be_asked_about() -> None:
    each = step("each", sh("true"), loop=over(1, 2, parallelism=1))
    some = Ended("each", (Outcome.ANY_SUCCEEDED,))
    assert "asks how the items of step 'each' ended" in _refused(
        flow("asks", each, step("go", sh("true"), after=[some]))
    )
