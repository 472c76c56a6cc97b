from __future__ import annotations

import json

import pytest

from couler_jupyter.ir import (
    AnyOf,
    Argument,
    Constant,
    Ended,
    Outcome,
    Phase,
    Step,
    SubWorkflow,
    Workflow,
)
from couler_jupyter.protocol import (
    StepState,
    WorkflowView,
    boxes_in,
    run_view,
    workflow_view,
)
from tests.protocol import golden
from tests.protocol.cases import CASES, START, every_edge, function, nested, parted


def edges(view: WorkflowView) -> dict[tuple[str, str], tuple[str, str]]:
    return {
        (edge["source"], edge["target"]): (edge["kind"], edge["label"])
        for edge in view["edges"]
    }


@pytest.mark.parametrize("case", sorted(CASES))
def test_view_is_what_it_was(case: str) -> None:
    view = workflow_view(CASES[case]())
    text = json.dumps(view, indent=1, ensure_ascii=False) + "\n"
    golden.check(f"protocol/workflow_{case}.json", text)


@pytest.mark.parametrize("case", sorted(CASES))
@pytest.mark.parametrize("most", [0, 60])
def test_view_is_a_graph(case: str, most: int) -> None:
    view = workflow_view(CASES[case](), most=most)
    ids = [node["id"] for node in view["nodes"]]
    assert len(set(ids)) == len(ids)
    groups = {"", *(group["id"] for group in view["groups"])}
    assert {node["group"] for node in view["nodes"]} <= groups
    assert {group["parent"] for group in view["groups"]} <= groups
    pairs = [(edge["source"], edge["target"]) for edge in view["edges"]]
    assert len(set(pairs)) == len(pairs)
    assert {end for pair in pairs for end in pair} <= set(ids)
    assert all(ids.index(source) < ids.index(target) for source, target in pairs)


def test_the_most_telling_reason_is_drawn() -> None:
    assert edges(workflow_view(every_edge())) == {
        ("first", "risky"): ("order", ""),
        ("first", "rescue"): ("data", ""),
        ("risky", "rescue"): ("phase", "failed or errored"),
        ("risky", "either"): ("phase", "not failed or errored"),
        ("first", "either"): ("order", ""),
        ("first", "gated"): ("condition", "first.result > 1"),
        **{
            (last, end): ("phase", "")
            for last in ("rescue", "either", "gated")
            for end in ("tidy", "alarm")
        },
    }


def test_where_one_of_several_ends_is_enough_the_whole_is_told() -> None:
    either = AnyOf((Ended("a", (Outcome.FAILED,)), Ended("b", (Outcome.SUCCEEDED,))))
    steps = (
        *(Step(name=name, template=function(name)) for name in "ab"),
        Step(name="c", template=function("c"), after=(either,)),
    )
    whole = ("phase", "a failed or b succeeded")
    view = workflow_view(Workflow(name="w", steps=steps))
    assert edges(view) == {("a", "c"): whole, ("b", "c"): whole}


def test_a_small_sub_workflow_is_open_and_a_big_one_is_one_box() -> None:
    opened = workflow_view(nested())
    assert [node["id"] for node in opened["nodes"]] == [
        "load",
        "tune/fit",
        "tune/score",
        "report",
    ]
    assert set(edges(opened)) == {
        ("load", "tune/fit"),
        ("tune/fit", "tune/score"),
        ("tune/score", "report"),
    }
    assert opened["groups"][0]["badges"] == ["map ×2"]
    closed = workflow_view(nested(), most=3)
    assert [node["id"] for node in closed["nodes"]] == ["load", "tune", "report"]
    assert closed["nodes"][1]["detail"] == "search, 2 steps"
    assert closed["groups"] == []


def test_short_constants_tell_sisters_apart() -> None:
    sisters = [
        Step(
            name=f"train-{index}",
            template=function("train", "model"),
            arguments=(Argument("model", Constant.of(model)),),
        )
        for index, model in enumerate(("mlp", "a very long name of a model"))
    ]
    view = workflow_view(Workflow(name="w", steps=tuple(sisters)))
    assert [node["detail"] for node in view["nodes"]] == [
        'train(model="mlp")',
        "train(model)",
    ]


def test_groups_nest() -> None:
    inner = Workflow(name="inner", steps=(Step(name="s", template=function("s")),))
    middle = Workflow(
        name="middle", steps=(Step(name="in", template=SubWorkflow(workflow=inner)),)
    )
    outer = Workflow(
        name="outer", steps=(Step(name="mid", template=SubWorkflow(workflow=middle)),)
    )
    view = workflow_view(outer)
    assert [node["id"] for node in view["nodes"]] == ["mid/in/s"]
    parents = {group["id"]: group["parent"] for group in view["groups"]}
    assert parents == {"mid": "", "mid/in": "mid"}


def cut(view: WorkflowView) -> set[tuple[str, str]]:
    return {(one["source"], one["target"]) for one in view["edges"] if one["cut"]}


def test_parts_are_outlines_and_edges_between_them_are_cut() -> None:
    view = workflow_view(parted())
    assert {node["id"]: (node["part"], node["group"]) for node in view["nodes"]} == {
        "load": (1, "part 1"),
        "fit-a": (1, "part 1"),
        "fit-b": (2, "part 2"),
        "tune/try": (2, "tune"),
        "tune/keep": (2, "tune"),
        "best": (3, "part 3"),
        "tidy": (None, ""),
    }
    groups = {one["id"]: (one["kind"], one["parent"]) for one in view["groups"]}
    assert groups["part 2"] == ("part", "")
    assert groups["tune"] == ("subworkflow", "part 2")
    assert cut(view) == {
        ("load", "fit-b"),
        ("fit-a", "best"),
        ("fit-b", "best"),
        ("tune/keep", "best"),
    }


def test_a_part_that_is_closed_is_one_box() -> None:
    view = workflow_view(parted(), closed={"part 2"})
    assert [node["id"] for node in view["nodes"]] == [
        "load",
        "fit-a",
        "part 2",
        "best",
        "tidy",
    ]
    box = view["nodes"][2]
    assert (box["kind"], box["part"], box["badges"]) == ("part", 2, ["2 steps"])
    assert [one["closed"] for one in view["parts"]] == [False, True, False]
    assert edges(view)["part 2", "best"] == ("order", "2 edges")
    assert cut(view) == {("load", "part 2"), ("fit-a", "best"), ("part 2", "best")}
    assert "tune" not in {one["id"] for one in view["groups"]}


def test_parts_of_a_big_workflow_are_closed_until_they_are_asked_for() -> None:
    closed = workflow_view(parted(), most=4)
    ids = [node["id"] for node in closed["nodes"]]
    assert ids == ["part 1", "part 2", "part 3", "tidy"]
    opened = workflow_view(parted(), most=4, opened={"part 2"})
    assert [node["id"] for node in opened["nodes"]] == [
        "part 1",
        "fit-b",
        "tune",
        "part 3",
        "tidy",
    ]
    wide = workflow_view(parted(), most=4, opened={"part 2", "tune"})
    assert {"tune/try", "tune/keep"} <= {node["id"] for node in wide["nodes"]}


def test_steps_of_a_closed_part_stand_in_its_box() -> None:
    view = workflow_view(parted(), closed={"part 2"})
    done = StepState(phase=Phase.SUCCEEDED, started=START, finished=START + 1)
    run = run_view(
        run_id="r",
        workflow="parted",
        engine="local",
        phase=Phase.RUNNING,
        steps=dict.fromkeys(("load", "fit-b", "tune", "tune/try"), done),
        nodes={one["id"] for one in view["nodes"]},
        boxes=boxes_in(view),
    )
    assert {one["id"]: one["node"] for one in run["steps"]} == {
        "load": "load",
        "fit-b": "part 2",
        "tune": "part 2",
        "tune/try": "part 2",
    }
