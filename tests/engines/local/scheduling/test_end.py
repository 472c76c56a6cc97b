"""How a run ends: first failure, exit handlers, daemons, cancel, people (7 to 14)."""

from __future__ import annotations

from typing import Any

import pytest

from couler_jupyter.engines.local.scheduling.orders import Capacity
from couler_jupyter.ir import (
    Backoff,
    Constant,
    Ended,
    ExitHandler,
    FromPerson,
    InputParameter,
    Items,
    Map,
    Operator,
    Outcome,
    OutputParameter,
    OutputRef,
    ParameterRef,
    Phase,
    Repeat,
    Retry,
    RunField,
    RunRef,
    Step,
    StepField,
    StepRef,
    SubWorkflow,
    Suspend,
    ValueType,
)
from couler_jupyter.ir.condition import Compare
from tests.engines.local.scheduling.play import (
    BREAKS,
    FAILS,
    Act,
    Play,
    flow,
    gives,
    script,
    step,
)

LONG = Act(seconds=60)
THREE = Map(over=Items(tuple(Constant.of(n) for n in range(3))))


def handler(name: str, *on: Outcome, **more: Any) -> ExitHandler:
    return ExitHandler(step=step(name, **more), on=on)


def test_fail_fast_starts_nothing_new() -> None:
    workflow = flow(
        step("bad"),
        step("slow"),
        step("next", after=("slow",)),
        step("m", loop=THREE),
        fail_fast=True,
        parallelism=3,
    )
    play = Play(workflow, {"bad": FAILS, "slow": LONG}).run()
    assert play.phases["slow"] == "succeeded"
    assert play.phases["next"] == play.phases["m"] == "omitted"
    assert play.message("next") == "the workflow stops at the first failure"
    assert play.phases["m[0]"] == "succeeded"
    assert play.phases["m[2]"] == "omitted"
    assert play.phase is Phase.FAILED


def test_fail_fast_lets_a_failure_be_handled() -> None:
    workflow = flow(
        step("bad"),
        step("fix", after=(Ended("bad", (Outcome.FAILED,)),)),
        step("slow"),
        step("next", after=("slow",)),
        fail_fast=True,
    )
    play = Play(workflow, {"bad": FAILS, "slow": LONG}).run()
    assert play.phases["fix"] == play.phases["next"] == "succeeded"
    assert play.phase is Phase.SUCCEEDED


@pytest.mark.parametrize(
    ("act", "status", "ran"),
    [
        (Act(), "succeeded", {"always", "good"}),
        (FAILS, "failed", {"always", "bad"}),
        (BREAKS, "errored", {"always", "broken"}),
    ],
)
def test_exit_handlers_run_when_they_fit(act: Act, status: str, ran: set[str]) -> None:
    takes = {
        "status": RunRef(RunField.STATUS),
        "failures": RunRef(RunField.FAILURES),
        "seconds": RunRef(RunField.DURATION),
    }
    workflow = flow(
        step("a"),
        exit_handlers=(
            handler("always", takes=takes),
            handler("good", Outcome.SUCCEEDED),
            handler("bad", Outcome.FAILED),
            handler("broken", Outcome.ERRORED),
        ),
    )
    play = Play(workflow, {"a": act}).run()
    done = {name for name, phase in play.phases.items() if phase == "succeeded"}
    assert done - {"a"} == ran
    others = {"good", "bad", "broken"} - ran
    assert all(play.phases[name] == "skipped" for name in others)
    given = next(one for one in play.launched if one.path == "always").inputs
    assert (given["status"], given["seconds"]) == (status, 1.0)
    expected = [{"step": "a", "phase": status, "message": act.message}]
    assert given["failures"] == ([] if status == "succeeded" else expected)
    assert play.phase is not None
    assert play.phase.value == status


def test_a_failing_exit_handler_fails_a_run_that_succeeded() -> None:
    workflow = flow(step("a"), exit_handlers=(handler("bye"),))
    play = Play(workflow, {"bye": FAILS}).run()
    assert play.phase is Phase.FAILED
    assert play.scheduler.message == "exit handler 'bye' failed: exit code 1"


def test_an_exit_handler_needs_what_it_takes() -> None:
    workflow = flow(
        step("a"),
        step("b"),
        exit_handlers=(
            handler("x", takes={"v": OutputRef("a")}),
            handler("y", takes={"v": OutputRef("b")}),
        ),
    )
    play = Play(workflow, {"b": FAILS}).run()
    assert play.phases["x"] == "succeeded"
    assert play.phases["y"] == "omitted"
    assert play.message("y") == "b failed"


def test_exit_handlers_of_a_nested_workflow_run_at_its_end() -> None:
    inner = flow(step("x"), name="inner", exit_handlers=(handler("bye"),))
    workflow = flow(
        step("s", template=SubWorkflow(workflow=inner)), step("t", after=("s",))
    )
    assert Play(workflow).run().order == ["s/x", "s/bye", "t"]


def test_cancel_stops_all_and_runs_exit_handlers() -> None:
    inner = flow(step("x"), step("y", after=("x",)), name="inner")
    retry = Retry(limit=3, backoff=Backoff(seconds=100))
    workflow = flow(
        step("done"),
        step("slow"),
        step("next", after=("slow",)),
        step("s", template=SubWorkflow(workflow=inner)),
        step("again", retry=retry),
        step("wait", template=Suspend()),
        step("m", loop=THREE),
        exit_handlers=(handler("bye", takes={"s": RunRef(RunField.STATUS)}),),
    )
    acts = {"slow": LONG, "x": LONG, "again": FAILS, "m[1]": LONG, "bye": LONG}
    play = Play(workflow, acts).until(5).cancel().run()
    assert set(play.killed) == {"slow", "s/x", "m[1]"}
    assert play.phases == {
        "done": "succeeded",
        "slow": "cancelled",
        "next": "omitted",
        "s": "cancelled",
        "s/x": "cancelled",
        "s/y": "omitted",
        "again": "cancelled",
        "wait": "cancelled",
        "m": "cancelled",
        "m[0]": "succeeded",
        "m[1]": "cancelled",
        "m[2]": "succeeded",
        "bye": "succeeded",
    }
    assert play.launched[-1].inputs == {"s": "cancelled"}
    assert play.phase is Phase.CANCELLED
    assert play.outputs["m"]["result"] == ["m[0]", "m[2]"]


def test_cancel_before_anything_has_started() -> None:
    workflow = flow(*(step(f"s{n}") for n in range(3)), parallelism=1)
    play = Play(workflow, {"s0": LONG}).cancel().run()
    assert play.phases == {"s0": "cancelled", "s1": "omitted", "s2": "omitted"}


def test_cancel_between_two_turns() -> None:
    again = Compare(OutputRef("r"), Operator.EQUAL, Constant.of(0))
    repeat = Repeat(condition=again, limit=9, pause="100")
    play = Play(flow(step("r", repeat=repeat)), {"r": gives(0)}).until(5).cancel().run()
    assert play.phases == {"r": "cancelled", "r#1": "succeeded"}
    assert play.now == pytest.approx(1005)


def test_a_second_cancel_stops_exit_handlers() -> None:
    inner = flow(step("x"), name="inner", exit_handlers=(handler("inner-bye"),))
    workflow = flow(
        step("s", template=SubWorkflow(workflow=inner)),
        exit_handlers=(handler("bye"), handler("last")),
        parallelism=1,
    )
    acts = {"x": LONG, "inner-bye": LONG, "bye": LONG}
    play = Play(workflow, acts).until(1).cancel().until(10)
    assert play.running == {"s/inner-bye"}
    play.cancel().run()
    assert play.phases == {
        "s": "cancelled",
        "s/x": "cancelled",
        "s/inner-bye": "cancelled",
        "bye": "omitted",
        "last": "omitted",
    }
    play = Play(workflow, acts).until(1).cancel().until(100)
    assert play.running == {"bye"}
    play.cancel().run()
    assert (play.phases["bye"], play.phases["last"]) == ("cancelled", "omitted")


def test_what_succeeded_while_it_was_cancelled_has_succeeded() -> None:
    play = Play(flow(step("a")), {"a": Act(seconds=5)}, kill_seconds=100)
    play.until(4).cancel()
    from couler_jupyter.engines.local.scheduling.orders import Result

    play.scheduler.ended("a", Result(phase=Phase.SUCCEEDED), 1005)
    assert play.scheduler.take().events[0].phase is Phase.SUCCEEDED
    assert play.phase is Phase.CANCELLED


def test_a_daemon_lets_others_go_on_and_ends_with_them() -> None:
    workflow = flow(
        step("db", daemon=True),
        step("use", takes={"host": StepRef("db", StepField.ADDRESS)}),
        step("more", after=(Ended("db", (Outcome.READY,)), "use")),
        exit_handlers=(handler("bye"),),
    )
    play = Play(workflow, {"db": Act(seconds=1000)}).run()
    assert play.order == ["db", "use", "more", "bye"]
    assert play.launched[1].inputs == {"host": "127.0.0.1"}
    assert play.times("use", Phase.RUNNING) == [0]
    assert play.killed == ["db"]
    assert play.phases["db"] == "succeeded"
    assert play.times("db", Phase.SUCCEEDED) == [2.1]
    assert play.times("bye", Phase.RUNNING) == [2.1]
    assert play.phase is Phase.SUCCEEDED


def test_a_daemon_that_ends_early_has_failed() -> None:
    workflow = flow(
        step("db", daemon=True),
        step("use", after=("db",)),
        step("late", after=("db", "use")),
    )
    play = Play(workflow, {"db": Act(seconds=3), "use": Act(seconds=9)}).run()
    assert play.phases == {"db": "failed", "use": "succeeded", "late": "omitted"}
    assert play.message("late") == "db failed"
    assert "ended by itself" in play.message("db")


def test_a_daemon_is_tried_again() -> None:
    workflow = flow(
        step("db", daemon=True, retry=Retry(limit=1)),
        step("use", after=("db",)),
    )
    acts: dict[str, Any] = {"db": [Act(seconds=3), LONG], "use": Act(seconds=9)}
    play = Play(workflow, acts).run()
    assert play.phases == {"db": "succeeded", "use": "succeeded"}


def test_a_workflow_of_daemons_alone_ends() -> None:
    play = Play(flow(step("db", daemon=True)), {"db": LONG}).run()
    assert play.phases == {"db": "omitted"}
    assert play.phase is Phase.SUCCEEDED


def test_daemons_that_hold_the_whole_machine_leave_an_error_not_a_hang() -> None:
    workflow = flow(
        step("db", daemon=True, template=script(cpu=2)),
        step("use", after=("db",)),
        step("then", after=("use",)),
    )
    play = Play(workflow, {"db": LONG}, capacity=Capacity(cpu=2, memory=0)).run()
    assert play.phases == {"db": "succeeded", "use": "errored", "then": "omitted"}
    assert "daemons hold all" in play.message("use")


def test_what_asks_for_more_than_there_is_leaves_an_error_not_a_hang() -> None:
    workflow = flow(
        step("big", template=script(cpu=9)), step("fine"), step("next", after=("big",))
    )
    play = Play(workflow, capacity=Capacity(cpu=2, memory=0)).run()
    assert play.phases == {"big": "errored", "fine": "succeeded", "next": "omitted"}
    assert play.message("big") == "it asks for more than the machine has"


def test_resources_bound_what_runs_at_once() -> None:
    workflow = flow(
        step("big", template=script(cpu=3)),
        step("mid", template=script(cpu=2, memory=600)),
        step("low", template=script(cpu=0.5, memory=600)),
        step("free"),
    )
    play = Play(workflow, capacity=Capacity(cpu=4, memory=1000)).until(0.5)
    assert play.running == {"big", "low"}
    play.run()
    assert play.order == ["big", "low", "free", "mid"]


def test_what_must_be_alone_is() -> None:
    workflow = flow(*(step(f"s{n}") for n in range(4)))
    play = Play(workflow, locks_of=lambda one: ("x",) if one.name < "s2" else ()).run()
    assert play.times("s1", Phase.RUNNING) == [1]
    assert play.times("s3", Phase.RUNNING) == [0]


ASK = Suspend(
    message="deploy?",
    outputs=(
        OutputParameter(
            name="answer",
            source=FromPerson(),
            type=ValueType.STRING,
            choices=(Constant.of("yes"), Constant.of("no")),
        ),
        OutputParameter(name="note", source=FromPerson(), default=Constant.of("")),
    ),
)


def test_a_person_resumes_a_step() -> None:
    workflow = flow(
        Step(name="ask", template=ASK),
        step(
            "go", takes={"a": OutputRef("ask", "answer"), "n": OutputRef("ask", "note")}
        ),
    )
    play = Play(workflow).until(10)
    assert play.phases == {"ask": "suspended", "go": "pending"}
    assert play.message("ask") == "deploy?"
    assert play.events[-1].step == ""
    assert play.events[-1].phase is Phase.SUSPENDED
    play.resume("ask", answer="maybe")
    assert play.phases["ask"] == "suspended"
    assert play.message("ask") == (
        'output \'answer\' is "maybe"; it must be one of "yes", "no"'
    )
    play.resume("ask", wrong=1)
    assert "there is no output 'wrong'" in play.message("ask")
    assert "output 'answer' (string) must be given" in play.message("ask")
    play.resume("go").resume("nobody").resume("ask", answer="yes").run()
    assert play.launched[-1].inputs == {"a": "yes", "n": ""}
    assert [e.phase for e in play.events if e.step == ""] == [
        Phase.RUNNING,
        Phase.SUSPENDED,
        Phase.RUNNING,
        Phase.SUCCEEDED,
    ]


def test_a_wait_for_a_time() -> None:
    workflow = flow(
        step("w", template=Suspend(seconds="2.5")),
        step("go", after=("w",)),
        step("bad", template=Suspend(seconds=ParameterRef("soon"))),
        parameters=(InputParameter(name="soon", default=Constant.of("soon")),),
    )
    play = Play(workflow).run()
    assert play.times("go", Phase.RUNNING) == [2.5]
    assert play.message("bad") == "'soon' is no number of seconds"
