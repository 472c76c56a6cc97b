"""One attempt of a task: its steps as processes in a folder."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Any, TextIO

from couler_jupyter.testing.kube.objects import Object
from couler_jupyter.testing.kube.tekton.texts import expanded, replaced, spread

_HOME = re.compile(r"(?<![\w.-])/couler(?![\w-])")
_MOST = 4096
_TICK = 0.005


@dataclass(slots=True, kw_only=True)
class Attempt:
    """What is to run.

    Attributes:
        spec: of the task; `known`: what is known in it.
        folder: its own; `spaces`: folders of its workspaces, by name.
        stopped: is set when it is to end.
        print: takes what a step printed, and whether that was all.
        deadline: when it is to end, by the clock of `time.monotonic`; None for never.
        reason: why it ended badly, as Tekton has it; empty if it did not.
        steps: how its steps ended, as in the status of a TaskRun.
    """

    spec: Object
    known: dict[str, Any]
    folder: Path
    spaces: Mapping[str, Path]
    stopped: Event
    print: Callable[[str, str, bool], None]
    deadline: float | None = None
    reason: str = ""
    steps: list[Object] = field(default_factory=list[Object])

    def begin(self) -> None:
        """Have logs of all steps, which print nothing yet."""
        for step in self.spec["steps"]:
            self.print(step["name"], "", False)

    def run(self) -> list[Object]:
        """Run the steps and return the results; `reason` tells if that went wrong."""
        try:
            return self._run()
        finally:
            for step in self.spec["steps"]:
                self.print(step["name"], "", True)

    def _run(self) -> list[Object]:
        (self.folder / "results").mkdir(parents=True)
        (self.folder / "couler").mkdir()
        wanted = self.spec.get("results") or ()
        for name, path in self.spaces.items():
            path.mkdir(parents=True, exist_ok=True)
            self.known[f"workspaces.{name}.path"] = str(path)
        for one in wanted:
            path = self.folder / "results" / one["name"]
            self.known[f"results.{one['name']}.path"] = str(path)
        for step in self.spec["steps"]:
            code = self._step(step)
            ended = {"exitCode": code, "reason": "Error" if code else "Completed"}
            self.steps.append({"name": step["name"], "terminated": ended})
            if code:
                self.reason = self.reason or "Failed"
                return []
        return [self._result(one) for one in wanted]

    def _result(self, wanted: Object) -> Object:
        text = (self.folder / "results" / wanted["name"]).read_text("utf-8")
        assert len(text.encode()) <= _MOST
        kind = wanted.get("type", "string")
        value = json.loads(text) if kind == "array" else text
        return {"name": wanted["name"], "type": kind, "value": value}

    def _step(self, step: Object) -> int:
        own: dict[str, str] = {}
        for one in step.get("env") or ():
            own[one["name"]] = expanded(replaced(one["value"], self.known), own)
        words = [
            self._homely(expanded(word, own))
            for part in ("command", "args")
            for text in step.get(part) or ()
            for word in spread(text, self.known)
        ]
        if "script" in step:
            script = self.folder / f"script-{step['name']}"
            text = self._homely(replaced(step["script"], self.known))
            script.write_text(text, "utf-8")
            words = [*_interpreter(text), str(script), *words]
        start = Path(self._homely(step.get("workingDir") or str(self.folder)))
        start.mkdir(parents=True, exist_ok=True)
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        env = {**os.environ, "PATH": path, **own}
        return self._process(step["name"], words, start, env)

    def _process(
        self, name: str, words: list[str], start: Path, env: Mapping[str, str]
    ) -> int:
        log = self.folder / f"log-{name}"
        with log.open("wb") as out:
            process = subprocess.Popen(
                words,
                cwd=start,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        with log.open(encoding="utf-8", errors="replace") as printed:
            self._wait(process, name, printed)
            self.print(name, printed.read(), True)
        return process.returncode if process.returncode >= 0 else 137

    def _wait(
        self, process: subprocess.Popen[bytes], name: str, printed: TextIO
    ) -> None:
        while process.poll() is None:
            if new := printed.read():
                self.print(name, new, False)
            late = self.deadline is not None and time.monotonic() > self.deadline
            if late or self.stopped.is_set():
                self.reason = "TaskRunTimeout" if late else "TaskRunCancelled"
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
                break
            time.sleep(_TICK)

    def _homely(self, text: str) -> str:
        return _HOME.sub(f"{self.folder}/couler", text)


def _interpreter(script: str) -> list[str]:
    """Return what runs a script, as its first line says.

    The system is not asked to: it refuses a file that a process which was forked
    meanwhile still has open.
    """
    first = script.partition("\n")[0]
    words = first.removeprefix("#!").split(None, 1)
    return words if first.startswith("#!") else ["/bin/sh", "-e"]
