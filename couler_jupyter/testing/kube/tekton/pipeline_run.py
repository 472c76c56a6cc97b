"""One PipelineRun of the stand-in: which task runs when, and what becomes of the whole."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Collection
from itertools import product
from pathlib import Path
from typing import Any

from couler_jupyter.testing.kube.cluster import Cluster
from couler_jupyter.testing.kube.objects import Object, Refusal
from couler_jupyter.testing.kube.tekton.task_run import TaskRun, condition, now
from couler_jupyter.testing.kube.tekton.texts import (
    named,
    references_in,
    replaced,
    seconds,
    value_of,
)

_ENDS = ("Cancelled", "CancelledRunFinally", "StoppedRunFinally")
_WHEN = "When Expressions evaluated to false"


class PipelineRun:
    """A run that goes on; `step` looks at it once."""

    def __init__(self, cluster: Cluster, found: Object, folder: Path) -> None:
        """Begin with a PipelineRun that was made just now."""
        self._cluster = cluster
        self._folder = folder
        self._volumes = folder / "volumes"
        self.name = found["metadata"]["name"]
        self._run = found["spec"]
        self.over = False
        self._skipped: dict[str, str] = {}
        self._begun: dict[str, list[TaskRun]] = {}
        self._known: dict[str, Any] = {
            "context.pipelineRun.name": self.name,
            "context.pipelineRun.uid": found["metadata"]["uid"],
            "context.pipelineRun.namespace": "default",
        }
        self._started = now()
        self._late = ""
        limit = seconds((self._run.get("timeouts") or {}).get("pipeline", "1h"))
        self._deadline = None if limit is None else time.monotonic() + limit
        self._spec = self._pipeline()

    @property
    def trouble(self) -> list[Exception]:
        """What went wrong in the stand-in itself."""
        return [one for runs in self._begun.values() for r in runs for one in r.trouble]

    def step(self) -> None:
        """Begin what can begin, and tell what is new."""
        if self.over:
            return
        try:
            asked = self._asked()
        except Refusal:  # it was deleted
            self._stop("was deleted")
            self.over = True
            return
        if asked == _ENDS[0] or self._is_late():
            self._stop("has timed out" if self._late else "was cancelled")
        elif asked == _ENDS[1]:
            own = {one["name"] for one in self._spec.get("tasks") or ()}
            self._stop("was cancelled", own)
        tasks: list[Object] = list(self._spec.get("tasks") or ())
        if not (asked in _ENDS or self._late or self._has_failed(tasks)):
            for task in tasks:
                if self._is_ready(task):
                    self._begin(task)
        elif not self._goes_on(tasks):
            for task in tasks:
                if not self._is_settled(task):
                    self._skipped[task["name"]] = "PipelineRun was stopping"
        if all(map(self._is_settled, tasks)):
            self._finish(tasks, asked)
        if not self.over:
            self._tell(condition("Unknown", "Running"))

    def _finish(self, tasks: list[Object], asked: str) -> None:
        """Run what runs behind everything, and then end."""
        for task in tasks:
            self._keep_results(task["name"])
        last: list[Object] = list(self._spec.get("finally") or ())
        if asked == _ENDS[0]:
            last = []
        failed, skipped = self._has_failed(tasks), bool(self._skipped)
        status = "Failed" if failed else "Completed" if skipped else "Succeeded"
        self._known.setdefault("tasks.status", status)
        for task in last:
            if task["name"] not in self._begun and task["name"] not in self._skipped:
                self._begin(task)
        if not all(map(self._is_settled, last)):
            return
        bad = failed or self._has_failed(last) or asked in _ENDS
        reason = self._late or ("Cancelled" if asked in _ENDS else "Failed")
        good = "Completed" if self._skipped else "Succeeded"
        ends = condition("False" if bad else "True", reason if bad else good, "done")
        results = [
            {"name": one["name"], "value": value_of(one["value"], self._known)}
            for one in self._spec.get("results") or ()
            if all(ref in self._known for ref in references_in(one["value"]))
        ]
        self.over = True
        self._tell({**ends, "completionTime": now(), "results": results})

    def _pipeline(self) -> Object:
        try:
            name = self._run["pipelineRef"]["name"]
            spec: Object = self._cluster.objects.get("pipelines", name)["spec"]
        except Refusal as refusal:
            self.over = True
            ends = condition("False", "CouldntGetPipeline", str(refusal))
            self._write({**ends, "startTime": now(), "completionTime": now()})
            return {}
        given = {one["name"]: one["value"] for one in self._run.get("params") or ()}
        for param in spec.get("params") or ():
            value = given.get(param["name"], param.get("default"))
            named(f"params.{param['name']}", value, self._known)
        return spec

    def _inner(self, task: Object) -> Object:
        """Return the spec of a task, which may stand elsewhere."""
        if "taskSpec" in task:
            found: Object = task["taskSpec"]
            return found
        name = task["taskRef"]["name"]
        spec: Object = self._cluster.objects.get("tasks", name)["spec"]
        return spec

    def _asked(self) -> str:
        found = self._cluster.objects.get("pipelineruns", self.name)
        return str(found["spec"].get("status") or "")

    def _is_late(self) -> bool:
        if self._deadline is not None and time.monotonic() > self._deadline:
            self._late = "PipelineRunTimeout"
        return bool(self._late)

    def _stop(self, why: str, only: Collection[str] | None = None) -> None:
        for name, runs in self._begun.items():
            for one in runs if only is None or name in only else ():
                one.stop(f"TaskRun cancelled as the PipelineRun it belongs to {why}.")

    def _goes_on(self, tasks: list[Object]) -> bool:
        own = [run for task in tasks for run in self._begun.get(task["name"], ())]
        return any(not run.ended for run in own)

    def _has_failed(self, tasks: list[Object]) -> bool:
        return any(
            run.ended not in ("", "Succeeded")
            for task in tasks
            for run in self._begun.get(task["name"], ())
        )

    def _is_settled(self, task: Object) -> bool:
        name = task["name"]
        if name in self._skipped:
            return True
        return name in self._begun and all(run.ended for run in self._begun[name])

    def _parents(self, task: Object) -> set[str]:
        outer = {key: part for key, part in task.items() if key != "taskSpec"}
        read = {
            one.split(".")[1] for one in references_in(outer) if one[:6] == "tasks."
        }
        return read | set(task.get("runAfter") or ())

    def _is_ready(self, task: Object) -> bool:
        name = task["name"]
        if name in self._begun or name in self._skipped:
            return False
        named_tasks = {one["name"]: one for one in self._spec["tasks"]}
        return all(self._is_settled(named_tasks[one]) for one in self._parents(task))

    def _begin(self, task: Object) -> None:
        name = task["name"]
        for parent in self._parents(task) - {"status"}:
            self._keep_results(parent)
        if why := self._why_not(task):
            self._skipped[name] = why
            return
        rows = self._rows(task.get("matrix"))
        if not rows:
            self._skipped[name] = "Empty Array in Matrix Params"
            return
        given = {
            one["name"]: value_of(one["value"], self._known)
            for one in task.get("params") or ()
        }
        mapped = "matrix" in task
        claims = self._claims(task)
        self._begun[name] = [
            TaskRun(
                cluster=self._cluster,
                run=self.name,
                task={**task, "taskSpec": self._inner(task)},
                name=f"{self.name}-{name}" + (f"-{number}" if mapped else ""),
                given={**given, **row},
                folder=self._folder / self.name,
                volumes=self._volumes,
                claims=claims,
            )
            for number, row in enumerate(rows)
        ]

    def _why_not(self, task: Object) -> str:
        """Return why a task is skipped; empty if it is not."""
        after = self._parents(task)
        if any(self._skipped.get(one, _WHEN) != _WHEN for one in after):
            return "Parent Tasks were skipped"
        outer = {key: part for key, part in task.items() if key != "taskSpec"}
        missing = [one for one in references_in(outer) if one not in self._known]
        if any(one.startswith("tasks.") for one in missing):
            return "Results were missing"
        for one in task.get("when") or ():
            found = replaced(one["input"], self._known)
            if (found in one["values"]) is not (one["operator"] == "in"):
                return _WHEN
        return ""

    def _keep_results(self, name: str) -> None:
        runs = self._begun.get(name, [])
        tasks = {one["name"]: one for one in self._spec["tasks"]}
        for key in runs[0].results if runs else ():
            found = [run.results[key] for run in runs]
            value = found if "matrix" in tasks[name] else found[0]
            named(f"tasks.{name}.results.{key}", value, self._known)

    def _rows(self, matrix: Object | None) -> list[dict[str, Any]]:
        if matrix is None:
            return [{}]
        columns = [
            [(one["name"], text) for text in value_of(one["value"], self._known)]
            for one in matrix.get("params") or ()
        ]
        rows = [dict(row) for row in product(*columns)] if columns else []
        for one in matrix.get("include") or ():
            found = {
                p["name"]: replaced(p["value"], self._known) for p in one["params"]
            }
            rows.append(found)
        return rows

    def _claims(self, task: Object) -> dict[str, str]:
        spaces = {one["name"]: one for one in self._run.get("workspaces") or ()}
        found: dict[str, str] = {}
        for one in task.get("workspaces") or ():
            space = spaces[one["workspace"]]
            own = (space.get("persistentVolumeClaim") or {}).get("claimName")
            key = f"{self.name}/{space['name']}".encode()
            made = f"pvc-{hashlib.sha256(key).hexdigest()[:10]}"
            found[one["name"]] = own or made
        return found

    def _tell(self, status: Object) -> None:
        references = [
            {"kind": "TaskRun", "name": run.name, "pipelineTaskName": name}
            for name, runs in self._begun.items()
            for run in runs
        ]
        skipped = [{"name": k, "reason": why} for k, why in self._skipped.items()]
        told = {"childReferences": references, "skippedTasks": skipped}
        about = {"startTime": self._started, "pipelineSpec": self._spec}
        self._write({**about, **told, **status})

    def _write(self, status: Object) -> None:
        while True:
            try:
                found = self._cluster.objects.get("pipelineruns", self.name)
                if found.get("status") == status:
                    return
                found["status"] = status
                self._cluster.objects.replace("pipelineruns", found)
            except Refusal as refusal:
                if refusal.code == 404:  # it was deleted
                    self.over = True
                    return
                continue
            return
