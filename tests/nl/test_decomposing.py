"""A wish taken apart, whatever a model says."""

from __future__ import annotations

import json

import pytest

from couler_jupyter.errors import ModelFailed
from couler_jupyter.llm import Answer, Spent
from couler_jupyter.nl.asking import Talk
from couler_jupyter.nl.decomposing import MOST_MODULES, Decomposition, decompose, schema
from couler_jupyter.nl.modules import Kind, Module
from couler_jupyter.nl.proposal import Wish
from couler_jupyter.testing.models import Planned, QueueModel
from tests.nl.test_pipeline import module, plan

WISH = Wish(text="train a model on the trips")


def decomposed(*answers: Planned) -> Decomposition:
    return decompose(WISH, Talk(QueueModel(answers), None))


def test_modules_have_names_kinds_and_needs() -> None:
    got = decomposed(plan(module("load", kind="loading"), module("train", "load")))
    assert got.modules[0] == Module(name="load", kind=Kind.LOADING, does="load it")
    assert got.modules[1].needs == ("load",)


def test_names_become_those_of_functions() -> None:
    got = decomposed(plan(module("Load data!"), module("fit", "load-data")))
    assert [one.name for one in got.modules] == ["load_data", "fit"]
    assert got.modules[1].needs == ("load_data",)


def test_json_in_a_fence_is_read() -> None:
    assert decomposed(f"Here it is:\n```json\n{plan()}\n```").modules


@pytest.mark.parametrize(
    "wrong",
    [
        "I will plan that.",
        "{}",
        plan().replace('"loading"', '"cooking"'),
        plan()[:-20],
        Answer(text=plan()[:-20], model="m", spent=Spent(), cut=True),
    ],
    ids=["talk", "nothing", "kind", "open", "cut"],
)
def test_what_is_no_plan_is_sent_back(wrong: Planned) -> None:
    model = QueueModel([wrong, plan()])
    got = decompose(WISH, Talk(model, None))
    assert got.modules
    if len(model.asked) > 1:  # small slips are repaired where json_repair is at hand
        assert "Answer again, with JSON only" in model.asked[1].messages[-1].text


@pytest.mark.parametrize(
    ("modules", "part"),
    [
        ([module("a"), module("a")], "two modules are called 'a'"),
        ([module("a", "b")], "module 'a' needs 'b', which is no module"),
        ([module("a", "b"), module("b", "a")], "modules need each other"),
        ([module("1st")], "no name that a function can have"),
        ([module(f"m{n}") for n in range(MOST_MODULES + 1)], "modules; give 40"),
    ],
)
def test_what_makes_no_sense_is_sent_back(
    modules: list[dict[str, object]], part: str
) -> None:
    model = QueueModel([plan(*modules), plan()])
    assert decompose(WISH, Talk(model, None)).modules
    assert part in model.asked[1].messages[-1].text


def test_no_modules_and_no_question_are_sent_back() -> None:
    nothing = json.dumps({"question": "", "name": "x", "modules": []})
    model = QueueModel([nothing, plan()])
    decompose(WISH, Talk(model, None))
    assert "no modules and no question" in model.asked[1].messages[-1].text


def test_a_model_that_never_makes_sense_is_told() -> None:
    with pytest.raises(ModelFailed, match="did not take the wish apart"):
        decomposed(*[plan(module("a"), module("a"))] * 3)


def test_every_object_of_the_schema_is_closed_as_endpoints_want_it() -> None:
    items = schema()["properties"]["modules"]["items"]
    for one in (schema(), items):
        assert one["additionalProperties"] is False
        assert set(one["required"]) == set(one["properties"])


def test_all_of_a_plan_is_asked_for_by_schema() -> None:
    model = QueueModel([plan()])
    decompose(WISH, Talk(model, None))
    assert model.asked[0].schema == schema()
