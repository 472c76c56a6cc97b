from __future__ import annotations

import json

import pytest

from couler_jupyter.ir import (
    AnyOf,
    Argument,
    Constant,
    Ended,
    Outcome,
    Step,
    SubWorkflow,
    Workflow,
)
from couler_jupyter.protocol import WorkflowView, workflow_view
from tests.protocol import golden
from tests.protocol.cases import CASES, every_edge, function, nested


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
