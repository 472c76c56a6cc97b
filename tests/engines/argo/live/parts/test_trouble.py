"""What may go wrong with a run in parts, and what comes of it."""

from __future__ import annotations

import pytest

from couler_jupyter.errors import SubmitFailed
from couler_jupyter.ir import (
    PartMode,
    Phase,
    Workflow,
)
from couler_jupyter.testing.parts import echo, step
from tests.engines.argo.live.bench import until
from tests.engines.argo.live.parts.conftest import Stage, in_parts
from tests.engines.argo.live.parts.test_control import (
    RUNS,
    message,
    said,
    served,
    until_phase_of,
)
from tests.engines.argo.live.parts.test_runs import BAD, chain, handled, out


def test_a_child_that_others_delete_ends_the_run(stage: Stage) -> None:
    stage.script.ends["b"] = RUNS
    run = stage.submit(in_parts(handled(), "a", "b", "c d"))
    until_phase_of(stage, run, "b", Phase.RUNNING)
    name = stage.children()["2"]["metadata"]["name"]
    stage.cluster.objects.delete("workflows", name)
    stage.wait(run)
    found = stage.engine.status(run)
    assert found[""] is Phase.ERRORED
    assert message(stage, run) == f"workflow {name}, part 2, was deleted"
    assert found["bye"] is Phase.SUCCEEDED
    del stage.script.ends["b"]
    stage.engine.retry(run)
    stage.wait(run)
    assert stage.engine.status(run)[""] is Phase.SUCCEEDED


def test_a_child_that_ended_may_be_gone(stage: Stage) -> None:
    stage.script.ends["c"] = RUNS
    run = stage.submit(in_parts(chain(), "a", "b", "c", "d", mode=PartMode.BARRIER))
    until_phase_of(stage, run, "c", Phase.RUNNING)
    name = stage.children()["1"]["metadata"]["name"]
    stage.cluster.objects.delete("workflows", name)
    del stage.script.ends["c"]
    stage.wait(run)
    assert stage.engine.status(run)[""] is Phase.SUCCEEDED


def test_a_quota_is_waited_for(stage: Stage) -> None:
    stage.script.ends["b"] = RUNS
    refused = 'workflows.argoproj.io "x" is forbidden: exceeded quota: team'
    run = stage.submit(in_parts(chain(), "a", "b", "c d", live=2))
    until_phase_of(stage, run, "b", Phase.RUNNING)
    until(lambda: set(stage.children()) == {"1", "2", "3"})
    stage.engine.cancel(run)
    stage.wait(run)
    stage.cluster.fail(method="POST", path="workflows", status=403, message=refused)
    del stage.script.ends["b"]
    again = stage.engine.resubmit
    with pytest.raises(SubmitFailed, match="quota is used up"):
        again(run)
    assert len(stage.store.runs()) == 1


def test_a_later_child_waits_for_a_quota(stage: Stage) -> None:
    refused = "exceeded quota: team"
    stage.script.ends["a"] = RUNS
    run = stage.submit(in_parts(chain(), "a", "b c", "d", live=1))
    until_phase_of(stage, run, "a", Phase.RUNNING)
    stage.cluster.fail(method="POST", path="workflows", status=403, message=refused)
    del stage.script.ends["a"]
    stage.wait(run)
    assert stage.engine.status(run)[""] is Phase.SUCCEEDED
    assert "part 2 waits to be handed over" in said(stage, run)
    assert "quota is used up" in said(stage, run)


def test_a_child_that_is_refused_for_good_ends_the_run(stage: Stage) -> None:
    stage.script.ends["a"] = RUNS
    run = stage.submit(in_parts(handled(), "a", "b c", "d", live=1))
    until_phase_of(stage, run, "a", Phase.RUNNING)
    stage.cluster.fail(method="POST", path="workflows", status=422, message="no such")
    del stage.script.ends["a"]
    stage.wait(run)
    found = stage.engine.status(run)
    assert found[""] is Phase.ERRORED
    assert "part 2 cannot be handed over" in message(stage, run)
    assert "no such" in message(stage, run)
    assert (found["a"], found["b"]) == (Phase.SUCCEEDED, Phase.OMITTED)
    assert found["bye"] is Phase.SUCCEEDED


def test_nothing_stays_of_a_run_whose_first_child_is_refused(stage: Stage) -> None:
    stage.cluster.fail(method="POST", path="workflows", status=422, message="no such")
    with pytest.raises(SubmitFailed, match="no such"):
        stage.submit(in_parts(chain(), "a", "b c", "d"))
    assert stage.store.runs() == ()
    assert stage.children() == {}


def test_lost_connections_lose_nothing(stage: Stage) -> None:
    for path in ("watch=true", "/workflows"):
        stage.cluster.fail(path=path, method="GET", status=0, times=3)
    stage.cluster.fail(method="PUT", status=503, times=2, late=True)
    stage.cluster.fail(method="POST", path="workflows", status=503, late=True)
    run = stage.ended(in_parts(handled(), "a", "b", "c d"))
    assert stage.engine.status(run)[""] is Phase.SUCCEEDED
    assert set(stage.children()) == {"0", "1", "2", "3"}


def test_an_expired_token_is_told_and_the_run_goes_on(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = served(stage, monkeypatch)
    stage.script.ends["a"] = RUNS
    run = stage.submit(in_parts(chain(), "a", "b c", "d", live=1), **options)
    until_phase_of(stage, run, "a", Phase.RUNNING)
    stage.cluster.token = "new"
    del stage.script.ends["a"]
    until(lambda: "credentials are not accepted" in said(stage, run))
    monkeypatch.setenv("ARGO_TOKEN", "new")
    stage.wait(run)
    assert stage.engine.status(run)[""] is Phase.SUCCEEDED
    assert "tok" not in said(stage, run).replace("token", "")


def test_the_first_failure_ends_all_where_that_is_wanted(stage: Stage) -> None:
    stage.script.ends |= {"bad": BAD, "slow": RUNS}
    workflow = Workflow(
        name="fast",
        steps=(
            step("slow", echo(), takes={"x": "s"}),
            step("a", echo(), takes={"x": "a"}),
            step("bad", echo(), takes={"x": out("a")}),
            step("never", echo(), takes={"x": out("slow")}),
        ),
        fail_fast=True,
    )
    run = stage.ended(in_parts(workflow, "slow", "a", "bad", "never", live=3))
    found = stage.engine.status(run)
    assert found[""] is Phase.FAILED
    assert message(stage, run) == "step 'bad' failed: exit code 3"
    assert found["slow"] is Phase.CANCELLED
    assert found["never"] is Phase.OMITTED


def test_a_run_that_takes_too_long_is_ended(stage: Stage) -> None:
    stage.script.ends["b"] = RUNS
    workflow = handled(timeout=2)
    run = stage.ended(in_parts(workflow, "a", "b", "c d"))
    assert stage.engine.status(run)[""] is Phase.FAILED
    assert stage.engine.status(run)["bye"] is Phase.SUCCEEDED
