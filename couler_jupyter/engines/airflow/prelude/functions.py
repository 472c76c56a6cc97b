"""Python functions, each in a process of its own."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
from typing import Any

from airflow.providers.standard.operators.python import PythonOperator
from airflow.sdk.exceptions import AirflowException

from couler_jupyter.engines.airflow.prelude.boxes import BoxStep
from couler_jupyter.engines.airflow.prelude.files import fetch, keep
from couler_jupyter.engines.airflow.prelude.steps import Step, StepFailed
from couler_jupyter.engines.airflow.prelude.values import Unknown, accept, read_text

PROGRAM = ""
"""What all functions run in; the script of each reads it."""
_LATE = 0.5
"""Seconds that Airflow's own timeout comes before the one in the other process."""


def call(script, folder, variables, seconds):  # type: ignore[no-untyped-def]
    """Run a script in a folder; its source is all that the other Python gets."""
    import contextlib
    import os
    import signal
    import subprocess
    import sys
    import threading

    def end() -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)

    with (
        open(os.path.join(folder, "stdout"), "wb") as stdout,
        subprocess.Popen(
            [sys.executable, script],
            cwd=os.path.join(folder, "cwd"),
            env={**os.environ, **variables},
            stdout=subprocess.PIPE,
            start_new_session=True,
        ) as child,
    ):
        with open(os.path.join(folder, "pid"), "w") as pid:
            pid.write(str(child.pid))
        late = threading.Timer(seconds or 0, end)
        if seconds:
            late.start()
        try:
            for line in child.stdout or ():
                stdout.write(line)
                sys.stdout.write(line.decode("utf-8", "replace"))
                sys.stdout.flush()
            child.wait()
        except BaseException:
            end()
            raise
        finally:
            late.cancel()
    with open(os.path.join(folder, "code"), "w") as code:
        code.write(str(child.returncode))
    if child.returncode:
        raise SystemExit(child.returncode)


class CallStep(BoxStep):
    """A Python function: its inputs go as one file, its outputs come as some."""

    def run_program(self) -> None:
        """Write the script and its values, and run it by the operator."""
        self._write()
        code = self.folder / "code"
        self.op_args = (
            str(self.folder / "script.py"),
            str(self.folder),
            self.variables(),
            self._seconds(),
        )
        self.op_kwargs: dict[str, Any] = {}
        try:
            super(Step, self).execute(self.context)  # type: ignore[misc]
        except (AirflowException, subprocess.CalledProcessError, SystemExit) as error:
            number = int(code.read_text()) if code.exists() else None
            why = f"exit code {number}" if number is not None else str(error)
            raise StepFailed(why, number) from None

    def on_kill(self) -> None:
        """End the function, and all that it started; it may not have begun."""
        folder = getattr(self, "folder", None)
        pid = folder and folder / "pid"
        if pid and pid.exists():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(int(pid.read_text()), signal.SIGTERM)

    def _seconds(self) -> Any:
        most = self.execution_timeout  # type: ignore[attr-defined]
        return None if most is None else most.total_seconds() + _LATE

    def returned(self, name: str, one: Any) -> Any:
        """Return a part of what the function returned, as its script left it."""
        left = self.folder / "left" / name
        if one["type"] == "artifact":
            return left
        if not left.is_file():
            raise Unknown("the function returned no such part")
        text = left.read_text(encoding="utf-8")
        found = accept(
            read_text(text[:-1], one["type"]), one["type"], one.get("choices", ())
        )
        pickled = self.folder / "left" / f"{name}.value"
        only_python = isinstance(found, dict) and list(found) == ["couler-value"]
        if pickled.is_dir() and (only_python or one["type"] == "python"):
            place = f"{self._kept_at(name, one)}.value"
            return {"$pickle": keep(pickled, place)["$file"]}
        return found

    def _write(self) -> None:
        (self.folder / "left").mkdir()
        directory = self.work / self.step["directory"]
        directory.mkdir(parents=True, exist_ok=True)
        os.symlink(directory, self.folder / "cwd")
        values = []
        for name, value in self.inputs.items():
            if self.step["inputs"][name]["type"] == "artifact":
                if isinstance(value, list):
                    values.append({"name": name, "value": self.path_of(name)})
                continue
            if isinstance(value, dict) and set(value) == {"$pickle"}:
                fetch({"$file": value["$pickle"]}, self.folder / "given" / name)
                continue
            kind = self.step["inputs"][name]["type"]
            text = value if kind == "string" else json.dumps(value)
            values.append({"name": name, "value": text})
        (self.folder / "values.json").write_text(json.dumps(values), encoding="utf-8")
        source = self.step["source"].replace("@FOLDER@", str(self.folder))
        (self.folder / "program.py").write_text(PROGRAM, encoding="utf-8")
        (self.folder / "script.py").write_text(source, encoding="utf-8")


class FunctionStep(CallStep, PythonOperator):  # type: ignore[misc]
    """A function that runs in the worker's Python."""

    template_fields = ()

    def __init__(self, *, step: Any, item: Any = None, **kwargs: Any) -> None:
        super().__init__(**{"python_callable": call, **kwargs})
        self.step = step
        self.item = item
