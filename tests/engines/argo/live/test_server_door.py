"""The same runs by way of an argo-server."""

from __future__ import annotations

from pathlib import Path

import pytest

from couler_jupyter.engines.argo.live.opening import token_reader
from couler_jupyter.engines.argo.live.options import LiveOptions
from couler_jupyter.engines.argo.live.pod_name import pod_name
from couler_jupyter.errors import SubmitFailed, UsageFailed
from couler_jupyter.ir import (
    FromPerson,
    Json,
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
from tests.engines.argo.live.bench import log_of, until, until_over, until_phase
from tests.engines.argo.live.conftest import Small
from tests.engines.argo.live.nodes import node


@pytest.fixture
def run(
    cluster: Cluster, engine: Small, pair: Workflow, monkeypatch: pytest.MonkeyPatch
) -> Run:
    cluster.token = "tok"
    monkeypatch.setenv("ARGO_TOKEN", "tok")
    monkeypatch.setenv("KUBECONFIG", "/nowhere")
    return engine.submit(pair, options={"server": cluster.url, "namespace": "team"})


def test_a_run_is_followed_to_its_end(
    cluster: Cluster, store: RunStore, engine: Small, run: Run
) -> None:
    assert ("POST", "/api/v1/workflows/team") in cluster.asked
    name = cluster.workflow()["metadata"]["name"]
    load = node(f"{name}.load", phase="Running")
    cluster.print(pod_name(cluster.workflow(), load), "one\ntwo\n")
    cluster.tell([node(name, "DAG", "Running"), load])
    until_phase(engine, run, "load", Phase.RUNNING)
    until(lambda: log_of(store, run, "load") == "one\ntwo\n")
    cluster.print(pod_name(cluster.workflow(), load), "three\n", ended=True)
    cluster.tell([node(name, "DAG"), node(f"{name}.load"), node(f"{name}.fit")])
    cluster.kept_logs[f"id-{name}.fit"] = b"from the archive\n"
    cluster.tell(phase="Succeeded")
    until_over(engine, run)
    assert set(engine.status(run).values()) == {Phase.SUCCEEDED}
    assert log_of(store, run, "load") == "one\ntwo\nthree\n"
    assert log_of(store, run, "fit") == "from the archive\n"


def test_states_in_the_controllers_database_are_fetched(
    cluster: Cluster, engine: Small, run: Run
) -> None:
    name = cluster.workflow()["metadata"]["name"]
    nodes = [node(name, "DAG"), node(f"{name}.load"), node(f"{name}.fit")]
    cluster.offloaded[name] = {one["id"]: one for one in nodes}
    cluster.tell(phase="Running", offloadNodeStatusVersion="fnv:1")
    until_phase(engine, run, "fit", Phase.SUCCEEDED)
    cluster.tell(phase="Succeeded")
    until_over(engine, run)


def test_an_archived_run_is_read_to_its_end(
    cluster: Cluster, engine: Small, run: Run
) -> None:
    found = cluster.workflow()
    name = found["metadata"]["name"]
    nodes = [node(name, "DAG"), node(f"{name}.load"), node(f"{name}.fit")]
    found["status"] = {
        "phase": "Succeeded",
        "nodes": {one["id"]: one for one in nodes},
    }
    cluster.archive[found["metadata"]["uid"]] = found
    cluster.objects.delete("workflows", name)
    until_over(engine, run)
    assert set(engine.status(run).values()) == {Phase.SUCCEEDED}


def test_a_forgotten_version_is_asked_for_anew(
    cluster: Cluster, engine: Small, run: Run
) -> None:
    name = cluster.workflow()["metadata"]["name"]
    cluster.tell([node(name, "DAG", "Running"), node(f"{name}.load", phase="Running")])
    until_phase(engine, run, "load", Phase.RUNNING)
    cluster.tell([node(name, "DAG"), node(f"{name}.load"), node(f"{name}.fit")])
    cluster.objects.forget_history()
    until_phase(engine, run, "fit", Phase.SUCCEEDED)
    cluster.tell(phase="Succeeded")
    until_over(engine, run)


def test_control_is_the_servers(
    cluster: Cluster, engine: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUBECONFIG", "/nowhere")
    ok = OutputParameter(name="ok", source=FromPerson(), type=ValueType.BOOLEAN)
    asks = Step(name="ask", template=Suspend(outputs=(ok,)))
    options = {"server": cluster.url}
    run = engine.submit(Workflow(name="w", steps=(asks,)), options=options)
    name = cluster.workflow()["metadata"]["name"]
    wanted = {"parameters": [{"name": "ok", "valueFrom": {"supplied": {}}}]}
    ask = node(f"{name}.ask", "Suspend", "Running", outputs=wanted)
    cluster.tell([node(name, "DAG", "Running"), ask])
    until_phase(engine, run, "ask", Phase.SUSPENDED)
    engine.resume(run, "ask", {"ok": True})
    engine.suspend(run)
    engine.resume_all(run)
    engine.cancel(run)
    assert [verb for verb, _ in cluster.verbs] == [
        "set",
        "resume",
        "suspend",
        "resume",
        "stop",
    ]
    chosen = cluster.verbs[0][1]
    assert chosen["nodeFieldSelector"] == f"id=id-{name}.ask"
    assert chosen["outputParameters"] == '{"ok": "true"}'
    cluster.tell(phase="Failed")
    until_over(engine, run)
    engine.retry(run)
    assert cluster.verbs[-1][0] == "retry"
    engine.delete(run)


def test_a_wrong_token_is_told_without_it(
    cluster: Cluster,
    store: RunStore,
    engine: Small,
    pair: Workflow,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cluster.token = "right"
    monkeypatch.setenv("ARGO_TOKEN", "wrong-secret")
    with pytest.raises(SubmitFailed, match="log in again") as caught:
        engine.submit(pair, options={"server": cluster.url})
    assert "wrong-secret" not in str(caught.value)
    assert store.runs() == ()


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ("abc", "Bearer abc"),
        ("Bearer abc", "Bearer abc"),
        ("Basic eA==", "Basic eA=="),
        ("", ""),
    ],
)
def test_tokens_are_read_as_argos_own_tool_does(given: str, sent: str) -> None:
    assert token_reader("https://x", {"ARGO_TOKEN": given})() == sent


def test_a_token_is_read_from_where_the_options_say() -> None:
    variables = {"ARGO_TOKEN": "usual", "STAGING": "own"}
    read = token_reader("https://x", variables, "env:STAGING")
    assert read() == "Bearer own"
    del variables["STAGING"]
    with pytest.raises(UsageFailed, match="no secret at env:STAGING"):
        read()


@pytest.mark.parametrize("given", ["very-secret", 7, None, "env:very secret"])
def test_a_token_is_no_option(given: Json) -> None:
    with pytest.raises(UsageFailed, match="write env:NAME or keyring") as caught:
        LiveOptions.of({"token_from": given})
    assert "secret" not in str(caught.value)


def test_templates_are_put(
    cluster: Cluster, engine: Small, pair: Workflow, tmp_path: Path
) -> None:
    options = {"server": cluster.url}
    assert engine.publish(pair, options=options) == ("WorkflowTemplate pair",)
    assert engine.publish(pair, options=options) == ("WorkflowTemplate pair",)
    assert len(cluster.objects.list("workflowtemplates")[0]) == 1
