"""What can be asked of a run in parts, and what it shows."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from couler_jupyter.engines.argo.live.parts.kept import Kept
from couler_jupyter.engines.kube.fnv import fnv32a
from couler_jupyter.errors import SubmitFailed
from couler_jupyter.ir import (
    Ended,
    FromPerson,
    Outcome,
    OutputParameter,
    OutputRef,
    PartMode,
    Phase,
    Run,
    Suspend,
    TimeToLive,
    ValueType,
    Workflow,
)
from couler_jupyter.testing.kube.operation import Played
from couler_jupyter.testing.parts import echo, equal, flow, step
from tests.engines.argo.live.bench import log_of, until, until_phase
from tests.engines.argo.live.parts.conftest import Stage, in_parts, phases
from tests.engines.argo.live.parts.test_runs import BAD, chain, handled, out, skipping

RUNS = Played("Running")


def served(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Let only an argo-server be reached, with a token."""
    stage.cluster.token = "tok"
    monkeypatch.setenv("ARGO_TOKEN", "tok")
    monkeypatch.setenv("KUBECONFIG", "/nowhere")
    return {"server": stage.cluster.url}


def message(stage: Stage, run: Run) -> str:
    return stage.store.get(run.id).message


def said(stage: Stage, run: Run) -> str:
    told = (one.message for _, one in stage.store.events(run.id) if not one.step)
    return "\n".join(told)


@pytest.mark.parametrize("make", [chain, skipping, handled])
def test_an_argo_server_is_enough(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, make: Callable[[], Workflow]
) -> None:
    workflow, parts = make(), ("a", "b", "c d")
    options = served(stage, monkeypatch)
    if make is skipping:  # but for what asks how a step ended
        steps = (one for one in workflow.steps if one.name != "some")
        workflow, parts = flow("skipping", *steps), ("a", "no yes", "then")
    whole = stage.story(stage.ended(workflow, **options))
    run = stage.ended(in_parts(workflow, *parts, live=2), **options)
    assert stage.story(run) == whole
    assert ("set", "Succeeded") in {
        (verb, body.get("phase")) for verb, body in stage.cluster.verbs
    }


def test_what_an_argo_server_cannot_say_is_told_before(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    workflow = flow(
        "asks",
        step("a", echo(), takes={"x": "no"}),
        step("maybe", echo(), takes={"x": "m"}, when=equal(out("a"), "yes")),
        step(
            "else",
            echo(),
            takes={"x": "e"},
            after=(Ended("maybe", (Outcome.SKIPPED,)),),
        ),
    )
    options = served(stage, monkeypatch)
    with pytest.raises(
        SubmitFailed, match=r"ask how 'maybe' of part 1 ended.* Skipped"
    ):
        stage.submit(in_parts(workflow, "a maybe", "else"), **options)
    assert stage.store.runs() == ()
    assert stage.children() == {}


def test_logs_are_those_of_the_children(stage: Stage) -> None:
    stage.script.ends["a"] = RUNS
    run = stage.submit(in_parts(chain(), "a", "b c", "d"))
    until(lambda: "2" in stage.children())
    child = stage.children()["2"]
    name = child["metadata"]["name"]
    (dag,) = (one for one in child["spec"]["templates"] if "dag" in one)
    (task,) = (one for one in dag["dag"]["tasks"] if one["name"] == "b")
    pod = f"{name}-{task['template']}-{fnv32a(f'{name}.b')}"
    stage.cluster.print(pod, "hello\n", ended=True)
    del stage.script.ends["a"]
    stage.wait(run)
    assert log_of(stage.store, run, "b") == "hello\n"


def until_phase_of(stage: Stage, run: Run, step: str, phase: Phase) -> None:
    until(lambda: stage.engine.status(run).get(step) is phase)


def test_no_more_children_than_wanted_are_there_at_once(stage: Stage) -> None:
    stage.script.ends["a"] = RUNS
    run = stage.submit(in_parts(chain(), "a", "b", "c", "d", live=2))
    until(lambda: set(stage.children()) == {"1", "2"})
    until_phase_of(stage, run, "a", Phase.RUNNING)
    assert stage.engine.status(run)["c"] is Phase.PENDING
    del stage.script.ends["a"]
    stage.wait(run)
    assert set(stage.children()) == {"1", "2", "3", "4"}


def test_children_behind_a_barrier_come_one_after_the_other(stage: Stage) -> None:
    stage.script.ends["a"] = RUNS
    run = stage.submit(in_parts(chain(), "a", "b c", "d", mode=PartMode.BARRIER))
    until_phase_of(stage, run, "a", Phase.RUNNING)
    assert set(stage.children()) == {"1"}
    del stage.script.ends["a"]
    stage.wait(run)
    assert set(stage.children()) == {"1", "2", "3"}


def test_cancelling_ends_all_and_runs_the_exit_handlers(stage: Stage) -> None:
    stage.script.ends["b"] = RUNS
    run = stage.submit(in_parts(handled(), "a", "b", "c d"))
    until_phase_of(stage, run, "b", Phase.RUNNING)
    stage.engine.cancel(run)
    stage.wait(run)
    found = stage.engine.status(run)
    assert found[""] is Phase.CANCELLED
    assert (found["a"], found["b"]) == (Phase.SUCCEEDED, Phase.CANCELLED)
    assert (found["c"], found["d"]) == (Phase.OMITTED, Phase.OMITTED)
    assert found["bye"] is Phase.SUCCEEDED
    assert stage.engine.outputs(run)["bye"] == {"result": "failed"}


def test_terminating_runs_no_exit_handlers(stage: Stage) -> None:
    stage.script.ends["b"] = RUNS
    run = stage.submit(in_parts(handled(), "a", "b", "c d"))
    until_phase_of(stage, run, "b", Phase.RUNNING)
    stage.engine.terminate(run)
    stage.wait(run)
    assert stage.engine.status(run)[""] is Phase.CANCELLED
    assert "0" not in stage.children()


def test_cancelling_twice_ends_the_exit_handlers_too(stage: Stage) -> None:
    stage.script.ends |= {"b": RUNS, "bye": RUNS}
    run = stage.submit(in_parts(handled(), "a", "b", "c d"))
    until_phase_of(stage, run, "b", Phase.RUNNING)
    stage.engine.cancel(run)
    until_phase_of(stage, run, "bye", Phase.RUNNING)
    stage.engine.cancel(run)
    stage.wait(run)
    assert stage.engine.status(run)["bye"] is Phase.CANCELLED


def test_who_stops_one_child_stops_all(stage: Stage) -> None:
    stage.script.ends["a"] = RUNS
    run = stage.submit(in_parts(chain(), "a", "b c", "d"))
    until_phase_of(stage, run, "a", Phase.RUNNING)
    name = stage.children()["1"]["metadata"]["name"]
    stage.cluster.objects.patch("workflows", name, {"spec": {"shutdown": "Stop"}})
    stage.wait(run)
    assert stage.engine.status(run)[""] is Phase.CANCELLED


def test_suspending_and_resuming_opens_no_gates(stage: Stage) -> None:
    stage.script.ends["a"] = RUNS
    run = stage.submit(in_parts(chain(), "a", "b c", "d", live=2))
    until(lambda: set(stage.children()) == {"1", "2"})
    until_phase_of(stage, run, "a", Phase.RUNNING)
    stage.engine.suspend(run)
    until_phase_of(stage, run, "", Phase.SUSPENDED)
    assert all(one["spec"]["suspend"] for one in stage.children().values())
    del stage.script.ends["a"]
    stage.engine.resume_all(run)
    stage.wait(run)
    assert stage.engine.status(run)[""] is Phase.SUCCEEDED
    assert stage.engine.outputs(run)["d"] == {"result": "one"}


def test_through_an_argo_server_a_run_in_parts_is_not_suspended(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.script.ends["a"] = RUNS
    options = served(stage, monkeypatch)
    run = stage.submit(in_parts(chain(), "a", "b c", "d"), **options)
    until_phase_of(stage, run, "a", Phase.RUNNING)
    with pytest.raises(SubmitFailed, match="without opening all its gates"):
        stage.engine.suspend(run)
    del stage.script.ends["a"]
    stage.wait(run)


def test_a_person_answers_a_step_of_a_part(stage: Stage) -> None:
    ok = OutputParameter(name="ok", source=FromPerson(), type=ValueType.BOOLEAN)
    workflow = flow(
        "asks",
        step("a", echo(), takes={"x": "1"}),
        step("ask", Suspend(outputs=(ok,)), after=("a",)),
        step("b", echo(), takes={"x": OutputRef("ask", "ok")}),
    )
    run = stage.submit(in_parts(workflow, "a", "ask", "b"))
    until_phase_of(stage, run, "ask", Phase.SUSPENDED)
    until_phase_of(stage, run, "", Phase.SUSPENDED)
    stage.engine.resume(run, "ask", {"ok": True})
    stage.wait(run)
    assert stage.engine.outputs(run)["ask"] == {"ok": True}
    assert stage.engine.outputs(run)["b"] == {"result": True}


@pytest.mark.parametrize("through", ["cluster", "server"])
@pytest.mark.parametrize("mode", [PartMode.WINDOW, PartMode.BARRIER])
def test_retrying_runs_what_failed_and_what_waited_for_it(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, mode: PartMode, through: str
) -> None:
    options = {} if through == "cluster" else served(stage, monkeypatch)
    stage.script.ends["b"] = BAD
    parts = in_parts(handled(), "a", "b", "c", "d", mode=mode, live=4)
    run = stage.ended(parts, **options)
    assert phases(stage.story(run))["d"] is Phase.OMITTED
    assert message(stage, run) == "step 'b' failed: exit code 3"
    names = {part: one["metadata"]["name"] for part, one in stage.children().items()}
    del stage.script.ends["b"]
    stage.player.begun.clear()
    stage.engine.retry(run)
    stage.wait(run)
    found = stage.engine.status(run)
    assert {found[one] for one in ("", "a", "b", "c", "d", "bye")} == {Phase.SUCCEEDED}
    assert stage.engine.outputs(run)["bye"] == {"result": "succeeded"}
    again = {part: one["metadata"]["name"] for part, one in stage.children().items()}
    assert again.pop("0") != names.pop("0")
    assert again == names
    ran = {one.rpartition(".")[2] for one in stage.player.begun}
    assert ran == {"b", "c", "d", "bye", "told"}
    assert stage.store.steps(run.id)["b"].attempt == 2


def test_after_cancelling_the_rest_is_run(stage: Stage) -> None:
    stage.script.ends["b"] = RUNS
    run = stage.submit(in_parts(chain(), "a", "b", "c", "d", live=2))
    until_phase_of(stage, run, "b", Phase.RUNNING)
    stage.engine.cancel(run)
    stage.wait(run)
    del stage.script.ends["b"]
    stage.engine.retry(run)
    stage.wait(run)
    assert set(stage.engine.status(run).values()) == {Phase.SUCCEEDED}


def test_resubmitting_makes_a_run_of_its_own(stage: Stage) -> None:
    run = stage.ended(in_parts(chain(), "a", "b c", "d"))
    again = stage.engine.resubmit(run)
    stage.wait(again)
    assert stage.story(again) == stage.story(run)
    assert len(stage.cluster.objects.list("workflows")[0]) == 6


def test_deleting_deletes_all_children(stage: Stage) -> None:
    stage.script.ends["b"] = RUNS
    run = stage.submit(in_parts(handled(), "a", "b", "c d"))
    until_phase_of(stage, run, "b", Phase.RUNNING)
    stage.engine.delete(run)
    stage.wait(run)
    assert stage.children() == {}
    assert stage.engine.status(run)[""] is Phase.CANCELLED


def test_a_bound_on_pods_is_a_semaphore_of_all_children(stage: Stage) -> None:
    workflow = Workflow(name="few", steps=chain().steps, parallelism=2)
    run = stage.ended(in_parts(workflow, "a", "b c", "d"))
    assert stage.engine.status(run)[""] is Phase.SUCCEEDED
    (bound,) = stage.cluster.objects.list("configmaps")[0]
    assert bound["data"] == {"pods": "2"}
    owners = {one["name"] for one in bound["metadata"]["ownerReferences"]}
    assert owners == {one["metadata"]["name"] for one in stage.children().values()}


def test_children_expire_when_the_whole_has_ended(stage: Stage) -> None:
    workflow = Workflow(name="short", steps=chain().steps, ttl=TimeToLive(after_end=60))
    stage.script.ends["c"] = RUNS
    run = stage.submit(in_parts(workflow, "a", "b", "c d"))
    until_phase_of(stage, run, "c", Phase.RUNNING)
    assert not any("ttlStrategy" in one["spec"] for one in stage.children().values())
    del stage.script.ends["c"]
    stage.wait(run)
    for one in stage.children().values():
        assert one["spec"]["ttlStrategy"] == {"secondsAfterCompletion": 60}


def test_the_names_of_the_children_are_kept(stage: Stage) -> None:
    run = stage.ended(in_parts(chain(), "a", "b c", "d"))
    seen = Kept.of(stage.store.folder(run.id)).seen
    names = {part: one["metadata"]["name"] for part, one in stage.children().items()}
    assert seen.known == names
    base = names["1"].removesuffix("-p1")
    assert names == {str(n): f"{base}-p{n}" for n in (1, 2, 3)}
    remote = json.loads((stage.store.folder(run.id) / "remote.json").read_text())
    assert remote["name"] == base


def test_a_workflow_in_parts_is_no_template(stage: Stage) -> None:
    with pytest.raises(SubmitFailed, match="publish it without parts"):
        stage.engine.publish(in_parts(chain(), "a", "b c", "d"))


def test_gates_are_not_shown(stage: Stage) -> None:
    run = stage.ended(in_parts(chain(), "a", "b c", "d"))
    until_phase(stage.engine, run, "d", Phase.SUCCEEDED)  # type: ignore[arg-type]
    assert set(stage.engine.status(run)) == {"", "a", "b", "c", "d"}
    waited = [
        one for _, one in stage.store.events(run.id) if one.phase is Phase.SUSPENDED
    ]
    assert waited == []


def test_a_rehearsal_says_what_would_be_handed_over(stage: Stage) -> None:
    workflow = in_parts(handled(), "a", "b", "c d", live=2)
    lines = stage.engine.rehearse(workflow, arguments={}, options={})
    assert (
        "3 Workflows, one for each part, and one for the exit handlers at the end; "
        "3 gates in them"
    ) in lines
    assert "the parts are handed over in order, at most 2 of them unfinished" in lines
    assert stage.children() == {}
    assert stage.store.runs() == ()


def test_the_page_of_a_run_in_parts_lists_its_children(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = served(stage, monkeypatch)
    run = stage.ended(in_parts(chain(), "a", "b c", "d"), **options)
    page = stage.engine.page(run)
    assert page.endswith(f"/workflows/default?label=couler-jupyter%2Frun%3D{run.id}")
