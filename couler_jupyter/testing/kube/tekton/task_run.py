"""One TaskRun of the stand-in: its attempts, and what its object says of them."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread
from typing import Any

from couler_jupyter.testing.kube.cluster import Cluster
from couler_jupyter.testing.kube.objects import Object, Refusal
from couler_jupyter.testing.kube.tekton.attempt import Attempt
from couler_jupyter.testing.kube.tekton.texts import named, seconds


def now() -> str:
    """Return the time as objects have it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def condition(status: str, reason: str, message: str = "") -> Object:
    """Return the conditions of a status."""
    found = {"type": "Succeeded", "status": status, "reason": reason}
    return {"conditions": [{**found, "message": message}]}


@dataclass(slots=True, kw_only=True)
class TaskRun:
    """A task that runs, or has.

    Attributes:
        cluster: that it is told to.
        run: name of the PipelineRun; `task`: of its pipeline; `name`: its own.
        given: what its parameters are.
        folder: for its attempts; `claims`: names of its volumes, by workspace.
        volumes: where volumes are.
        ended: how it ended, as Tekton's reason; empty while it goes on.
        results: what it left, by name.
    """

    cluster: Cluster
    run: str
    task: Object
    name: str
    given: Mapping[str, Any]
    folder: Path
    volumes: Path
    claims: Mapping[str, str]
    stopped: Event = field(default_factory=Event)
    ended: str = ""
    results: dict[str, Any] = field(default_factory=dict[str, Any])
    trouble: list[Exception] = field(default_factory=list[Exception])
    thread: Thread = field(init=False)

    def __post_init__(self) -> None:
        """Make the object and begin."""
        labels = {
            "tekton.dev/pipelineRun": self.run,
            "tekton.dev/pipelineTask": self.task["name"],
        }
        spaces = [
            {"name": name, "persistentVolumeClaim": {"claimName": claim}}
            for name, claim in self.claims.items()
        ]
        found = {
            "apiVersion": "tekton.dev/v1",
            "kind": "TaskRun",
            "metadata": {"name": self.name, "labels": labels},
            "spec": {"workspaces": spaces},
            "status": condition("Unknown", "Pending"),
        }
        self.cluster.objects.create("taskruns", found)
        self.thread = Thread(target=self._run, daemon=True)
        self.thread.start()

    def stop(self, why: str) -> None:
        """Have it end, if it has not."""
        if self.ended or self.stopped.is_set():
            return
        change = {"spec": {"status": "TaskRunCancelled", "statusMessage": why}}
        with suppress(Refusal):  # it was deleted
            self.cluster.objects.patch("taskruns", self.name, change)
        self.stopped.set()

    def _run(self) -> None:
        try:
            self._attempts()
        except Exception as error:  # noqa: BLE001 (raised where the test ends)
            self.trouble.append(error)
            self.ended = "Failed"

    def _attempts(self) -> None:
        earlier: list[Object] = []
        started = now()
        for number in range(self.task.get("retries", 0) + 1):
            pod = f"{self.name}-pod" + (f"-retry{number}" if number else "")
            base = {"podName": pod, "startTime": started}
            extra = {"retriesStatus": earlier} if earlier else {}
            attempt = self._attempt(number, pod)
            attempt.begin()
            self._tell({**base, **extra, **condition("Unknown", "Running")})
            results = attempt.run()
            end = {**base, "completionTime": now(), "steps": attempt.steps}
            if not attempt.reason:
                done = {**end, "results": results, **condition("True", "Succeeded")}
                self._tell({**done, **extra})
                self.results = {one["name"]: one["value"] for one in results}
                self.ended = "Succeeded"
                return
            bad = {**end, **condition("False", attempt.reason, "it failed")}
            if attempt.reason == "TaskRunCancelled" or number == self.task.get(
                "retries", 0
            ):
                self._tell({**bad, **extra})
                self.ended = attempt.reason
                return
            earlier = [*earlier, bad]

    def _attempt(self, number: int, pod: str) -> Attempt:
        spec = self.task["taskSpec"]
        known: dict[str, Any] = {"context.taskRun.name": self.name}
        for param in spec.get("params") or ():
            value = self.given.get(param["name"], param.get("default"))
            named(f"params.{param['name']}", value, known)
        limit = seconds(str(self.task.get("timeout") or ""))
        return Attempt(
            spec=spec,
            known=known,
            folder=self.folder / f"{self.name}-{number}",
            spaces={name: self.volumes / one for name, one in self.claims.items()},
            stopped=self.stopped,
            print=lambda step, text, ended: self.cluster.print(
                f"{pod}/step-{step}", text, ended=ended
            ),
            deadline=None if limit is None else time.monotonic() + limit,
        )

    def _tell(self, status: Object) -> None:
        while True:
            try:
                found = self.cluster.objects.get("taskruns", self.name)
                found["status"] = status
                self.cluster.objects.replace("taskruns", found)
            except Refusal as refusal:
                if refusal.code == 404:  # deleted with its run
                    return
                continue
            return
