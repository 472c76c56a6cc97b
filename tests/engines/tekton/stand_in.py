"""A stand-in for Tekton: runs a PipelineRun here, step by step, as its documents say.

It replaces references as the controller does, each text once, and then `$(NAME)` and `$$`
as Kubernetes does. Images are not looked at: what runs needs a shell and Python only.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

from couler_jupyter.engines.kube.fields import Fields

_REFERENCE = re.compile(r"\$\(([a-z][^()]*)\)")
_HOME = re.compile(r"(?<![\w.-])/couler(?![\w-])")
_EXPANDED = re.compile(r"\$(?:\$|\(([^()]*)\))")


@dataclass
class Ran:
    """What a run came to.

    Attributes:
        phases: of tasks, by name; `results`: what they left, as it is meant.
        logs: what they printed.
    """

    phases: dict[str, str] = field(default_factory=dict)
    results: dict[str, dict[str, Any]] = field(default_factory=dict)
    logs: dict[str, str] = field(default_factory=dict)

    @property
    def status(self) -> str:
        """What `$(tasks.status)` says."""
        if "failed" in self.phases.values():
            return "Failed"
        return "Completed" if "skipped" in self.phases.values() else "Succeeded"


class StandIn:
    """Runs one pipeline in a folder."""

    def __init__(self, pipeline: Fields, folder: Path) -> None:
        """Take a Pipeline; nothing runs yet."""
        self._spec = pipeline["spec"]
        self._folder = folder
        self._known: dict[str, Any] = {
            "context.pipelineRun.name": "the-run",
            "context.pipelineRun.uid": "1234",
            "context.pipelineRun.namespace": "default",
        }
        self._ran = Ran()
        (folder / "files").mkdir()

    def run(self, given: Mapping[str, str]) -> Ran:
        """Run it and return what it came to; `given` are parameters of the run."""
        for param in self._spec.get("params") or ():
            text = given.get(param["name"], param.get("default"))
            self._known[f"params.{param['name']}"] = text
        waiting = {task["name"]: task for task in self._spec.get("tasks") or ()}
        while waiting and "failed" not in self._ran.phases.values():
            name = next(
                one for one, task in waiting.items() if not _waits(task) & {*waiting}
            )
            self._task(waiting.pop(name))
        status = self._ran.status
        self._known["tasks.status"] = status
        for task in self._spec.get("finally") or ():
            self._task(task)
        return self._ran

    def _task(self, task: Fields) -> None:
        name = task["name"]
        missing = [one for one in _references(task) if one not in self._known]
        if any(one.startswith("tasks.") for one in missing):
            self._ran.phases[name] = "skipped"
            return
        for one in task.get("when") or ():
            found = self._text(one["input"])
            if (found in one["values"]) is not (one["operator"] == "in"):
                self._ran.phases[name] = "skipped"
                return
        given = {
            one["name"]: self._value(one["value"]) for one in task.get("params") or ()
        }
        results: list[dict[str, Any]] = []
        for number, row in enumerate(self._rows(task.get("matrix"))):
            for attempt in range(task.get("retries", 0) + 1):
                run = f"{name}-{number}-{attempt}"
                made = self._task_run(run, name, task["taskSpec"], {**given, **row})
                if made is not None:
                    results.append(made)
                    break
            else:
                self._ran.phases[name] = "failed"
                return
        self._ran.phases[name] = "succeeded"
        self._leave(name, results, mapped="matrix" in task)

    def _leave(self, name: str, results: list[dict[str, Any]], *, mapped: bool) -> None:
        for key in results[0] if results else ():
            found = [one[key] for one in results]
            value = found if mapped else found[0]
            star = "[*]" if isinstance(value, list) else ""
            self._known[f"tasks.{name}.results.{key}{star}"] = value
            self._ran.results.setdefault(name, {})[key] = _meant(value)

    def _rows(self, matrix: Fields | None) -> list[dict[str, Any]]:
        if matrix is None:
            return [{}]
        columns = [
            [(one["name"], text) for text in self._value(one["value"])]
            for one in matrix.get("params") or ()
        ]
        rows = [dict(row) for row in product(*columns)] if columns else []
        for one in matrix.get("include") or ():
            rows.append({p["name"]: self._text(p["value"]) for p in one["params"]})
        return rows

    def _task_run(
        self, run: str, name: str, spec: Fields, given: Mapping[str, Any]
    ) -> dict[str, Any] | None:
        folder = self._folder / run
        (folder / "results").mkdir(parents=True)
        (folder / "couler").mkdir()
        known: dict[str, Any] = {
            "workspaces.couler-files.path": str(self._folder / "files"),
            "context.taskRun.name": run,
        }
        for param in spec.get("params") or ():
            value = given.get(param["name"], param.get("default"))
            star = "[*]" if isinstance(value, list) else ""
            known[f"params.{param['name']}{star}"] = value
        for one in spec.get("results") or ():
            known[f"results.{one['name']}.path"] = str(folder / "results" / one["name"])
        for step in spec["steps"]:
            if not self._step(name, step, known, folder):
                return None
        found: dict[str, Any] = {}
        for one in spec.get("results") or ():
            path = folder / "results" / one["name"]
            text = path.read_text("utf-8")
            assert len(text.encode()) <= 4096
            found[one["name"]] = json.loads(text) if one["type"] == "array" else text
        return found

    def _step(
        self, name: str, step: Fields, known: Mapping[str, Any], folder: Path
    ) -> bool:
        def text(found: str) -> str:
            return _replaced(found, known)

        def homely(found: str) -> str:
            return _HOME.sub(f"{folder}/couler", found)

        env = {
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        }
        own: dict[str, str] = {}
        for one in step.get("env") or ():
            own[one["name"]] = _expanded(text(one["value"]), own)
        words = [w for one in step.get("command") or () for w in _spread(one, known)]
        words += [w for one in step.get("args") or () for w in _spread(one, known)]
        words = [homely(_expanded(word, own)) for word in words]
        if "script" in step:
            script = folder / f"script-{step['name']}"
            script.write_text(homely(text(step["script"])), "utf-8")
            script.chmod(0o755)
            words = [str(script), *words]
        start = homely(step.get("workingDir") or str(folder))
        Path(start).mkdir(parents=True, exist_ok=True)
        done = subprocess.run(
            words,
            cwd=start,
            env={**env, **own},
            capture_output=True,
            text=True,
            check=False,
            timeout=20,
            stdin=subprocess.DEVNULL,
        )
        log = self._ran.logs.get(name, "") + done.stdout + done.stderr
        self._ran.logs[name] = log
        return done.returncode == 0

    def _text(self, text: str) -> str:
        return _replaced(text, self._known)

    def _value(self, value: Any) -> Any:
        if isinstance(value, list):
            return [one for text in value for one in _spread(text, self._known)]
        whole = _REFERENCE.fullmatch(value)
        if whole and whole[1].endswith("[*]"):
            return self._known[whole[1]]
        return self._text(value)


def _replaced(text: str, known: Mapping[str, Any]) -> str:
    return _REFERENCE.sub(lambda one: str(known.get(one[1], one[0])), text)


def _spread(text: str, known: Mapping[str, Any]) -> list[str]:
    whole = _REFERENCE.fullmatch(text)
    if whole and whole[1].endswith("[*]"):
        return list(known[whole[1]])
    return [_replaced(text, known)]


def _expanded(text: str, env: Mapping[str, str]) -> str:
    def found(one: re.Match[str]) -> str:
        return "$" if one[1] is None else env.get(one[1], one[0])

    return _EXPANDED.sub(found, text)


def _meant(value: Any) -> Any:
    if isinstance(value, list):
        return [one.replace("$$", "$") for one in value]
    return value.replace("$$", "$")


def _references(task: Fields) -> list[str]:
    outer = {key: part for key, part in task.items() if key != "taskSpec"}
    return _REFERENCE.findall(repr(outer))


def _waits(task: Fields) -> set[str]:
    read = {one.split(".")[1] for one in _references(task) if one.startswith("tasks.")}
    return read | set(task.get("runAfter") or ())
