"""Runs from submission to their end, with a real follower process and a real server."""

from __future__ import annotations

import time
from collections.abc import Callable

from couler_jupyter.engines.argo.live.pod_name import pod_name
from couler_jupyter.ir import Phase, Run, Workflow
from couler_jupyter.runs import RunStore, read_log
from couler_jupyter.testing.kube import Cluster
from tests.engines.argo.live.conftest import Small
from tests.engines.argo.live.nodes import node


def until(holds: Callable[[], bool], patience: float = 30.0) -> None:
    end = time.monotonic() + patience
    while not holds():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.02)


def log_of(store: RunStore, run: Run, step: str) -> str:
    return read_log(store.log_path(run.id, step, 1))[0].decode()


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
    until(lambda: engine.status(run).get("load") is Phase.RUNNING)
    until(lambda: log_of(store, run, "load") == "loading\n")
    assert engine.status(run)["fit"] is Phase.PENDING
    cluster.print(pod, "done\n", ended=True)
    done = node(f"{name}.load", outputs={"parameters": [{"name": "n", "value": "3"}]})
    cluster.tell(
        [root, done, node(f"{name}.fit", phase="Failed", message="Error (exit code 2)")]
    )
    cluster.tell(phase="Failed", message="child failed")
    until(lambda: engine.status(run)[""].ended)
    assert engine.status(run) == {
        "": Phase.FAILED,
        "load": Phase.SUCCEEDED,
        "fit": Phase.FAILED,
    }
    assert store.get(run.id).message == "step 'fit' failed: exit code 2"
    assert store.steps(run.id)["fit"].exit_code == 2
    assert log_of(store, run, "load") == "loading\ndone\n"
    until(lambda: not store.held(run.id))
