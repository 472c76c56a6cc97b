"""Runs from submission to their end, with a real follower process and a real server."""

from __future__ import annotations

import json

import pytest

from couler_jupyter.engines.argo.live.node_status import pack
from couler_jupyter.engines.argo.live.pod_name import pod_name
from couler_jupyter.errors import SubmitFailed, UsageFailed
from couler_jupyter.ir import (
    Container,
    FromPerson,
    InputParameter,
    OutputParameter,
    Phase,
    Run,
    Step,
    Suspend,
    ValueType,
    Workflow,
)
from couler_jupyter.runs import RunStore
from couler_jupyter.testing.kube import Cluster
from tests.engines.argo.live.bench import (
    kill_follower,
    log_of,
    until,
    until_over,
    until_phase,
)
from tests.engines.argo.live.conftest import Small
from tests.engines.argo.live.nodes import node


def said(store: RunStore, run: Run) -> str:
    return "".join(e.message for _, e in store.events(run.id) if not e.step)


BOX = Container(image="busybox", command=("true",))


def test_a_run_is_followed_to_its_end(
    cluster: Cluster, store: RunStore, engine: Small, pair: Workflow
) -> None:
    run = engine.submit(pair)
    name = cluster.workflow()["metadata"]["name"]
    root = node(name, "DAG", "Running")
    load = node(f"{name}.load", phase="Running")
    pod = pod_name(cluster.workflow(), load)
    cluster.print(pod, "loading\n")
    cluster.tell([root, load])
    until_phase(engine, run, "load", Phase.RUNNING)
    until(lambda: log_of(store, run, "load") == "loading\n")
    assert engine.status(run)["fit"] is Phase.PENDING
    cluster.print(pod, "done\n", ended=True)
    done = node(f"{name}.load")
    bad = node(f"{name}.fit", phase="Failed", message="Error (exit code 2)")
    cluster.tell([root, done, bad])
    cluster.tell(phase="Failed", message="child failed")
    until_over(engine, run)
    assert engine.status(run) == {
        "": Phase.FAILED,
        "load": Phase.SUCCEEDED,
        "fit": Phase.FAILED,
    }
    assert store.get(run.id).message == "step 'fit' failed: exit code 2"
    assert store.steps(run.id)["fit"].exit_code == 2
    assert log_of(store, run, "load") == "loading\ndone\n"


def test_a_killed_follower_is_started_when_somebody_looks(
    cluster: Cluster, store: RunStore, engine: Small, pair: Workflow
) -> None:
    run = engine.submit(pair)
    name = cluster.workflow()["metadata"]["name"]
    load = node(f"{name}.load", phase="Running")
    pod = pod_name(cluster.workflow(), load)
    cluster.print(pod, "one\n")
    cluster.tell([node(name, "DAG", "Running"), load])
    until(lambda: log_of(store, run, "load") == "one\n")
    kill_follower(store, run)
    assert store.phase(run.id) is Phase.RUNNING
    (store.folder(run.id) / "follower.started").unlink()
    cluster.print(pod, "two\n", ended=True)
    cluster.tell([node(name, "DAG"), node(f"{name}.load"), node(f"{name}.fit")])
    cluster.tell(phase="Succeeded")
    again = Small(RunStore(store.root))
    until_over(again, run)
    assert again.status(run)[""] is Phase.SUCCEEDED
    assert log_of(store, run, "load") == "one\ntwo\n"
    events = [e for _, e in store.events(run.id) if e.step == "load"]
    assert [e.phase for e in events].count(Phase.RUNNING) == 1


def test_faults_on_the_way_change_nothing(
    cluster: Cluster, store: RunStore, engine: Small, pair: Workflow
) -> None:
    cluster.fail(method="POST", status=503, late=True)
    cluster.fail(path="watch=true", status=0)
    cluster.fail(path="watch=true", after=1, times=2)
    cluster.fail(path="/log", status=500)
    run = engine.submit(pair)
    assert len(cluster.objects.list("workflows")[0]) == 1
    name = cluster.workflow()["metadata"]["name"]
    load = node(f"{name}.load", phase="Running")
    pod = pod_name(cluster.workflow(), load)
    cluster.print(pod, "hello\n", ended=True)
    cluster.tell([node(name, "DAG", "Running"), load])
    until_phase(engine, run, "load", Phase.RUNNING)
    cluster.objects.forget_history()
    cluster.tell([node(name, "DAG"), node(f"{name}.load"), node(f"{name}.fit")])
    cluster.objects.forget_history()
    cluster.lose_pod("none")
    cluster.tell(phase="Succeeded")
    until_over(engine, run)
    assert set(engine.status(run).values()) == {Phase.SUCCEEDED}
    assert log_of(store, run, "load") == "hello\n"
    assert "its pod is gone" in log_of(store, run, "fit")


def test_packed_states_are_read(
    cluster: Cluster, engine: Small, pair: Workflow
) -> None:
    run = engine.submit(pair)
    name = cluster.workflow()["metadata"]["name"]
    nodes = [node(name, "DAG"), node(f"{name}.load"), node(f"{name}.fit")]
    packed = pack({one["id"]: one for one in nodes})
    cluster.tell(phase="Succeeded", compressedNodes=packed)
    until_over(engine, run)
    assert engine.status(run)["load"] is Phase.SUCCEEDED


def test_nothing_stays_of_what_is_refused(
    cluster: Cluster, store: RunStore, engine: Small, pair: Workflow
) -> None:
    cluster.fail(method="POST", status=403, message="exceeded quota: team")
    with pytest.raises(SubmitFailed, match="quota is used up"):
        engine.submit(pair)
    assert store.runs() == ()


@pytest.mark.parametrize("options", [{"token": "x"}, {"namepsace": "x"}, {"logs": 1}])
def test_options_that_are_none_are_refused(
    cluster: Cluster,
    store: RunStore,
    engine: Small,
    pair: Workflow,
    options: dict[str, object],
) -> None:
    with pytest.raises(UsageFailed):
        engine.submit(pair, options=options)
    assert store.runs() == ()


def test_arguments_are_given_as_texts(cluster: Cluster, engine: Small) -> None:
    parameters = (
        InputParameter(name="rate", type=ValueType.NUMBER),
        InputParameter(name="how"),
    )
    made = Workflow(
        name="w", steps=(Step(name="a", template=BOX),), parameters=parameters
    )
    with pytest.raises(SubmitFailed, match="'how' must be given"):
        engine.submit(made, arguments={"rate": 1})
    engine.submit(made, arguments={"rate": 0.5, "how": ["x"]})
    assert cluster.workflow()["spec"]["arguments"] == {
        "parameters": [
            {"name": "rate", "value": "0.5"},
            {"name": "how", "value": '["x"]'},
        ]
    }


def test_a_template_on_the_cluster_is_run_by_name(
    cluster: Cluster, engine: Small, pair: Workflow
) -> None:
    engine.submit(
        pair, options={"template": "cluster:nightly", "service_account": "ann"}
    )
    assert cluster.workflow()["spec"] == {
        "workflowTemplateRef": {"name": "nightly", "clusterScope": True},
        "serviceAccountName": "ann",
    }


def test_a_deleted_workflow_ends_its_run(
    cluster: Cluster, store: RunStore, engine: Small, pair: Workflow
) -> None:
    run = engine.submit(pair)
    name = cluster.workflow()["metadata"]["name"]
    cluster.tell([node(name, "DAG", "Running"), node(f"{name}.load", phase="Running")])
    until_phase(engine, run, "load", Phase.RUNNING)
    engine.delete(run)
    until_over(engine, run)
    assert cluster.objects.list("workflows")[0] == []
    assert engine.status(run) == {
        "": Phase.CANCELLED,
        "load": Phase.CANCELLED,
        "fit": Phase.OMITTED,
    }


def test_control_patches_the_workflow(
    cluster: Cluster, engine: Small, pair: Workflow
) -> None:
    run = engine.submit(pair)
    name = cluster.workflow()["metadata"]["name"]
    cluster.tell([node(name, "DAG", "Running")])
    engine.suspend(run)
    assert cluster.workflow()["spec"]["suspend"] is True
    until_phase(engine, run, "", Phase.SUSPENDED)
    engine.resume_all(run)
    assert "suspend" not in cluster.workflow()["spec"]
    engine.cancel(run)
    assert cluster.workflow()["spec"]["shutdown"] == "Stop"
    engine.cancel(run)
    assert cluster.workflow()["spec"]["shutdown"] == "Terminate"
    cluster.tell(phase="Failed")
    until_over(engine, run)
    assert engine.status(run)[""] is Phase.CANCELLED
    with pytest.raises(SubmitFailed, match="has ended"):
        engine.stop(run)


def test_a_person_lets_a_step_go_on(cluster: Cluster, engine: Small) -> None:
    asks = Suspend(
        outputs=(
            OutputParameter(name="ok", source=FromPerson(), type=ValueType.BOOLEAN),
        )
    )
    run = engine.submit(Workflow(name="w", steps=(Step(name="ask", template=asks),)))
    name = cluster.workflow()["metadata"]["name"]
    wanted = {"parameters": [{"name": "ok", "valueFrom": {"supplied": {}}}]}
    cluster.tell(
        [
            node(name, "DAG", "Running"),
            node(f"{name}.ask", "Suspend", "Running", outputs=wanted),
        ]
    )
    until_phase(engine, run, "ask", Phase.SUSPENDED)
    with pytest.raises(UsageFailed, match=r"no output 'maybe'.*'ok' must be given"):
        engine.resume(run, "ask", {"maybe": 1})
    with pytest.raises(UsageFailed, match="it is a boolean"):
        engine.resume(run, "ask", {"ok": 3})
    engine.resume(run, "ask", {"ok": True})
    found = cluster.workflow()["status"]["nodes"][f"id-{name}.ask"]
    assert found["phase"] == "Succeeded"
    assert found["outputs"]["parameters"] == [{"name": "ok", "value": "true"}]
    cluster.tell(phase="Succeeded")
    until_over(engine, run)
    assert engine.outputs(run)["ask"] == {"ok": True}


def test_a_failed_run_is_run_again_in_place(
    cluster: Cluster, store: RunStore, engine: Small, pair: Workflow
) -> None:
    run = engine.submit(pair)
    name = cluster.workflow()["metadata"]["name"]
    bad = node(f"{name}.fit", phase="Failed", message="Error (exit code 1)")
    root = node(name, "DAG", "Failed", children=[f"id-{name}.load", f"id-{name}.fit"])
    cluster.print(pod_name(cluster.workflow(), bad), "first\n", ended=True)
    cluster.tell([root, node(f"{name}.load"), bad], phase="Failed")
    until_over(engine, run)
    engine.retry(run)
    assert sorted(cluster.workflow()["status"]["nodes"]) == [
        f"id-{name}",
        f"id-{name}.load",
    ]
    assert engine.status(run)["fit"] is Phase.PENDING
    cluster.lose_pod(pod_name(cluster.workflow(), bad))
    cluster.print(pod_name(cluster.workflow(), bad), "second\n", ended=True)
    cluster.tell([root, node(f"{name}.load"), node(f"{name}.fit")], phase="Succeeded")
    until_over(engine, run)
    assert engine.status(run)["fit"] is Phase.SUCCEEDED
    assert store.get(run.id).attempt == 1
    assert store.steps(run.id)["fit"].attempt == 2
    assert log_of(store, run, "fit", 1) == "first\n"
    assert log_of(store, run, "fit", 2) == "second\n"
    with pytest.raises(SubmitFailed, match="nothing to run again"):
        engine.retry(run)


def test_a_trouble_that_passes_is_run_again_by_itself(
    cluster: Cluster, store: RunStore, engine: Small, pair: Workflow
) -> None:
    run = engine.submit(pair, options={"restarts": 1})
    name = cluster.workflow()["metadata"]["name"]
    lost = node(f"{name}.load", phase="Error", message="pod deleted")
    root = node(name, "DAG", "Error", children=[f"id-{name}.load"])
    cluster.tell([root, lost], phase="Error")
    until(lambda: cluster.workflow()["status"]["phase"] == "Running")
    until(lambda: "run again (1 of 1): pod deleted" in said(store, run))
    cluster.tell([root, lost], phase="Error")
    until_over(engine, run)
    assert engine.status(run)[""] is Phase.ERRORED


def test_waiting_in_vain_ends(
    cluster: Cluster, store: RunStore, engine: Small, pair: Workflow
) -> None:
    run = engine.submit(pair, options={"patience": 0.5})
    name = cluster.workflow()["metadata"]["name"]
    waits = "ImagePullBackOff: Back-off pulling image"
    cluster.tell(
        [
            node(name, "DAG", "Running"),
            node(f"{name}.load", phase="Pending", message=waits),
        ]
    )
    until(lambda: cluster.workflow()["spec"].get("shutdown") == "Stop")
    until(lambda: "waits in vain" in said(store, run))
    assert "pull secret" in store.steps(run.id)["load"].message


def test_the_same_is_run_anew(
    cluster: Cluster, store: RunStore, engine: Small, pair: Workflow
) -> None:
    run = engine.submit(pair, options={"service_account": "ann"})
    again = engine.resubmit(run)
    assert again.id != run.id
    assert store.get(again.id).options == store.get(run.id).options
    names = {one["metadata"]["name"] for one in cluster.objects.list("workflows")[0]}
    assert len(names) == 2
    listed = engine.listed()
    assert {one.run for one in listed} == {run.id, again.id}


def test_templates_and_schedules_are_put_and_brought_up_to_date(
    cluster: Cluster, engine: Small, pair: Workflow
) -> None:
    assert engine.publish(pair) == ("WorkflowTemplate pair",)
    assert engine.publish(pair) == ("WorkflowTemplate pair",)
    (found,) = cluster.objects.list("workflowtemplates")[0]
    assert found["kind"] == "WorkflowTemplate"
    assert found["spec"] == {"entrypoint": "pair"}


def test_no_token_is_in_the_store(
    cluster: Cluster,
    store: RunStore,
    engine: Small,
    pair: Workflow,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cluster.token = "very-secret"
    monkeypatch.setenv("ARGO_TOKEN", "Bearer very-secret")
    run = engine.submit(pair, options={"server": cluster.url})
    name = cluster.workflow()["metadata"]["name"]
    cluster.tell([node(name, "DAG"), node(f"{name}.load")], phase="Succeeded")
    until_over(engine, run)
    assert json.loads(store.get(run.id).options) == {"server": cluster.url}
    store.close()
    for file in store.root.rglob("*"):
        assert not file.is_file() or b"very-secret" not in file.read_bytes()


def test_states_in_the_controllers_database_are_read_off_the_pods(
    cluster: Cluster, engine: Small, pair: Workflow
) -> None:
    run = engine.submit(pair)
    name = cluster.workflow()["metadata"]["name"]
    ended = {"exitCode": 137, "reason": "OOMKilled"}
    state = {"name": "main", "state": {"terminated": ended}}
    cluster.objects.create(
        "pods",
        {
            "metadata": {
                "name": "p",
                "labels": {"workflows.argoproj.io/workflow": name},
                "annotations": {
                    "workflows.argoproj.io/node-id": "1",
                    "workflows.argoproj.io/node-name": f"{name}.load(0)",
                },
            },
            "status": {"phase": "Failed", "containerStatuses": [state]},
        },
    )
    cluster.tell(phase="Failed", offloadNodeStatusVersion="fnv:1")
    until_over(engine, run)
    step = engine.store.steps(run.id)["load"]
    assert (step.phase, step.exit_code) == (Phase.ERRORED, 137)
    assert "raise its memory" in step.message
