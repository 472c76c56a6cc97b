"""Uses of what may not be there, however deep they stand (rule 1)."""

from __future__ import annotations

import pytest

from couler_jupyter.engines.local.scheduling.orders import Capacity
from couler_jupyter.ir import (
    Compare,
    Constant,
    DictOf,
    FirstOf,
    Format,
    ItemRef,
    Items,
    ListOf,
    Map,
    Operator,
    OutputRef,
    Range,
    Repeat,
    RunField,
    RunRef,
    StepField,
    StepRef,
    Value,
)
from tests.engines.local.scheduling.play import FAILS, Play, flow, gives, script, step

BAD = OutputRef("bad")
ELSE = Constant.of("else")


@pytest.mark.parametrize(
    "value",
    [
        BAD,
        StepRef("bad", StepField.PHASE),
        Format(("a", BAD)),
        ListOf((ELSE, BAD)),
        DictOf((("k", BAD),)),
        DictOf((("k", ListOf((Format((BAD,)),))),)),
    ],
)
def test_a_use_needs_the_step_to_have_succeeded(value: Value) -> None:
    play = Play(flow(step("bad"), step("b", takes={"x": value})), {"bad": FAILS}).run()
    assert play.phases["b"] == "omitted"
    assert play.message("b") == "bad failed"


@pytest.mark.parametrize(
    ("value", "come"),
    [
        (FirstOf((BAD, ELSE)), "else"),
        (Format(("a ", FirstOf((BAD, ELSE)))), "a else"),
        (ListOf((FirstOf((BAD, OutputRef("good"))),)), ["good"]),
        (DictOf((("k", FirstOf((Format((BAD,)), ELSE))),)), {"k": "else"}),
        (FirstOf((ListOf((BAD,)), DictOf((("k", BAD),)), ELSE)), "else"),
        (FirstOf((FirstOf((BAD,)), OutputRef("good"))), "good"),
        (FirstOf((StepRef("good", StepField.EXIT_CODE), ELSE)), "else"),
        (FirstOf((StepRef("bad", StepField.EXIT_CODE), ELSE)), 1),
    ],
)
def test_a_choice_takes_what_is_there(value: Value, come: object) -> None:
    workflow = flow(step("bad"), step("good"), step("b", takes={"x": value}))
    play = Play(workflow, {"bad": FAILS}).run()
    assert play.launched[-1].inputs["x"] == come


def test_a_default_is_no_hard_use_and_of_a_map_it_is_no_items() -> None:
    never = Compare(Constant.of(1), Operator.EQUAL, Constant.of(2))
    items = Map(over=Items((Constant.of(1),)))
    workflow = flow(
        step("a", template=script(default=7), when=never),
        step("m", template=script(default=7), when=never, loop=items),
        step("b", takes={"x": ListOf((OutputRef("a"), OutputRef("m")))}),
    )
    play = Play(workflow).run()
    assert play.launched[-1].inputs["x"] == [7, []]


def test_a_condition_that_cannot_be_asked_fails_what_asks_it() -> None:
    items = Map(over=Items((Constant.of(1), Constant.of("x"))))
    is_big = Compare(ItemRef(), Operator.BIGGER, Constant.of(0))
    part = Compare(ItemRef(("k",)), Operator.EQUAL, Constant.of(0))
    again = Compare(OutputRef("r"), Operator.BIGGER, Constant.of(0))
    workflow = flow(
        step("m", loop=items, when=is_big),
        step("n", loop=items, when=part),
        step("r", repeat=Repeat(condition=again, limit=3)),
    )
    play = Play(workflow, {"r": gives([1])}).run()
    assert (play.phases["m[0]"], play.phases["m[1]"]) == ("succeeded", "failed")
    assert play.phases["n[0]"] == "errored"
    assert play.message("n[0]") == "the item has no 'k'"
    assert play.phases["r"] == "failed"
    assert "no order" in play.message("r")


def test_a_range_to_what_is_no_number() -> None:
    over = Map(over=Range(end=OutputRef("a")))
    workflow = flow(step("a"), step("m", loop=over))
    play = Play(workflow, {"a": gives(2.5)}).run()
    assert play.message("m") == (
        "its range goes to or from 2.5, which is no whole number"
    )


def test_facts_that_no_run_on_one_machine_has() -> None:
    workflow = flow(step("a", takes={"x": RunRef(RunField.NAMESPACE)}))
    play = Play(workflow, capacity=Capacity(cpu=1, memory=0)).run()
    assert play.message("a") == "a run on this machine has no namespace"


def test_other_facts_of_the_run() -> None:
    fields = (RunField.STARTED, RunField.SCHEDULED, RunField.PRIORITY, RunField.RUN)
    takes = {field.name: RunRef(field) for field in fields}
    play = Play(flow(step("a", takes=takes), priority=5)).run()
    assert play.launched[0].inputs == {
        "STARTED": "1970-01-01T00:16:40+00:00",
        "SCHEDULED": "1970-01-01T00:16:40+00:00",
        "PRIORITY": 5,
        "RUN": "run",
    }
