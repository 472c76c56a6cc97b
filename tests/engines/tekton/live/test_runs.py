"""Runs on Tekton from submission to their end, and what can go wrong on the way."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from couler_jupyter.engines.tekton import Tekton, sharing
from couler_jupyter.errors import SubmitFailed, UsageFailed
from couler_jupyter.ir import (
    Argument,
    Constant,
    ExitHandler,
    InputParameter,
    InputRef,
    OutputRef,
    Phase,
    Run,
    Step,
    ValueType,
    Workflow,
)
from couler_jupyter.runs import RunStore, read_log
from couler_jupyter.testing.kube import Cluster
from couler_jupyter.testing.kube.tekton import PlayingTekton
from couler_jupyter.testing.parts import flow, printed, python, sh, step
from tests.engines.argo.live.bench import kill_follower
from tests.engines.tekton.live.conftest import Near


def until(holds: Callable[[], object], patience: float = 60.0) -> None:
    """Wait for a condition."""
    end = time.monotonic() + patience
    while not holds():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.02)


def until_over(engine: Tekton, run: Run) -> Phase:
    """Wait for the end of a run and of who follows it; return how it ended."""
    until(lambda: engine.status(run)[""].ended)
    until(lambda: not engine.store.held(run.id))
    return engine.status(run)[""]


def log_of(store: RunStore, run: Run, step: str, attempt: int = 1) -> str:
    return read_log(store.log_path(run.id, step, attempt))[0].decode()


def waiting(gate: Path) -> Workflow:
    """Two steps, the first of which waits for a file."""
    wait = f"echo waits; while [ ! -e {gate} ]; do sleep 0.02; done; echo goes"
    return Workflow(
        name="pair",
        steps=(
            Step(name="load", template=sh(wait)),
            Step(name="fit", template=sh("echo fits"), after=("load",)),
        ),
    )


def test_a_process_follows_a_run_and_another_one_goes_on(
    cluster: Cluster, tekton: PlayingTekton, store: RunStore, tmp_path: Path
) -> None:
    gate = tmp_path / "gate"
    engine = Tekton(store)
    run = engine.submit(waiting(gate))
    until(lambda: engine.status(run).get("load") is Phase.RUNNING)
    assert engine.status(run)["fit"] is Phase.PENDING
    kill_follower(store, run)
    (store.folder(run.id) / "follower.started").unlink()
    gate.touch()
    again = Tekton(RunStore(store.root))  # a new kernel knows nothing but the store
    assert until_over(again, run) is Phase.SUCCEEDED
    assert log_of(store, run, "load") == "waits\ngoes\n"
    events = [event for _, event in store.events(run.id) if event.step == "load"]
    assert [event.phase for event in events].count(Phase.RUNNING) == 1


def test_faults_on_the_way_change_nothing(
    cluster: Cluster, tekton: PlayingTekton, engine: Near, tmp_path: Path
) -> None:
    gate = tmp_path / "gate"
    cluster.fail(method="POST", path="pipelineruns", status=503, late=True)
    cluster.fail(path="pipelineruns.*watch=true", status=0)
    cluster.fail(path="taskruns.*watch=true", after=1, times=2)
    cluster.fail(path="/log", status=500)
    run = engine.submit(waiting(gate))
    assert len(cluster.objects.list("pipelineruns")[0]) == 1
    until(lambda: engine.status(run).get("load") is Phase.RUNNING)
    cluster.objects.forget_history()
    gate.touch()
    assert until_over(engine, run) is Phase.SUCCEEDED
    assert log_of(engine.store, run, "fit") == "fits\n"


@pytest.mark.parametrize(
    ("options", "status", "ends"),
    [
        ({}, "CancelledRunFinally", Phase.SUCCEEDED),
        ({"cancel": "StoppedRunFinally"}, "StoppedRunFinally", Phase.SUCCEEDED),
        ({"cancel": "Cancelled"}, "Cancelled", Phase.OMITTED),
    ],
)
def test_a_run_is_cancelled_in_three_ways(
    cluster: Cluster,
    tekton: PlayingTekton,
    engine: Near,
    tmp_path: Path,
    options: dict[str, str],
    status: str,
    ends: Phase,
) -> None:
    gate = tmp_path / "gate"
    flow = with_handler(waiting(gate))
    run = engine.submit(flow, options=options)
    until(lambda: engine.status(run).get("load") is Phase.RUNNING)
    engine.cancel(run)
    (found,) = cluster.objects.list("pipelineruns")[0]
    assert found["spec"]["status"] == status
    if status == "StoppedRunFinally":  # what runs comes to its end
        gate.touch()
    assert until_over(engine, run) is Phase.CANCELLED
    stopped = status == "StoppedRunFinally"
    phases = engine.status(run)
    assert phases["load"] is (Phase.SUCCEEDED if stopped else Phase.CANCELLED)
    assert phases["fit"] is Phase.OMITTED
    assert phases["tidy"] is ends
    with pytest.raises(SubmitFailed, match="has ended"):
        engine.cancel(run)


def with_handler(flow: Workflow) -> Workflow:
    tidy = ExitHandler(step=Step(name="tidy", template=sh("echo tidy")))
    return replace(flow, exit_handlers=(tidy,))


def test_what_failed_is_run_again_with_what_the_others_left(
    cluster: Cluster, tekton: PlayingTekton, engine: Near, tmp_path: Path
) -> None:
    mended, ran = tmp_path / "mended", tmp_path / "ran"
    program = f"echo x >> {ran}; printf 'cost $5'"
    make = Step(name="make", template=sh(program, outputs=printed("result")))
    again = sh(
        f"test -e {mended} || exit 3; echo '", InputRef("text"), "'", takes=("text",)
    )
    use = Step(
        name="use",
        template=again,
        arguments=(Argument("text", OutputRef("make")),),
    )
    last = Step(name="last", template=sh("true"), after=("use",))
    run = engine.submit(with_handler(Workflow(name="w", steps=(make, use, last))))
    assert until_over(engine, run) is Phase.FAILED
    assert engine.store.get(run.id).message == "step 'use' failed: exit code 3"
    assert engine.store.steps(run.id)["use"].exit_code == 3
    assert engine.status(run)["last"] is Phase.OMITTED
    mended.touch()
    assert engine.retry(run) == run
    assert until_over(engine, run) is Phase.SUCCEEDED
    assert ran.read_text() == "x\n"
    assert log_of(engine.store, run, "use", 2) == "cost $5\n"
    steps = engine.store.steps(run.id)
    assert (steps["make"].attempt, steps["use"].attempt) == (1, 2)
    with pytest.raises(SubmitFailed, match="nothing to run again"):
        engine.retry(run)
    engine.delete(run)
    assert cluster.objects.list("pipelineruns")[0] == []
    assert cluster.objects.list("pipelines")[0] == []  # they went with their runs


def test_a_deleted_run_ends(
    cluster: Cluster, tekton: PlayingTekton, engine: Near, tmp_path: Path
) -> None:
    run = engine.submit(waiting(tmp_path / "gate"))
    until(lambda: engine.status(run).get("load") is Phase.RUNNING)
    engine.delete(run)
    assert until_over(engine, run) is Phase.CANCELLED
    assert engine.status(run) == {
        "": Phase.CANCELLED,
        "load": Phase.CANCELLED,
        "fit": Phase.OMITTED,
    }
    assert "was deleted" in engine.store.get(run.id).message
    with pytest.raises(SubmitFailed, match="not there any more; submit"):
        engine.retry(run)


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (
            {"path": "/pipelines", "status": 404, "message": "page not found"},
            "knows no tekton.dev/v1: page not found; have Tekton Pipelines installed",
        ),
        (
            {
                "path": "/pipelineruns",
                "status": 403,
                "message": "pipelineruns.tekton.dev is forbidden",
            },
            "pipelineruns.tekton.dev is forbidden .*ask for the right to do this",
        ),
        (
            {
                "path": "/pipelineruns",
                "status": 400,
                "message": 'admission webhook "validation.webhook.pipeline.tekton.dev" '
                "denied the request: validation failed: invalid value",
            },
            "denied the request: validation failed: invalid value",
        ),
    ],
)
def test_nothing_stays_of_what_is_refused(
    cluster: Cluster,
    engine: Near,
    tmp_path: Path,
    fault: dict[str, object],
    said: str,
) -> None:
    cluster.fail(method="POST", **fault)
    with pytest.raises(SubmitFailed, match=said) as caught:
        engine.submit(waiting(tmp_path / "gate"))
    assert "\n" not in str(caught.value)
    assert engine.store.runs() == ()
    assert cluster.objects.list("pipelines")[0] == []


def test_a_wrong_token_is_told_at_once(
    cluster: Cluster, engine: Near, tmp_path: Path
) -> None:
    cluster.token = "another"
    with pytest.raises(SubmitFailed, match="the credentials are not accepted"):
        engine.submit(waiting(tmp_path / "gate"))
    assert engine.store.runs() == ()


@pytest.mark.parametrize(
    "options",
    [{"token": "x"}, {"namepsace": "x"}, {"logs": 1}, {"cancel": "no"}, {"files": "x"}],
)
def test_options_that_are_none_are_refused(
    cluster: Cluster, engine: Near, tmp_path: Path, options: dict[str, object]
) -> None:
    with pytest.raises(UsageFailed):
        engine.submit(waiting(tmp_path / "gate"), options=options)
    assert engine.store.runs() == ()


def test_arguments_are_given_as_texts(cluster: Cluster, engine: Near) -> None:
    parameters = (
        InputParameter(name="rate", type=ValueType.NUMBER),
        InputParameter(name="how"),
        InputParameter(name="usual", default=Constant.of("x")),
    )
    made = Workflow(
        name="w",
        steps=(Step(name="a", template=sh("true")),),
        parameters=parameters,
    )
    with pytest.raises(SubmitFailed, match="'how' must be given"):
        engine.submit(made, arguments={"rate": 1})
    with pytest.raises(SubmitFailed, match="takes no 'rat'"):
        engine.submit(made, arguments={"rat": 1})
    with pytest.raises(SubmitFailed, match=r"'how': .*Tekton would replace"):
        engine.submit(made, arguments={"rate": 1, "how": "$(params.x)"})
    engine.submit(made, arguments={"rate": 0.5, "how": ["$x"]})
    (found,) = cluster.objects.list("pipelineruns")[0]
    assert found["spec"]["params"] == [
        {"name": "rate", "value": "0.5"},
        {"name": "how", "value": '["$$x"]'},
    ]


def test_a_pipeline_on_the_cluster_is_run_by_name(
    cluster: Cluster, tekton: PlayingTekton, engine: Near, tmp_path: Path
) -> None:
    (tmp_path / "gate").touch()
    flow = waiting(tmp_path / "gate")
    assert engine.publish(flow) == ("Pipeline pair",)
    assert engine.publish(flow) == ("Pipeline pair",)
    assert {one.name for one in engine.fetched("pair").steps} == {"load", "fit"}
    with pytest.raises(SubmitFailed, match="there is no Pipeline 'none'"):
        engine.fetched("none")
    run = engine.submit(flow, options={"pipeline": "pair", "service_account": "ann"})
    (found,) = cluster.objects.list("pipelineruns")[0]
    assert found["spec"]["pipelineRef"] == {"name": "pair"}
    assert found["spec"]["taskRunTemplate"] == {"serviceAccountName": "ann"}
    assert until_over(engine, run) is Phase.SUCCEEDED
    nothing_is_reused = {"cache": "none", "refresh": ["load"]}
    engine.cancel(engine.submit(flow, options=nothing_is_reused))
    again = engine.resubmit(run)
    assert until_over(engine, again) is Phase.SUCCEEDED
    assert {run.id, again.id} < {one.run for one in engine.listed()}
    lost = engine.submit(flow, options={"pipeline": "none"})
    assert until_over(engine, lost) is Phase.ERRORED
    assert "CouldntGetPipeline" in engine.store.get(lost.id).message


def test_what_waits_in_vain_is_ended(
    cluster: Cluster, engine: Near, tmp_path: Path
) -> None:
    run = engine.submit(waiting(tmp_path / "gate"), options={"patience": 0.3})
    (found,) = cluster.objects.list("pipelineruns")[0]
    name = found["metadata"]["name"]
    why = {"reason": "ImagePullBackOff", "message": "Back-off pulling image"}
    labels = {"tekton.dev/pipelineRun": name, "tekton.dev/pipelineTask": "load"}
    pending = {"type": "Succeeded", "status": "Unknown", "reason": "Pending"}
    cluster.objects.create(
        "taskruns",
        {
            "metadata": {"name": f"{name}-load", "labels": labels},
            "spec": {},
            "status": {
                "conditions": [pending],
                "podName": "p",
                "steps": [{"name": "main", "waiting": why}],
            },
        },
    )

    def status() -> object:
        return cluster.objects.get("pipelineruns", name)["spec"].get("status")

    until(lambda: status() == "CancelledRunFinally")
    assert "pull secret" in engine.store.steps(run.id)["load"].message


def test_tells_what_tekton_has_no_word_for(
    cluster: Cluster, engine: Near, tmp_path: Path
) -> None:
    run = engine.submit(waiting(tmp_path / "gate"))
    with pytest.raises(SubmitFailed, match="suspends no run that has begun"):
        engine.suspend(run)
    with pytest.raises(SubmitFailed, match="no step on Tekton waits for a person"):
        engine.resume(run, "load", {})


def test_tasks_that_are_shared_run_and_go_with_the_run(
    cluster: Cluster,
    tekton: PlayingTekton,
    engine: Near,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sharing, "LARGEST", 0)
    add = python("def add(x): return x + 1")
    first = step("s0", add, takes={"x": 1})
    more = [
        step(f"s{n}", add, takes={"x": OutputRef(f"s{n - 1}")}) for n in range(1, 4)
    ]
    run = engine.submit(flow("chain", first, *more))
    assert until_over(engine, run) is Phase.SUCCEEDED
    assert engine.outputs(run)["s3"] == {"result": 5}
    (pipeline,) = cluster.objects.list("pipelines")[0]
    assert any("taskRef" in one for one in pipeline["spec"]["tasks"])
    assert cluster.objects.list("tasks")[0] != []
    engine.delete(run)
    assert cluster.objects.list("tasks")[0] == []
