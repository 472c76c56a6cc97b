"""Watching a run of 1,000 nodes, one of which changes every second: CPU of each side.

    python benchmarks/watch_run.py [--seconds 30] [--nodes 1000] [--every 1]

A stand-in for the API server sends the whole Workflow at each change, as a real one
does, in a process of its own. The follower is a process of its own; the kernel is this
one: it waits for the run as a cell does, and has what a live view shows made at every
change. CPU is user and system time of a process, of one core.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

Object = dict[str, Any]

NAME = "watched"


def main() -> None:
    """Measure and say."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--nodes", type=int, default=1000)
    parser.add_argument("--every", type=float, default=1.0)
    parser.add_argument("--serve", default="", help="for the process of the server")
    given = parser.parse_args()
    if given.serve:
        serve(Path(given.serve), given.nodes, given.every)
    else:
        with tempfile.TemporaryDirectory() as folder:
            measure(Path(folder), given.nodes, given.seconds, given.every)


def serve(folder: Path, count: int, every: float) -> None:
    """Be the cluster: once there is a Workflow, change one node at a time."""
    from couler_jupyter.testing.kube import Cluster

    with Cluster() as cluster:
        cluster.kubeconfig(folder).rename(folder / "ready")
        while not cluster.objects.list("workflows")[0]:
            time.sleep(0.05)
        nodes = {one["id"]: one for one in nodes_of(cluster.workflow(), count)}
        turn = 0
        while not (folder / "stop").exists():
            one = nodes[f"n{turn % count}"]
            ended = one["phase"] == "Running"
            one["phase"] = "Succeeded" if ended else "Running"
            one["finishedAt"] = "2026-01-01T00:00:30Z" if ended else None
            turn += ended
            cluster.tell(list(nodes.values()))
            time.sleep(every)
        cluster.tell(list(nodes.values()), phase="Succeeded")
        time.sleep(3)


def nodes_of(workflow: Object, count: int) -> list[Object]:
    """Return the nodes of a workflow whose steps all wait."""
    name = workflow["metadata"]["name"]
    root = {"id": "root", "name": name, "type": "DAG", "phase": "Running"}
    return [root, *(node(name, number) for number in range(count))]


def node(name: str, number: int) -> Object:
    """Return a node with as much in it as one of a real run has."""
    return {
        "id": f"n{number}",
        "name": f"{name}.s{number}",
        "displayName": f"s{number}",
        "type": "Pod",
        "templateName": "train",
        "templateScope": f"local/{name}",
        "boundaryID": "root",
        "phase": "Pending",
        "startedAt": "2026-01-01T00:00:10Z",
        "finishedAt": None,
        "progress": "0/1",
        "resourcesDuration": {"cpu": 3, "memory": 120},
        "inputs": {"parameters": [{"name": "rate", "value": "0.1"}]},
        "outputs": {"exitCode": "0", "artifacts": [{"name": "main-logs"}]},
        "hostNodeName": "node-1",
    }


def measure(folder: Path, count: int, seconds: float, every: float) -> None:
    """Start all, wait, and say what CPU each side used meanwhile."""
    from couler_jupyter.engines import ENGINES
    from couler_jupyter.ir import Container, Step, Workflow
    from couler_jupyter.runs import RunStore
    from couler_jupyter.session import RunHandle

    flags = ["--serve", str(folder), "--nodes", str(count), "--every", str(every)]
    server = subprocess.Popen([sys.executable, __file__, *flags])
    while not (folder / "ready").exists():
        time.sleep(0.05)
    box = Container(image="busybox", command=("true",))
    steps = tuple(Step(name=f"s{n}", template=box) for n in range(count))
    workflow = Workflow(name=NAME, steps=steps)
    store = RunStore(folder / "store")
    engine: Any = ENGINES.get("argo")(store)  # type: ignore[call-arg]
    options = {"kubeconfig": str(folder / "ready"), "logs": False}
    run = engine.submit(workflow, options=options)
    handle = RunHandle(store, run.id, engine)
    while len(store.steps(run.id)) < count:
        time.sleep(0.1)
    handle.view()
    follower = int((store.folder(run.id) / "lock").read_text())
    changes = 0

    def tell(events: tuple[object, ...]) -> None:
        nonlocal changes
        changes += len(events)
        handle.view()

    time.sleep(2)
    before = cpu(os.getpid()), cpu(follower), time.monotonic()
    with suppress(TimeoutError):
        handle.wait(timeout=seconds, on_events=tell)
    wall = time.monotonic() - before[2]
    kernel = (cpu(os.getpid()) - before[0]) / wall
    followed = (cpu(follower) - before[1]) / wall
    (folder / "stop").touch()
    handle.wait(timeout=60)
    server.wait(60)
    told = {
        "nodes": count,
        "seconds": round(wall, 1),
        "events": changes,
        "kernel_percent": round(100 * kernel, 2),
        "follower_percent": round(100 * followed, 2),
    }
    print(json.dumps(told))


def cpu(pid: int) -> float:
    """Return the CPU seconds that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
