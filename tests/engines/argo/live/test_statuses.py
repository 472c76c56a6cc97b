"""Versions of a Workflow, as the controller would write them, to events of the run."""

from __future__ import annotations

from typing import Any

import pytest

from couler_jupyter.engines.argo.live.statuses import News, Statuses
from couler_jupyter.ir import (
    AtLimit,
    Compare,
    Constant,
    Container,
    ExitHandler,
    Foreign,
    FromStdout,
    Items,
    Map,
    Operator,
    OutputParameter,
    OutputRef,
    Phase,
    Repeat,
    Retry,
    Script,
    Step,
    SubWorkflow,
    ValueType,
    Workflow,
    WorkflowOutput,
)
from tests.engines.argo.live.nodes import node

BOX = Container(image="busybox", command=("true",))
COUNT = Script(
    source="echo 1",
    outputs=(OutputParameter(name="n", source=FromStdout(), type=ValueType.INTEGER),),
)


def step(name: str, template: Any = BOX, **more: Any) -> Step:
    return Step(name=name, template=template, **more)


def workflow(*steps: Step, **more: Any) -> Workflow:
    return Workflow(name="w", steps=steps, **more)


class Told:
    """What a run was told to be, version by version."""

    def __init__(self, made: Workflow) -> None:
        self.statuses = Statuses(made, "w", known={}, attempts={}, now=lambda: 5.0)
        self.outputs: dict[str, Any] = {}
        self.events: list[tuple[str, str]] = []
        self.last: dict[str, Any] = {}

    def version(self, *nodes: Any, phase: str = "Running", **spec: Any) -> News:
        found = {
            "metadata": {"name": "w"},
            "spec": spec,
            "status": {"phase": phase, "startedAt": "2026-01-01T00:00:00Z"},
        }
        news = self.statuses.update(found, {one["id"]: one for one in nodes})
        self.outputs |= news.outputs
        self.events += [(one.step, one.phase.value) for one in news.events]
        self.last |= {one.step: one for one in news.events}
        return news

    def phases(self) -> dict[str, str]:
        return {path: one.phase.value for path, one in self.last.items()}


ROOT = node("w", "DAG", "Running")


def test_steps_go_from_pending_to_their_end() -> None:
    told = Told(workflow(step("a"), step("b", after=("a",))))
    told.version()
    assert told.events == [("a", "pending"), ("b", "pending")]
    told.version(ROOT, node("w.a", phase="Pending"))
    told.version(ROOT, node("w.a", phase="Running"))
    told.version(ROOT, node("w.a"), node("w.b", phase="Running"))
    told.version(ROOT, node("w.a"), node("w.b", phase="Running"))
    assert told.events[2:] == [("a", "running"), ("b", "running"), ("a", "succeeded")]


def test_a_step_that_was_over_before_it_was_seen_has_a_start() -> None:
    told = Told(workflow(step("a")))
    told.version(ROOT, node("w.a"))
    assert [e for e in told.events if e[0] == "a"] == [
        ("a", "running"),
        ("a", "succeeded"),
    ]


@pytest.mark.parametrize(
    ("message", "phase", "code", "said"),
    [
        ("Error (exit code 3)", "failed", 3, "exit code 3"),
        ("OOMKilled (exit code 137)", "errored", 137, "raise its memory"),
        ("ErrImagePull: rpc error", "errored", None, "cannot be pulled"),
        ("something else", "failed", None, "something else"),
        ("workflow shutdown with strategy:  Stop", "cancelled", None, "shutdown"),
    ],
)
def test_a_failure_is_the_steps_own_or_not(
    message: str, phase: str, code: int | None, said: str
) -> None:
    told = Told(workflow(step("a")))
    told.version(ROOT, node("w.a", phase="Failed", message=message))
    assert told.phases()["a"] == phase
    assert told.last["a"].exit_code == code
    assert said in told.last["a"].message
    assert "\n" not in told.last["a"].message


def test_a_run_failed_as_its_steps_did() -> None:
    told = Told(workflow(step("a")))
    bad = node("w.a", phase="Error", message="pod deleted")
    news = told.version(node("w", "DAG", "Failed"), bad, phase="Failed")
    assert news.run.phase is Phase.ERRORED
    assert news.run.message.startswith("step 'a' failed: pod deleted; ")


def test_items_of_a_map_and_what_they_left() -> None:
    over = Map(over=Items((Constant.of("x)(1"), Constant.of("b.c"))))
    told = Told(workflow(step("m", COUNT, loop=over)))
    told.version(
        ROOT,
        node("w.m", "TaskGroup"),
        node("w.m(0:x)(1)", boundaryID="id-w", outputs={"result": "10"}),
        node("w.m(1:b.c)", boundaryID="id-w", outputs={"result": "11"}),
    )
    assert told.phases() == dict.fromkeys(("m", "m[0]", "m[1]"), "succeeded")
    assert told.outputs == {"m": {"n": [10, 11]}, "m[0]": {"n": 10}, "m[1]": {"n": 11}}


def test_a_map_in_a_template_of_its_own() -> None:
    over = Map(over=Items((Constant.of(1),)), parallelism=1)
    told = Told(workflow(step("m", COUNT, loop=over)))
    told.version(
        ROOT,
        node("w.m", "DAG", templateName="m-all"),
        node("w.m.m", "TaskGroup"),
        node("w.m.m(0:1)", boundaryID="id-w.m", outputs={"result": "5"}),
    )
    assert told.phases() == {"m": "succeeded", "m[0]": "succeeded"}
    assert told.outputs["m"] == {"n": [5]}


def test_turns_of_a_repeat() -> None:
    again = Compare(OutputRef("r", "n"), Operator.SMALLER, Constant.of(3))
    told = Told(workflow(step("r", COUNT, repeat=Repeat(condition=again, limit=5))))
    turn = {"templateName": "r-repeated"}
    told.version(
        ROOT,
        node("w.r", "DAG", **turn),
        node("w.r.r", outputs={"result": "1"}),
        node("w.r.pause", "Suspend"),
        node("w.r.again", "DAG", **turn),
        node("w.r.again.r", outputs={"result": "3"}),
        node("w.r.again.again", "Skipped", "Skipped"),
    )
    assert told.phases() == dict.fromkeys(("r", "r#1", "r#2"), "succeeded")
    assert told.outputs["r"] == {"n": 3}


def test_a_repeat_at_its_limit() -> None:
    holds = Compare(Constant.of(1), Operator.SMALLER, Constant.of(3))
    bound = Repeat(condition=holds, limit=1, at_limit=AtLimit.FAIL)
    told = Told(workflow(step("r", repeat=bound)))
    told.version(
        ROOT,
        node("w.r", "DAG", "Failed", templateName="r-repeated"),
        node("w.r.r"),
        node("w.r.limit-reached", phase="Failed", message="Error (exit code 1)"),
    )
    assert told.phases() == {"r": "failed", "r#1": "succeeded"}


def test_steps_of_a_sub_workflow() -> None:
    inner = Workflow(
        name="inner",
        steps=(step("fit", COUNT),),
        outputs=(WorkflowOutput(name="best", value=OutputRef("fit", "n")),),
    )
    told = Told(workflow(step("tune", SubWorkflow(workflow=inner))))
    best = {"parameters": [{"name": "best", "value": "7"}]}
    told.version(
        ROOT,
        node("w.tune", "DAG", outputs=best),
        node("w.tune.fit", outputs={"result": "7"}),
    )
    assert told.phases() == {"tune": "succeeded", "tune/fit": "succeeded"}
    assert told.outputs["tune"] == {"best": 7}


def test_tasks_that_only_hold_others_are_not_seen() -> None:
    told = Told(workflow(step("a"), step("b")))
    told.version(
        ROOT,
        node("w.part-1", "DAG"),
        node("w.part-1.a"),
        node("w.part-2", "DAG"),
        node("w.part-2.b"),
    )
    assert told.phases() == {"a": "succeeded", "b": "succeeded"}


def test_names_that_argo_does_not_take_come_back() -> None:
    from couler_jupyter.engines.argo.names import task_name

    told = Told(workflow(step("a_b"), step("2nd")))
    told.version(ROOT, node(f"w.{task_name('a_b')}"), node(f"w.{task_name('2nd')}"))
    assert told.phases() == {"a_b": "succeeded", "2nd": "succeeded"}


def test_attempts_of_a_step() -> None:
    told = Told(workflow(step("a", retry=Retry(limit=2))))
    first = node(
        "w.a(0)", phase="Failed", message="Error (exit code 1)", boundaryID="id-w"
    )
    retry = node("w.a", "Retry", "Running", children=["id-w.a(0)"])
    told.version(ROOT, retry, first)
    assert told.phases()["a"] == "pending"
    assert told.last["a"].message == "attempt 1 failed: exit code 1"
    second = node("w.a(1)", phase="Running", boundaryID="id-w")
    retry = {**retry, "children": ["id-w.a(0)", "id-w.a(1)"]}
    told.version(ROOT, retry, first, second)
    assert (told.phases()["a"], told.last["a"].attempt) == ("running", 2)
    done = node("w.a", "Retry", children=retry["children"])
    told.version(ROOT, done, first, node("w.a(1)", boundaryID="id-w"))
    assert (told.phases()["a"], told.last["a"].attempt) == ("succeeded", 2)


def test_steps_of_a_steps_template() -> None:
    told = Told(workflow(step("a")))
    told.version(
        node("w", "Steps", "Running"),
        node("w[0]", "StepGroup", boundaryID="id-w"),
        node("w[0].a", boundaryID="id-w"),
    )
    assert told.phases() == {"a": "succeeded"}


def test_a_template_that_is_the_whole() -> None:
    told = Told(workflow(step("main")))
    news = told.version(node("w"), phase="Succeeded")
    assert told.phases() == {"main": "succeeded"}
    assert news.run.phase is Phase.SUCCEEDED


def test_exit_handlers() -> None:
    handlers = (ExitHandler(step=step("tidy")), ExitHandler(step=step("tell")))
    told = Told(workflow(step("a"), exit_handlers=handlers))
    told.version(
        ROOT,
        node("w.a"),
        node("w.onExit", "DAG", boundaryID=""),
        node("w.onExit.tidy"),
        node("w.onExit.tell", "Skipped", "Skipped"),
    )
    assert told.phases() == {"a": "succeeded", "tidy": "succeeded", "tell": "skipped"}


def test_waiting_for_a_person_suspends_the_run() -> None:
    told = Told(workflow(step("a"), step("b")))
    ask = node("w.a", "Suspend", "Running")
    news = told.version(ROOT, ask, node("w.b", phase="Running"))
    assert (told.phases()["a"], news.run.phase) == ("suspended", Phase.RUNNING)
    assert told.version(ROOT, ask, node("w.b")).run.phase is Phase.SUSPENDED


def test_a_run_that_is_held_is_suspended() -> None:
    assert Told(workflow(step("a"))).version(suspend=True).run.phase is Phase.SUSPENDED


def test_a_stopped_run_is_cancelled_and_its_rest_omitted() -> None:
    told = Told(workflow(step("a"), step("b", after=("a",))))
    told.version(ROOT, node("w.a", phase="Running"))
    news = told.version(
        ROOT, node("w.a", phase="Running"), phase="Failed", shutdown="Stop"
    )
    assert news.run.phase is Phase.CANCELLED
    assert told.phases() == {"a": "cancelled", "b": "omitted"}


def test_what_memoize_knew_is_cached() -> None:
    told = Told(workflow(step("a")))
    told.version(ROOT, node("w.a", memoizationStatus={"hit": True}))
    assert told.phases()["a"] == "cached"


def test_what_is_run_again_waits_first() -> None:
    told = Told(workflow(step("a"), step("b", after=("a",))))
    bad = node("w.b", phase="Failed", message="Error (exit code 1)")
    told.version(ROOT, node("w.a"), bad)
    told.version(ROOT, node("w.a"))
    assert told.phases() == {"a": "succeeded", "b": "pending"}
    told.version(ROOT, node("w.a"), node("w.b"), phase="Succeeded")
    assert told.phases() == {"a": "succeeded", "b": "succeeded"}


def test_outputs_of_the_run() -> None:
    left = WorkflowOutput(name="total", value=OutputRef("a", "n"))
    told = Told(workflow(step("a", COUNT), outputs=(left,)))
    told.version(ROOT, node("w.a", outputs={"result": "4"}), phase="Succeeded")
    assert told.outputs[""] == {"total": 4}


def test_text_stays_text_and_artifacts_say_where_they_are() -> None:
    kind = Foreign(engine="argo", kind="dag", body=Constant.of({"dag": {}}))
    told = Told(workflow(step("any", kind)))
    made = node(
        "w.any.x",
        outputs={
            "parameters": [{"name": "n", "value": '{"$x": 1}'}],
            "artifacts": [{"name": "model", "s3": {"bucket": "b", "key": "k/m"}}],
        },
    )
    told.version(ROOT, node("w.any", "DAG"), made)
    assert told.outputs["any/x"] == {
        "n": {"$plain": {"$x": 1}},
        "model": {"$artifact": "s3://b/k/m"},
    }


def test_what_the_compiler_adds_is_not_shown() -> None:
    told = Told(workflow(step("a")))
    news = told.version(ROOT, node("w.a"), node("w.verdict"))
    assert told.phases() == {"a": "succeeded"}
    assert [place.path for place, _ in news.pods] == ["a"]


def test_only_what_changed_is_told() -> None:
    names = [f"s{n}" for n in range(300)]
    told = Told(workflow(*map(step, names)))
    nodes = [ROOT, *(node(f"w.{name}") for name in names)]
    assert len(told.version(*nodes).events) == 600
    assert told.version(*nodes).events == ()
