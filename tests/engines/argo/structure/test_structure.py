"""What loops, ends, globals and verdicts become in a manifest."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from couler_jupyter.engines.argo.engine import Argo
from couler_jupyter.ir import (
    Compare,
    Constant,
    Ended,
    ExitHandler,
    Extra,
    FirstOf,
    FromStdout,
    InputParameter,
    ItemRef,
    Map,
    Operator,
    Outcome,
    OutputParameter,
    OutputRef,
    Over,
    ParameterRef,
    Range,
    Repeat,
    SubWorkflow,
    TurnRef,
    Workflow,
)
from couler_jupyter.testing.corpus import CORPUS
from couler_jupyter.testing.parts import echo, exits, flow, over, sh, smaller, step


def _templates(workflow: Workflow) -> dict[str, dict[str, Any]]:
    (document,) = Argo().compile(workflow).documents
    spec = yaml.safe_load(document.text)["spec"]
    return {one["name"]: one for one in spec["templates"]}


def _task(template: dict[str, Any], name: str) -> dict[str, Any]:
    (task,) = (one for one in template["dag"]["tasks"] if one["name"] == name)
    return dict(task)


def test_what_items_print_is_gathered_as_text() -> None:
    templates = _templates(
        flow(
            "w",
            step("each", echo(), takes={"x": ItemRef()}, loop=over("a", "b")),
            step("all", echo(), takes={"x": OutputRef("each")}),
        )
    )
    assert _task(templates["w"], "each")["template"] == "each-item"
    (left,) = templates["each-item"]["outputs"]["parameters"]
    assert left["valueFrom"] == {"parameter": "{{tasks.run.outputs.result}}"}
    (given,) = _task(templates["w"], "all")["arguments"]["parameters"]
    assert "fromJSON(tasks['each'].outputs.parameters.result)" in given["value"]


def test_what_nobody_gathers_needs_no_template_around_it() -> None:
    each = step("each", echo(), takes={"x": ItemRef()}, loop=over("a"))
    assert _task(_templates(flow("w", each))["w"], "each")["template"] == "each"


@pytest.mark.parametrize(
    ("end", "by", "expected"),
    [
        (4, 1, {"withSequence": {"start": "2", "end": "4"}}),
        (6, 2, {"withItems": [2, 4, 6]}),
        (0, -1, {"withItems": [2, 1, 0]}),
        (1, 1, {"withParam": "[]"}),
    ],
)
def test_ranges(end: int, by: int, expected: dict[str, Any]) -> None:
    numbers = Range(start=Constant.of(2), end=Constant.of(end), step=by)
    each = step(
        "each", echo(), takes={"x": ItemRef()}, loop=Map(over=Over(Constant.of([])))
    )
    from dataclasses import replace

    task = _task(
        _templates(flow("w", replace(each, loop=Map(over=numbers))))["w"], "each"
    )
    assert {key: task[key] for key in task if key.startswith("with")} == expected


def test_a_repeat_calls_itself_with_the_next_turn() -> None:
    templates = _templates(CORPUS["repeat"].make())
    again = _task(templates["grow-repeated"], "again")
    assert again["template"] == "grow-repeated"
    assert again["arguments"]["parameters"] == [
        {"name": "turn", "value": "{{=string(int(inputs.parameters.turn) + 1)}}"}
    ]
    assert again["when"].startswith("{{=int(inputs.parameters.turn) < 9 && (")
    assert _task(templates["grow-repeated"], "limit-reached")["dependencies"] == [
        "grow"
    ]


def test_equal_sub_workflows_are_one_template() -> None:
    def inner() -> SubWorkflow:
        return SubWorkflow(workflow=flow("inner", step("a", sh("true"))))

    templates = _templates(flow("w", step("one", inner()), step("two", inner())))
    assert [*templates] == ["w", "inner", "a"]


def test_an_exit_handler_knows_outputs_by_global_names() -> None:
    made = OutputParameter(name="result", source=FromStdout())
    tell = step("tell", echo(), takes={"x": OutputRef("work")})
    templates = _templates(
        flow(
            "w",
            step("work", sh("echo 42", outputs=(made,))),
            exit_handlers=(ExitHandler(step=tell, on=(Outcome.SUCCEEDED,)),),
        )
    )
    (left,) = templates["work-all"]["outputs"]["parameters"]
    assert left["globalName"] == "work-result"
    task = _task(templates["w-exit"], "tell")
    assert task["when"] == "{{workflow.status}} == Succeeded"
    assert task["arguments"]["parameters"][0]["value"] == (
        "{{workflow.outputs.parameters.work-result}}"
    )


def _verdict(workflow: Workflow) -> str:
    tasks = _templates(workflow)["w"]["dag"]["tasks"]
    return "".join(one["depends"] for one in tasks if one["name"] == "verdict")


def test_one_handler_of_a_failure_needs_no_verdict() -> None:
    failed = Ended("a", (Outcome.FAILED,))
    workflow = flow("w", step("a", sh("false")), step("b", sh("true"), after=[failed]))
    assert _verdict(workflow) == ""


def test_what_a_failure_keeps_back_does_not_fail_a_run_that_was_rescued() -> None:
    failed = Ended("a", (Outcome.FAILED,))
    workflow = flow(
        "w",
        step("a", sh("false")),
        step("rescue", sh("true"), after=[failed]),
        step("next", sh("true"), after=["a"]),
    )
    assert _verdict(workflow) == (
        "(a || a.Omitted || (a.Failed && rescue.Succeeded)) && "
        "(rescue || rescue.Omitted) && (next || next.Omitted)"
    )


def test_a_failure_that_others_can_do_without_fails_the_run() -> None:
    first = FirstOf((OutputRef("a"), Constant.of(1)))
    workflow = flow("w", step("a", sh("false")), step("b", echo(), takes={"x": first}))
    assert _verdict(workflow) == "(a || a.Omitted) && (b || b.Omitted)"


def test_one_good_item_does_not_hide_that_others_failed() -> None:
    some = Ended("try", (Outcome.ANY_SUCCEEDED,))
    workflow = flow(
        "w",
        step("try", exits(), takes={"x": ItemRef()}, loop=over(0, 1)),
        step("go", sh("true"), after=[some]),
    )
    assert _verdict(workflow) == "(try || try.Omitted) && (go || go.Omitted)"


def test_items_of_a_skipped_step_are_none() -> None:
    asked = Compare(ParameterRef("go"), Operator.EQUAL, Constant.of("yes"))
    last = Range(end=OutputRef("count"))
    tasks = _templates(
        flow(
            "w",
            step("list", sh("echo '[1]'"), when=asked),
            step("count", sh("echo 3"), when=asked),
            step(
                "each", sh("true"), loop=Map(over=Over(OutputRef("list"))), when=asked
            ),
            step("seq", sh("true"), loop=Map(over=last), when=asked),
            parameters=(InputParameter(name="go"),),
        )
    )["w"]
    maker = "tasks['list'].status == 'Succeeded' ? tasks['list'].outputs.result"
    assert _task(tasks, "each")["withParam"] == f"{{{{=({maker} : '[]')}}}}"
    sequence = _task(tasks, "seq")["withSequence"]
    assert sequence["start"] == "0"
    assert sequence["end"].endswith("tasks['count'].outputs.result : '0')}}")


def test_items_that_are_sure_are_taken_as_they_are() -> None:
    asked = Compare(ParameterRef("go"), Operator.EQUAL, Constant.of("yes"))
    each = step("each", sh("true"), loop=Map(over=Over(OutputRef("list"))), when=asked)
    tasks = _templates(
        flow(
            "w",
            step("list", sh("echo '[1]'")),
            each,
            parameters=(InputParameter(name="go"),),
        )
    )["w"]
    assert _task(tasks, "each")["withParam"] == "{{tasks.list.outputs.result}}"


def _ends(*extras: tuple[str, Any], **more: Any) -> dict[str, Any]:
    """Return the spec of a workflow whose exit handler is a template by itself."""
    alone = ("onExit", {"template": "bye", "layout": "template"})
    bye = step("bye", sh("exit 0"), **more)
    workflow = flow(
        "w",
        step("a", sh("true")),
        exit_handlers=(ExitHandler(step=bye),),
        extras=tuple(_extra(path, value) for path, value in (alone, *extras)),
    )
    (document,) = Argo().compile(workflow).documents
    return dict(yaml.safe_load(document.text)["spec"])


def _extra(path: str, value: Any) -> Extra:
    return Extra(engine="argo", path=path, value=Constant.of(value))


def test_one_exit_handler_may_be_the_template_itself() -> None:
    spec = _ends()
    assert spec["onExit"] == "bye"
    assert [one["name"] for one in spec["templates"]] == ["w", "a", "bye"]


def test_what_is_added_around_an_exit_handler_has_a_template_to_stand_in() -> None:
    labels = {"labels": {"of": "end"}}
    spec = _ends(("onExit.metadata", labels))
    (around,) = (one for one in spec["templates"] if one["name"] == spec["onExit"])
    assert around["metadata"] == labels
    hooks = {"late": {"template": "a", "expression": "true"}}
    spec = _ends(extras=(_extra("task.hooks", hooks),))
    (around,) = (one for one in spec["templates"] if one["name"] == spec["onExit"])
    assert around["dag"]["tasks"][0]["hooks"] == hooks


def test_before_the_first_turn_none_was_run() -> None:
    again = Repeat(condition=smaller(OutputRef("s"), 3), limit=5)
    one = step("s", sh("echo 1"), repeat=again, when=smaller(TurnRef(), 10))
    task = _task(_templates(flow("turns", one))["turns"], "s")
    assert task["when"] == "{{=0 < 10}}"


def test_parts_that_an_item_does_not_have_are_refused() -> None:
    items = over({"a": [1]}, {"a": []})
    work = flow("w", step("s", echo(), takes={"x": ItemRef(("a", 0))}, loop=items))
    (problem,) = Argo().problems(work)
    assert problem.what == "item 1 has no ('a', 0), which the step takes of each"
