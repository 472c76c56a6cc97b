"""The verbs for runs elsewhere, as the command line has them, against a stand-in."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from couler_jupyter.cli import main
from couler_jupyter.runs import RunStore
from couler_jupyter.testing.kube import Cluster
from couler_jupyter.testing.kube.controller import nodes_of
from tests.engines.argo.live.followers import end_followers

FLOW = """
import couler_jupyter as couler

with couler.workflow("greet"):
    couler.run_container("busybox", ["echo", "hello"], step_name="hello")
    couler.suspend(message="go on?", outputs={"ok": bool}, step_name="ask")
"""


@pytest.fixture
def cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    with Cluster() as made:
        monkeypatch.setenv("KUBECONFIG", str(made.kubeconfig(tmp_path)))
        monkeypatch.setenv("COULER_HOME", str(tmp_path / "home"))
        (tmp_path / "flow.py").write_text(FLOW)
        monkeypatch.chdir(tmp_path)
        yield made
        if (tmp_path / "home").exists():
            store = RunStore(tmp_path / "home")
            end_followers(store)
            store.close()


@pytest.fixture
def couler(capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Run the command and return what it said; it has to succeed."""

    def run(*words: str, status: int = 0) -> str:
        assert main([*words]) == status
        return capsys.readouterr().out

    return run


def until(holds: Callable[[], object]) -> None:
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.05)


def start(cluster: Cluster, couler: Callable[..., str]) -> str:
    """Start a run of which one step is done and one waits for a person."""
    couler("run", "flow.py", "--engine", "argo", "--detach")
    nodes = nodes_of(cluster.workflow())
    for node in nodes:
        if node["type"] == "Suspend":
            node |= {"phase": "Running", "finishedAt": None}
            wanted = {"name": "ok", "valueFrom": {"supplied": {}}}
            node["outputs"] = {"parameters": [wanted]}
        if node["type"] == "Pod":
            from couler_jupyter.engines.argo.live.pod_name import pod_name

            pod = pod_name(cluster.workflow(), node)
            cluster.print(pod, "hello\nthere\n", ended=True)
    cluster.tell(nodes)
    until(lambda: "suspended" in couler("status"))
    return str(cluster.workflow()["metadata"]["name"])


def test_a_run_elsewhere_is_seen_and_steered(
    cluster: Cluster, couler: Callable[..., str]
) -> None:
    name = start(cluster, couler)
    until(lambda: couler("logs", "--all") == "hello | hello\nhello | there\n")
    assert name in couler("remote", "--engine", "argo", "-o", "namespace=argo")
    couler("suspend")
    assert cluster.workflow()["spec"]["suspend"] is True
    couler("resume", "ask", "ok=true")
    nodes = cluster.workflow()["status"]["nodes"].values()
    assert {n["phase"] for n in nodes if n["type"] == "Suspend"} == {"Succeeded"}
    cluster.tell(phase="Succeeded")
    until(lambda: "succeeded" in couler("runs"))
    assert "ask.ok = True" in couler("outputs", "ask")


def test_stop_terminate_resubmit_delete(
    cluster: Cluster, couler: Callable[..., str]
) -> None:
    start(cluster, couler)
    couler("stop")
    assert cluster.workflow()["spec"]["shutdown"] == "Stop"
    couler("terminate")
    assert cluster.workflow()["spec"]["shutdown"] == "Terminate"
    cluster.tell(phase="Failed")
    until(lambda: "cancelled" in couler("runs"))
    couler("resubmit", "--detach")
    assert len(cluster.objects.list("workflows")[0]) == 2
    ids = [json.loads(line)["id"] for line in couler("runs", "--json").splitlines()]
    for run in ids:
        couler("delete", run)
    assert cluster.objects.list("workflows")[0] == []
    assert couler("runs") == "no runs yet\n"


def test_a_workflow_is_published(cluster: Cluster, couler: Callable[..., str]) -> None:
    said = couler("publish", "flow.py", "--engine", "argo")
    assert said == "WorkflowTemplate greet\n"
    assert len(cluster.objects.list("workflowtemplates")[0]) == 1


@pytest.mark.parametrize("verb", ["stop", "terminate", "suspend", "resubmit"])
def test_runs_of_this_machine_say_so(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    verb: str,
) -> None:
    monkeypatch.setenv("COULER_HOME", str(tmp_path))
    RunStore(tmp_path).create(workflow="w", engine="local", document="{}")
    assert main([verb]) != 0
    assert "is one of this machine" in capsys.readouterr().err


@pytest.mark.parametrize("verb", ["remote", "publish"])
def test_engines_that_run_nothing_elsewhere_say_so(
    cluster: Cluster, capsys: pytest.CaptureFixture[str], verb: str
) -> None:
    target = ["flow.py"] if verb == "publish" else []
    assert main([verb, *target, "--engine", "local"]) != 0
    assert "runs nothing elsewhere" in capsys.readouterr().err


def test_what_was_published_is_fetched_and_run_by_name(
    cluster: Cluster, couler: Callable[..., str]
) -> None:
    couler("publish", "flow.py", "--engine", "argo")
    assert "ask" in couler("fetch", "greet", "--engine", "argo")
    couler("fetch", "greet", "--run", "--detach", "--engine", "argo")
    assert cluster.workflow()["spec"] == {"workflowTemplateRef": {"name": "greet"}}
    cluster.tell([], phase="Failed")
    until(lambda: "failed" in couler("runs"))
    assert main(["fetch", "nothing", "--engine", "argo"]) != 0


def test_looking_at_a_run_has_it_followed_again(
    cluster: Cluster, couler: Callable[..., str], tmp_path: Path
) -> None:
    start(cluster, couler)
    store = RunStore(tmp_path / "home")
    folder = store.folder(store.get("last").id)
    os.kill(int((folder / "lock").read_text()), signal.SIGKILL)
    (folder / "follower.started").unlink()
    cluster.tell(phase="Failed", message="it went wrong meanwhile")
    assert "suspended" in couler("runs")
    until(lambda: "it went wrong meanwhile" in couler("runs"))
    store.close()
