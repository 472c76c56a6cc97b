"""A stand-in for a cluster on which pods leave something behind."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from couler_jupyter.engines.argo import Argo
from couler_jupyter.ir import Json, Phase, Run, Workflow
from couler_jupyter.testing.kube import Cluster
from couler_jupyter.testing.kube.controller import nodes_of
from tests.engines.argo.live.bench import until

Outputs = Mapping[str, Mapping[str, Any]]
"""By name of the task: texts of parameters; `result` is what it printed, and bytes (or
a mapping from names to bytes, a folder) are artifacts."""


@dataclass(frozen=True)
class Values:
    """What a function leaves of one output: its text, and what only Python can hold."""

    text: str
    folder: Mapping[str, bytes] | None


class OnCluster:
    """Argo with a stand-in for its cluster.

    Attributes:
        manifests: the Workflows so far; `is_new` says whether the last run made one.
        loses: whether the artifacts of steps are gone at once.
    """

    def __init__(self, cluster: Cluster, engine: Argo, bucket: Any = None) -> None:
        self.cluster = cluster
        self.store = engine.store
        self.engine = engine
        self.manifests: list[Json] = []
        self.is_new = False
        self.loses = False
        self._bucket = bucket

    def run(
        self,
        workflow: Workflow,
        outputs: Outputs,
        *,
        phases: Mapping[str, str] | None = None,
        arguments: Mapping[str, Json] | None = None,
        **options: Json,
    ) -> Run:
        """Run a workflow to its end; its pods leave these outputs behind."""
        run = self.submit(workflow, arguments=arguments, **options)
        if self.is_new:
            self.play(outputs, phases)
        until(lambda: self.engine.status(run)[""].ended)
        until(lambda: not self.store.held(run.id))
        return run

    def submit(
        self,
        workflow: Workflow,
        *,
        arguments: Mapping[str, Json] | None = None,
        **options: Json,
    ) -> Run:
        """Start a run; `is_new` says whether the cluster has anything to do."""
        before = {one["metadata"]["name"] for one in self._workflows()}
        run = self.engine.submit(workflow, arguments=arguments or {}, options=options)
        new = [
            one for one in self._workflows() if one["metadata"]["name"] not in before
        ]
        self.manifests += new
        self.is_new = bool(new)
        return run

    def begin(self, run: Run) -> None:
        """Have the last Workflow run, and wait until that is known here."""
        name = self.manifests[-1]["metadata"]["name"]
        fresh = self.cluster.objects.get("workflows", name)
        nodes = nodes_of(fresh)
        for node in nodes:
            node |= {"phase": "Running", "finishedAt": None}
        status = {"phase": "Running", "nodes": {one["id"]: one for one in nodes}}
        self.cluster.objects.replace("workflows", {**fresh, "status": status})
        until(lambda: Phase.RUNNING in self.phases(run).values())

    def play(self, outputs: Outputs, phases: Mapping[str, str] | None = None) -> None:
        """Have the last Workflow run to its end, but for those that have another phase."""
        self._play(self.manifests[-1], outputs, phases or {})

    def phases(self, run: Run) -> dict[str, Phase]:
        """Return how the steps of a run ended."""
        return {k: v for k, v in self.engine.status(run).items() if k}

    def ran(self) -> list[str]:
        """Return the tasks that the last Workflow ran in pods."""
        nodes = self.manifests[-1]["status"]["nodes"].values()
        return sorted(one["displayName"] for one in nodes if one["type"] == "Pod")

    def task(self, name: str) -> Json:
        """Return a task of the last manifest."""
        for template in self.manifests[-1]["spec"]["templates"]:
            for task in (template.get("dag") or {}).get("tasks") or ():
                if task["name"] == name:
                    return task
        raise LookupError(name)

    def _workflows(self) -> list[Json]:
        return list(self.cluster.objects.list("workflows")[0])

    def _play(self, found: Json, outputs: Outputs, phases: Mapping[str, str]) -> None:
        name = found["metadata"]["name"]
        nodes = nodes_of(found)
        for node in nodes:
            step = node["displayName"].partition("(")[0]
            if node["type"] == "Pod" and step in outputs:
                node["outputs"] = self._outputs(name, node, outputs[step])
                node["resourcesDuration"] = {"cpu": 7, "memory": 3}
            node["phase"] = phases.get(step, node["phase"])
        status = {
            **_ended({one["phase"] for one in nodes}),
            "startedAt": "2026-01-01T00:00:00Z",
            "nodes": {one["id"]: one for one in nodes},
            "artifactRepositoryRef": {
                "artifactRepository": {
                    "s3": {"bucket": "bucket", "endpoint": "minio.argo:9000"}
                }
            },
        }
        found["status"] = status
        fresh = self.cluster.objects.get("workflows", name)
        self.cluster.objects.replace("workflows", {**fresh, "status": status})

    def _outputs(self, workflow: str, node: Json, left: Mapping[str, Any]) -> Json:
        made: dict[str, Any] = {"parameters": [], "artifacts": [], "exitCode": "0"}
        for name, value in left.items():
            if isinstance(value, Values):
                made["parameters"].append({"name": name, "value": value.text})
                if value.folder is not None:
                    made["artifacts"].append(
                        self._artifact(workflow, node, name, value.folder)
                    )
            elif name == "result":
                made["result"] = value
            elif isinstance(value, str):
                made["parameters"].append({"name": name, "value": value})
            else:
                made["artifacts"].append(self._artifact(workflow, node, name, value))
        return made

    def _artifact(self, workflow: str, node: Json, name: str, value: Any) -> Json:
        key = f"runs/{workflow}/{node['id']}/{name}.tgz"
        if not self.loses:
            self._bucket.pipe_file(f"bucket/{key}", packed(name, value))
        return {"name": name, "path": f"/couler/{name}", "s3": {"key": key}}


def _ended(phases: set[str]) -> Json:
    """Return how a Workflow stands whose nodes stand like this."""
    if "Running" in phases:
        return {"phase": "Running"}
    bad = phases & {"Failed", "Error"}
    phase = "Failed" if bad else "Succeeded"
    return {"phase": phase, "finishedAt": "2026-01-01T00:01:00Z"}


def packed(name: str, value: bytes | Mapping[str, bytes]) -> bytes:
    """Return what Argo puts into its repository."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as tar:
        if isinstance(value, bytes):
            _add(tar, name, value)
        else:
            for inner, data in value.items():
                _add(tar, f"{name}/{inner}", data)
    return out.getvalue()


def python_value(pickled: bytes, *sources: str) -> dict[str, bytes]:
    """Return what a function leaves beside the text of a value."""
    return {"value.pickle": pickled, "sources.json": json.dumps(sources).encode()}


def _add(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size = len(data)
    tar.addfile(info, io.BytesIO(data))
