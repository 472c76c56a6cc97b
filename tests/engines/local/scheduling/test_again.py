"""A run that is resumed: what had succeeded is kept (rule 15)."""

from __future__ import annotations

from typing import Any

from couler_jupyter.engines.local.scheduling.orders import Earlier
from couler_jupyter.ir import (
    Constant,
    ExitHandler,
    FromStdout,
    GlobalRef,
    Items,
    Map,
    Operator,
    OutputParameter,
    OutputRef,
    Phase,
    Repeat,
    Script,
    Step,
    SubWorkflow,
    Workflow,
)
from couler_jupyter.ir.condition import Compare
from tests.engines.local.scheduling.play import FAILS, Act, Play, flow, gives, step

LONG = Act(seconds=60)


def earlier_of(play: Play) -> dict[str, Earlier]:
    """What the store would know after `play`."""
    last = {event.step: event for event in play.events}
    known = {
        path: Earlier(
            phase=event.phase,
            attempt=event.attempt,
            message=event.message,
            outputs=play.outputs.get(path, {}),
        )
        for path, event in last.items()
    }
    kept = {
        path: Earlier(phase=Phase.SUCCEEDED, outputs=outputs)
        for path, outputs in play.outputs.items()
        if path not in known
    }
    return {**known, **kept}


def again(workflow: Workflow, first: Play, acts: Any = None) -> Play:
    return Play(workflow, acts or {}, earlier=earlier_of(first)).run()


def test_only_what_had_not_succeeded_runs_again() -> None:
    never = Compare(Constant.of(1), Operator.EQUAL, Constant.of(2))
    workflow = flow(
        step("a"),
        step("skip", when=never),
        step("b", takes={"x": OutputRef("a")}),
        step("c", takes={"x": OutputRef("b")}),
        exit_handlers=(ExitHandler(step=step("bye")),),
    )
    first = Play(workflow, {"b": FAILS, "a": gives("kept")}).run()
    second = again(workflow, first)
    assert second.order == ["b", "c", "bye"]
    assert second.launched[0].inputs == {"x": "kept"}
    assert second.launched[0].attempt == 2
    assert [launch.tries for launch in second.launched] == [1, 1, 1]
    assert second.phase is Phase.SUCCEEDED
    assert "a" not in second.phases
    assert second.times("b", Phase.PENDING) == [0, 0] or second.times(
        "b", Phase.PENDING
    )


def test_completed_items_and_turns_are_kept() -> None:
    items = Map(over=Items(tuple(Constant.of(n) for n in range(4))))
    more = Compare(OutputRef("r"), Operator.SMALLER, Constant.of(3))
    workflow = flow(
        step("m", loop=items),
        step("r", repeat=Repeat(condition=more, limit=9)),
        step("end", takes={"x": OutputRef("m"), "y": OutputRef("r")}),
    )
    acts = {"m[1]": FAILS, "m[3]": LONG, "r#1": gives(1), "r#2": gives(2), "r#3": LONG}
    first = Play(workflow, acts).until(10)
    second = again(workflow, first, {"r": gives(3)})
    assert set(second.order) == {"m[1]", "m[3]", "r#3", "end"}
    assert second.launched[-1].inputs == {"x": [f"m[{n}]" for n in range(4)], "y": 3}


def test_a_nested_workflow_goes_on_inside() -> None:
    inner = flow(step("x"), step("y", after=("x",)), name="inner")
    workflow = flow(
        step("s", template=SubWorkflow(workflow=inner)),
        step("t", template=SubWorkflow(workflow=inner)),
    )
    first = Play(workflow, {"s/y": FAILS}).run()
    assert again(workflow, first).order == ["s/y"]


def test_a_daemon_starts_again() -> None:
    workflow = flow(
        step("db", daemon=True), step("a", after=("db",)), step("b", after=("a", "db"))
    )
    first = Play(workflow, {"db": LONG, "b": FAILS}).run()
    second = again(workflow, first, {"db": LONG})
    assert second.order == ["db", "b"]
    assert second.phase is Phase.SUCCEEDED


def test_global_outputs_are_kept() -> None:
    told = OutputParameter(name="result", source=FromStdout(), global_name="best")
    inner = flow(
        Step(name="x", template=Script(source="true", outputs=(told,))), name="inner"
    )
    workflow = flow(
        step("s", template=SubWorkflow(workflow=inner)),
        step("b", takes={"v": GlobalRef("best")}, after=("s",)),
    )
    first = Play(workflow, {"s/x": gives(7), "b": FAILS}).run()
    second = again(workflow, first)
    assert second.order == ["b"]
    assert second.launched[0].inputs == {"v": 7}


def test_what_is_not_reached_again_does_not_stay_open() -> None:
    items = Map(over=Items(tuple(Constant.of(n) for n in range(2))))
    workflow = flow(step("a"), step("m", loop=items, after=("a",)))
    known = {
        "a": Earlier(phase=Phase.RUNNING, attempt=1),
        "m": Earlier(phase=Phase.FAILED),
        "m[1]": Earlier(phase=Phase.FAILED, attempt=1),
    }
    play = Play(workflow, {"a": FAILS}, earlier=known).run()
    assert play.phases == {"a": "failed", "m": "omitted", "m[1]": "omitted"}


def test_the_same_run_twice_gives_the_same_orders() -> None:
    workflow = flow(
        *(step(f"s{n}", after=(f"s{n - 3}",) if n > 2 else ()) for n in range(9))
    )
    plays = [Play(workflow, {"s4": FAILS}).run() for _ in range(2)]
    assert plays[0].events == plays[1].events
