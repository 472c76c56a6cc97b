"""Conditions, maps and repeats (rules 2, 3 and 4)."""

from __future__ import annotations

from typing import Any

import pytest

from couler_jupyter.engines.local.scheduling.data import Kept, Pickled
from couler_jupyter.engines.local.scheduling.orders import Capacity
from couler_jupyter.ir import (
    AllOf,
    AnyOf,
    AtLimit,
    Constant,
    Format,
    Function,
    InputParameter,
    ItemRef,
    Items,
    Map,
    Operator,
    OutputRef,
    Over,
    ParameterRef,
    Phase,
    Range,
    Repeat,
    TurnRef,
    Value,
)
from couler_jupyter.ir.condition import Compare
from tests.engines.local.scheduling.play import FAILS, Act, Play, flow, gives, step


def over(*items: Any, parallelism: int | None = None) -> Map:
    return Map(
        over=Items(tuple(Constant.of(item) for item in items)), parallelism=parallelism
    )


def is_big(value: Value) -> Compare:
    return Compare(value, Operator.BIGGER, Constant.of(1))


def test_when_is_asked_with_values() -> None:
    workflow = flow(step("a"), step("b", when=is_big(OutputRef("a"))))
    assert Play(workflow, {"a": gives(2)}).run().phases["b"] == "succeeded"
    assert Play(workflow, {"a": gives("2")}).run().phases["b"] == "succeeded"
    play = Play(workflow, {"a": gives(0)}).run()
    assert play.phases["b"] == "skipped"
    assert play.phase is Phase.SUCCEEDED


def test_a_comparison_without_an_order_fails_the_step() -> None:
    play = Play(
        flow(step("a"), step("b", when=is_big(OutputRef("a")))), {"a": gives([1])}
    ).run()
    assert play.phases["b"] == "failed"
    assert "no order" in play.message("b")


def test_a_condition_is_asked_from_left_to_right_as_far_as_needed() -> None:
    bad = is_big(OutputRef("a"))
    no = Compare(Constant.of(1), Operator.EQUAL, Constant.of(2))
    yes = Compare(Constant.of(1), Operator.EQUAL, Constant.of(1))
    workflow = flow(
        step("a"),
        step("b", when=AllOf((no, bad))),
        step("c", when=AnyOf((yes, bad))),
        step("d", when=AnyOf((bad, yes))),
    )
    play = Play(workflow, {"a": gives([1])}).run()
    assert play.phases["b"] == "skipped"
    assert play.phases["c"] == "succeeded"
    assert play.phases["d"] == "failed"


def test_a_value_that_is_no_json_cannot_be_compared_or_mapped_over() -> None:
    frame = Pickled("values/a", "pandas.core.frame.DataFrame")
    workflow = flow(
        step("a"),
        step("b", when=is_big(OutputRef("a"))),
        step("c", loop=Map(over=Over(OutputRef("a")))),
        step("d", takes={"x": Format(("it is ", OutputRef("a")))}),
    )
    play = Play(workflow, {"a": gives(frame)}).run()
    what = "output 'result' of step 'a', a DataFrame,"
    assert play.message("b") == f"compares {what} which is no JSON value"
    assert play.message("c") == f"maps over {what[:-1]}, no list; return a list"
    assert play.message("d") == f"puts {what} into a text which is no JSON value"
    assert {play.phases[name] for name in "bcd"} == {"failed"}


def test_a_list_of_what_json_cannot_say_is_told_so() -> None:
    pairs = Pickled("values/a", "list")
    play = Play(
        flow(step("a"), step("m", loop=Map(over=Over(OutputRef("a"))))),
        {"a": gives(pairs)},
    ).run()
    assert play.message("m") == (
        "maps over output 'result' of step 'a', a list that holds what JSON cannot say, "
        "such as tuples; put lists, objects, texts and numbers in it"
    )


def test_a_map_runs_once_per_item_and_gathers_in_order() -> None:
    workflow = flow(
        step(
            "m", takes={"x": ItemRef(("v",))}, loop=over({"v": 3}, {"v": 1}, {"v": 2})
        ),
        step("sum", takes={"all": OutputRef("m")}),
    )
    play = Play(
        workflow,
        lambda launch: gives(launch.inputs.get("x"), launch.inputs.get("x", 1)),
    ).run()
    assert play.outputs["m"] == {"result": [3, 1, 2]}
    assert dict(play.launched[-1].inputs) == {"all": [3, 1, 2]}
    assert play.times("m", Phase.RUNNING) == [0]
    assert play.times("m", Phase.SUCCEEDED) == [3]
    assert play.phases["m[2]"] == "succeeded"


@pytest.mark.parametrize(
    ("value", "items"),
    [([1, "a"], [1, "a"]), ("[1,2]", [1, 2]), ([], [])],
)
def test_a_map_over_an_output(value: Any, items: list[Any]) -> None:
    workflow = flow(
        step("a"),
        step("m", takes={"x": ItemRef()}, loop=Map(over=Over(OutputRef("a")))),
    )
    play = Play(workflow, {"a": gives(value)}).run()
    assert [launch.inputs["x"] for launch in play.launched[1:]] == items
    assert play.phases["m"] == "succeeded"
    assert play.outputs["m"]["result"] == [f"m[{n}]" for n in range(len(items))]


@pytest.mark.parametrize("value", [3, "no", {"a": 1}, None])
def test_a_map_over_what_is_no_list_fails(value: Any) -> None:
    play = Play(
        flow(step("a"), step("m", loop=Map(over=Over(OutputRef("a"))))),
        {"a": gives(value)},
    ).run()
    assert play.phases["m"] == "failed"
    assert "which is no list" in play.message("m")


@pytest.mark.parametrize(
    ("source", "items"),
    [
        (Range(end=Constant.of(2)), [0, 1, 2]),
        (Range(start=Constant.of(5), end=Constant.of(1), step=-2), [5, 3, 1]),
        (Range(end=Constant.of(1), format="n%02d"), ["n00", "n01"]),
        (Range(start=Constant.of(2), end=OutputRef("a")), [2, 3, 4]),
        (Range(start=Constant.of(9), end=OutputRef("a")), []),
    ],
)
def test_ranges_go_up_to_their_end(source: Range, items: list[Any]) -> None:
    play = Play(
        flow(step("a"), step("m", takes={"x": ItemRef()}, loop=Map(over=source))),
        {"a": gives("4")},
    ).run()
    assert [one.inputs["x"] for one in play.launched if one.step.name == "m"] == items


@pytest.mark.parametrize(
    ("source", "why"),
    [
        (Range(end=ParameterRef("x")), "no whole number"),
        (Range(end=Constant.of(10**9)), "100000 at the most"),
    ],
)
def test_ranges_that_cannot_be(source: Range, why: str) -> None:
    x = InputParameter(name="x", default=Constant.of("x"))
    play = Play(flow(step("m", loop=Map(over=source)), parameters=(x,))).run()
    assert play.phases["m"] == "failed"
    assert why in play.message("m")


def test_a_failed_item_stops_no_other_and_what_succeeded_is_kept() -> None:
    play = Play(
        flow(step("m", loop=over(1, 2, 3)), step("n", after=("m",))),
        {"m[0]": FAILS, "m[1]": Act(seconds=9, outputs={"result": "kept"})},
    ).run()
    assert play.phases["m"] == "failed"
    assert play.message("m") == "1 of 3 items failed; item 0: exit code 1"
    assert play.phases["m[1]"] == "succeeded"
    assert play.outputs["m"]["result"] == ["kept", "m[2]"]
    assert play.phases["n"] == "omitted"


def test_a_condition_on_the_item_skips_items() -> None:
    workflow = flow(step("m", loop=over(1, 2, 3), when=is_big(ItemRef())))
    play = Play(workflow).run()
    assert play.phases == {
        "m": "succeeded",
        "m[0]": "skipped",
        "m[1]": "succeeded",
        "m[2]": "succeeded",
    }
    assert play.outputs["m"]["result"] == ["m[1]", "m[2]"]
    play = Play(flow(step("m", loop=over(0, 1), when=is_big(ItemRef())))).run()
    assert play.phases["m"] == "skipped"


def test_at_most_so_many_items_at_once() -> None:
    play = Play(flow(step("m", loop=over(*range(9), parallelism=4)))).run()
    assert play.most_running == 4
    assert play.now == pytest.approx(1003)
    assert play.order == [f"m[{n}]" for n in range(9)]


def test_handles_are_items_too() -> None:
    files = [Kept(path=f"artifacts/{n}", folder=False, size=1, sha256="") for n in "ab"]
    frame = Pickled("values/a", "set")
    function = Function(
        source="def f(x): ...", entrypoint="f", inputs=(InputParameter(name="x"),)
    )
    workflow = flow(
        step("a"),
        step(
            "m",
            template=function,
            takes={"x": ItemRef(("k", 0))},
            loop=Map(over=Over(OutputRef("a"))),
        ),
    )
    play = Play(workflow, {"a": gives([frame])}).run()
    assert play.launched[1].inputs["x"] == Pickled("values/a", "set", ("k", 0))
    play = Play(workflow, {"a": gives([{"k": [files[0]]}])}).run()
    assert play.message("m[0]") == "input 'x' is a file, not a JSON value"


COUNT = Repeat(
    condition=Compare(OutputRef("r"), Operator.SMALLER, Constant.of(3)), limit=5
)


def test_a_repeat_goes_on_while_its_condition_holds() -> None:
    workflow = flow(
        step("r", takes={"n": TurnRef()}, repeat=COUNT),
        step("b", takes={"x": OutputRef("r")}),
    )
    play = Play(workflow, lambda one: gives(one.inputs.get("n"))).run()
    assert play.order == ["r#1", "r#2", "r#3", "b"]
    assert play.outputs["r"] == {"result": 3}
    assert play.launched[-1].inputs["x"] == 3
    assert play.times("r", Phase.RUNNING) == [0]
    assert play.times("r", Phase.SUCCEEDED) == [3]


@pytest.mark.parametrize(
    ("at_limit", "phase"), [(AtLimit.FAIL, "failed"), (AtLimit.ACCEPT, "succeeded")]
)
def test_a_repeat_ends_at_its_limit(at_limit: AtLimit, phase: str) -> None:
    repeat = Repeat(condition=COUNT.condition, limit=2, at_limit=at_limit)
    play = Play(flow(step("r", repeat=repeat)), {"r": gives(0)}).run()
    assert play.order == ["r#1", "r#2"]
    assert play.phases["r"] == phase
    assert "after 2 turns" in play.message("r")


def test_a_repeat_pauses_between_turns() -> None:
    pause = Format((OutputRef("a"),))
    repeat = Repeat(condition=COUNT.condition, limit=2, pause=pause)
    play = Play(
        flow(step("a"), step("r", repeat=repeat)), {"a": gives(2.5), "r": gives(0)}
    ).run()
    assert play.times("r#2", Phase.RUNNING) == [4.5]


def test_a_failed_turn_fails_the_step() -> None:
    play = Play(flow(step("r", repeat=COUNT)), {"r#1": gives(1), "r#2": FAILS}).run()
    assert play.phases["r"] == "failed"
    assert play.message("r") == "turn 2: exit code 1"


def test_a_thousand_turns_without_a_pause() -> None:
    repeat = Repeat(
        condition=Compare(OutputRef("r"), Operator.EQUAL, Constant.of(0)), limit=1000
    )
    play = Play(
        flow(step("r", repeat=repeat)),
        {"r": gives(0, 0.0)},
        capacity=Capacity(cpu=1, memory=0),
    ).run()
    assert play.phases["r"] == "failed"
    assert len(play.launched) == 1000
