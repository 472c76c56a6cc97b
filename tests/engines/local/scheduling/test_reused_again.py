"""Reused steps whose bytes are needed after all: run again, for those that wait."""

from __future__ import annotations

from collections.abc import Callable

from couler_jupyter.engines.local.scheduling.orders import Capacity, Launch
from couler_jupyter.ir import OutputRef, Phase, Retry, Step, Workflow
from tests.engines.local.scheduling.play import (
    FAILS,
    OK,
    Act,
    Play,
    flow,
    step,
)

REUSED = Act(phase=Phase.CACHED, seconds=0.0)


def reading(name: str, before: str) -> Step:
    return step(name, takes={"x": OutputRef(before, "result")})


def line() -> Workflow:
    return flow(step("a"), reading("b", "a"), reading("c", "b"))


def acts(again: Act = OK) -> Callable[[Launch], Act]:
    """`a` and `b` are reused; `c` finds once that it lacks what `b` left."""
    lacks = {"c": "b"}

    def act(launch: Launch) -> Act:
        if launch.path in lacks:
            return Act(
                phase=Phase.PENDING, seconds=0.0, lacks=(lacks.pop(launch.path),)
            )
        if launch.again:
            return again
        return REUSED if launch.path in ("a", "b") else OK

    return act


def test_it_is_run_with_the_number_of_the_reuse_and_then_who_waits() -> None:
    play = Play(line(), acts()).run()
    assert play.phase is Phase.SUCCEEDED
    assert play.order == ["a", "b", "c", "b", "c"]
    first, again = [one for one in play.launched if one.path == "b"]
    assert (first.again, again.again) == (False, True)
    assert first.attempt == again.attempt
    assert again.inputs == first.inputs
    assert play.phases == {"a": "cached", "b": "succeeded", "c": "succeeded"}
    assert play.times("b", Phase.SUCCEEDED) == [1.0]
    assert play.times("c", Phase.SUCCEEDED) == [2.0]


def test_in_turn() -> None:
    lacking = {"c": ["b"], "b": ["a"]}

    def act(launch: Launch) -> Act:
        if launch.path == "c" or launch.again:
            left = lacking.get(launch.path)
            if left:
                return Act(phase=Phase.PENDING, seconds=0.0, lacks=(left.pop(),))
            return OK
        return REUSED

    play = Play(line(), act).run()
    assert play.phase is Phase.SUCCEEDED
    assert play.order == ["a", "b", "c", "b", "a", "b", "c"]


def test_once_for_all_who_wait() -> None:
    workflow = flow(step("a"), reading("b", "a"), reading("c", "a"))
    missed: set[str] = set()

    def act(launch: Launch) -> Act:
        if launch.path in ("b", "c") and launch.path not in missed:
            missed.add(launch.path)
            return Act(phase=Phase.PENDING, seconds=0.0, lacks=("a",))
        return OK if launch.again or launch.path != "a" else REUSED

    play = Play(workflow, act).run()
    assert play.phase is Phase.SUCCEEDED
    assert play.order.count("a") == 2
    assert play.order.count("b") == play.order.count("c") == 2


def test_what_cannot_be_made_again_ends_those_who_wait() -> None:
    play = Play(line(), acts(again=FAILS)).run()
    assert play.phase is Phase.ERRORED
    assert play.phases["b"] == "failed"
    assert "'b' had left behind" in play.message("c")
    assert "exit code 1" in play.message("c")


def test_it_is_tried_as_often_as_its_step_is() -> None:
    workflow = flow(step("a", retry=Retry(limit=1)), reading("b", "a"))
    missed: list[str] = []

    def act(launch: Launch) -> Act:
        if launch.path == "b" and not missed:
            missed.append("b")
            return Act(phase=Phase.PENDING, seconds=0.0, lacks=("a",))
        if launch.path == "a" and launch.again:
            return FAILS if launch.tries == 1 else OK
        return OK if launch.path == "b" else REUSED

    play = Play(workflow, act).run()
    assert play.phase is Phase.SUCCEEDED
    assert [one.again for one in play.launched if one.path == "a"] == [
        False,
        True,
        True,
    ]


def test_a_run_that_is_cancelled_stops_it() -> None:
    play = Play(line(), acts(again=Act(seconds=100.0))).until(5)
    assert play.running == {"b"}
    play.cancel().run()
    assert play.phase is Phase.CANCELLED
    assert play.killed == ["b"]
    assert play.phases["b"] == play.phases["c"] == "cancelled"


def test_it_waits_for_room_as_others_do() -> None:
    workflow = flow(
        step("a"),
        reading("b", "a"),
        reading("c", "b"),
        step("other"),
    )

    def act(launch: Launch) -> Act:
        if launch.path == "other":
            return Act(seconds=10.0)
        return acting(launch)

    acting = acts()
    play = Play(workflow, act, capacity=Capacity(cpu=1, memory=2**30)).run()
    assert play.phase is Phase.SUCCEEDED
    assert play.most_running == 1
