from __future__ import annotations

from typing import Any

import pytest

from couler_jupyter.engines.argo.live.parts.crossing import end_of
from couler_jupyter.engines.argo.live.parts.ends import End, gate_end
from couler_jupyter.engines.argo.parts.children import Gate
from couler_jupyter.ir import FromFile, ItemRef, OutputParameter, Step, StepField
from couler_jupyter.testing.parts import echo, over, sh, step
from tests.engines.argo.live.nodes import node, node_id

ONE = step("one", echo(), takes={"x": "1"})
MAPPED = step("fit", echo(), takes={"x": ItemRef()}, loop=over("p", "q", "r"))


def read(what: Step, *nodes: Any) -> End | None:
    return end_of(what, nodes[0], {one["id"]: one for one in nodes})


def printed(text: str) -> dict[str, Any]:
    return {"outputs": {"result": text}}


def item(number: int, phase: str = "Succeeded", **more: Any) -> Any:
    return node(f"w.fit({number}:x)", phase=phase, boundaryID="id-w", **more)


def group(*items: Any, phase: str = "Succeeded") -> list[Any]:
    """A map behind which another step came, as it hangs on the last items."""
    children = [one["id"] for one in items]
    return [node("w.fit", "TaskGroup", phase, children=children), *items]


def test_a_step_that_goes_on_has_no_end() -> None:
    assert read(ONE, node("w.one", phase="Running")) is None


def test_what_is_printed_is_an_output() -> None:
    end = read(ONE, node("w.one", **printed("5")))
    assert end is not None
    assert end.values == {"result": "5"}
    assert end.facts[StepField.PHASE] == "Succeeded"
    assert end.facts[StepField.ID] == node_id("w.one")


def test_parameters_go_by_their_names_in_argo() -> None:
    port = OutputParameter(name="a.b", source=FromFile("/x"))
    what = step("one", sh("true", outputs=(port,)))
    left = {"parameters": [{"name": "a-b-2e7336", "value": "7"}], "exitCode": "0"}
    end = read(what, node("w.one", outputs=left))
    assert end is not None
    assert end.values == {"a.b": "7"}
    assert end.facts[StepField.EXIT_CODE] == "0"


@pytest.mark.parametrize(
    ("texts", "listed"),
    [
        (("1", "2", '"u"'), '[1,2,"u"]'),
        (("[1]", "[2]", "{}"), "[[1],[2],{}]"),
        (("no json", "1", "2"), '["no json",1,2]'),
    ],
)
def test_what_items_print_is_a_list(texts: tuple[str, ...], listed: str) -> None:
    items = [item(n, **printed(text)) for n, text in enumerate(texts)]
    end = read(MAPPED, *group(*reversed(items)))
    assert end is not None
    assert end.values == {"result": listed}


@pytest.mark.parametrize(
    ("texts", "listed"),
    [
        (("1", "2"), '["1","2"]'),
        (("[1]", "{}"), "[[1],{}]"),
        (("[1]", "2"), '["[1]","2"]'),
    ],
)
def test_parameters_of_items_are_texts_unless_all_are_lists(
    texts: tuple[str, ...], listed: str
) -> None:
    items = [
        item(n, outputs={"parameters": [{"name": "result", "value": text}]})
        for n, text in enumerate(texts)
    ]
    end = read(MAPPED, *group(*items))
    assert end is not None
    assert end.values == {"result": listed}


def test_a_map_over_nothing_leaves_an_empty_list() -> None:
    behind = node("w.next")
    found = [node("w.fit", "TaskGroup", children=[behind["id"]]), behind]
    end = read(MAPPED, *found)
    assert end is not None
    assert end.values == {"result": "[]"}


def test_a_map_of_which_all_items_failed_is_told_apart() -> None:
    some = read(MAPPED, *group(item(0), item(1, "Failed"), phase="Failed"))
    none = read(MAPPED, *group(item(0, "Error"), item(1, "Failed"), phase="Failed"))
    assert some is not None
    assert none is not None
    assert (some.none_good, none.none_good) == (False, True)
    assert some.values == {}


def test_what_was_ended_from_outside_is_no_failure_of_its_own() -> None:
    why = "workflow shutdown with strategy: Stop"
    end = read(ONE, node("w.one", phase="Failed", message=why))
    assert end is not None
    assert end.killed


def test_a_gate_of_several_steps_says_only_whether_all_went_well() -> None:
    gate = Gate(task="g", steps=("a", "b"), part=1)
    good, skipped, bad = (End(phase=one) for one in ("Succeeded", "Skipped", "Failed"))
    assert gate_end(gate, {"a": good, "b": skipped}, {}).phase == "Succeeded"
    assert gate_end(gate, {"a": good, "b": bad}, {}).phase == "Omitted"


def test_a_gate_gets_what_is_asked_of_its_step() -> None:
    gate = Gate(
        task="a",
        steps=("a",),
        part=1,
        outputs=("x y", "none"),
        facts=((StepField.ID, "couler-id"), (StepField.ADDRESS, "couler-address")),
    )
    end = End(phase="Failed", values={"x y": "1", "z": "2"}, facts={StepField.ID: "n1"})
    made = gate_end(gate, {"a": end}, {"x y": "x-y-1"})
    assert (made.phase, made.values) == ("Failed", {"x-y-1": "1", "couler-id": "n1"})
