"""Python functions, in a process of their own: that Python, another, or a virtualenv."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

from airflow.exceptions import AirflowException
from airflow.providers.standard.operators.python import ExternalPythonOperator

from couler_jupyter.engines.airflow.prelude.boxes import BoxStep
from couler_jupyter.engines.airflow.prelude.files import fetch, keep
from couler_jupyter.engines.airflow.prelude.steps import Step, StepFailed
from couler_jupyter.engines.airflow.prelude.values import Unknown, accept, read_text

PYTHON = ""


def call(script, folder, variables):  # type: ignore[no-untyped-def]
    """Run a script in a folder; its source is all that the other Python gets."""
    import os
    import subprocess
    import sys

    with open(os.path.join(folder, "stdout"), "w") as stdout:
        done = subprocess.run(
            [sys.executable, script],
            cwd=os.path.join(folder, "cwd"),
            env={**os.environ, **variables},
            stdout=stdout,
            check=False,
        )
    with open(os.path.join(folder, "stdout")) as stdout:
        sys.stdout.write(stdout.read())
    with open(os.path.join(folder, "code"), "w") as code:
        code.write(str(done.returncode))
    if done.returncode:
        raise SystemExit(done.returncode)


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
        )
        self.op_kwargs: dict[str, Any] = {}
        try:
            super(Step, self).execute(self.context)  # type: ignore[misc]
        except (AirflowException, subprocess.CalledProcessError, SystemExit) as error:
            number = int(code.read_text()) if code.exists() else None
            why = f"exit code {number}" if number is not None else str(error)
            raise StepFailed(why, number) from None

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
                continue
            if isinstance(value, dict) and set(value) == {"$pickle"}:
                fetch({"$file": value["$pickle"]}, self.folder / "given" / name)
                continue
            kind = self.step["inputs"][name]["type"]
            text = value if kind == "string" else json.dumps(value)
            values.append({"name": name, "value": text})
        (self.folder / "values.json").write_text(json.dumps(values), encoding="utf-8")
        source = self.step["source"].replace("@FOLDER@", str(self.folder))
        (self.folder / "script.py").write_text(source, encoding="utf-8")


class FunctionStep(CallStep, ExternalPythonOperator):  # type: ignore[misc]
    """A function that runs in the worker's Python, or the one that `PYTHON` names."""

    template_fields = ()

    def __init__(self, *, step: Any, item: Any = None, **kwargs: Any) -> None:
        super().__init__(
            **{
                "python": PYTHON or sys.executable,
                "python_callable": call,
                "expect_airflow": False,
                **kwargs,
            }
        )
        self.step = step
        self.item = item
