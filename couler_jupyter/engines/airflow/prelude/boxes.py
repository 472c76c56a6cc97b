"""What all steps have that run a program: a folder, an environment, files in and out."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from couler_jupyter.engines.airflow.prelude.files import (
    KEPT,
    fetch,
    keep,
    located,
    put,
    reference,
)
from couler_jupyter.engines.airflow.prelude.steps import Step, StepFailed, folder_for
from couler_jupyter.engines.airflow.prelude.values import (
    Unfit,
    Unknown,
    accept,
    read_text,
)

STORAGES = ("local", "inline", "http", "store")


class BoxStep(Step):
    """A step that runs a program in a folder of its own.

    Attributes:
        folder: the folder of this attempt; the program starts in `work` below it.
    """

    def perform(self) -> dict[str, Any]:
        """Prepare a folder, run the program there and take what it left."""
        self.folder = folder_for(self.ti)
        try:
            self.work = self.folder / "work"
            self.work.mkdir()
            self._put_inputs()
            for one in self.step["outputs"].values():
                if one.get("path"):
                    self.place(one["path"]).parent.mkdir(parents=True, exist_ok=True)
            self.run_program()
            return dict(self._outputs())
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def run_program(self) -> None:
        """Run the program in `work`; raise `StepFailed` if it fails."""
        raise NotImplementedError

    def given(self, value: Any) -> Any:
        """Return what an argument comes to, of a storage where it lies."""
        if value[0] in STORAGES:
            return located(value, self.look_up)
        return super().given(value)

    def place(self, path: str) -> Path:
        """Return where a path of the step lies on this machine."""
        return self.work / path

    def path_of(self, name: str) -> str:
        """Return where an input or output lies, as the program sees it."""
        ports = {**self.step["inputs"], **self.step["outputs"]}
        path = ports[name].get("path") or name
        many = self.inputs.get(name)
        if isinstance(many, list):
            return json.dumps([self.seen(f"{path}/{i}") for i in range(len(many))])
        return self.seen(path)

    def seen(self, path: str) -> str:
        """Return a path of the step as the program sees it."""
        return str(self.place(path))

    def variables(self) -> dict[str, str]:
        """Return the variables of the step; secrets are Variables of Airflow."""
        found = {}
        for name, value in self.step["env"]:
            if not isinstance(value, str) and value[0] in {"secret", "config"}:
                if (text := reference(*value)) is not None:
                    found[name] = text
            else:
                found[name] = self.text(value)
        return found

    def stdout(self) -> str:
        """Return what the program printed."""
        return (self.folder / "stdout").read_text(encoding="utf-8", errors="replace")

    def returned(self, name: str, one: Any) -> Any:
        """Return an output that is part of what a function returned."""
        raise Unknown(f"nothing was returned for {name!r}, a {one['type']}")

    def _put_inputs(self) -> None:
        for name, port in self.step["inputs"].items():
            if port["type"] == "artifact" and name in self.inputs:
                try:
                    self._fetch(self.inputs[name], port.get("path") or name, port)
                except Unknown:
                    if not port.get("optional"):
                        raise
                    del self.inputs[name]

    def _fetch(self, handle: Any, path: str, port: Any) -> None:
        if isinstance(handle, list):
            self.place(path).mkdir(parents=True, exist_ok=True)
            for index, one in enumerate(handle):
                self._fetch(one, f"{path}/{index}", port)
            return
        mode, recurse = port.get("mode"), port.get("recurse", False)
        fetch(handle, self.place(path), mode, recurse)

    def _outputs(self) -> Any:
        for name, one in self.step["outputs"].items():
            try:
                yield name, self._output(name, one)
            except Unknown as error:
                if "default" in one:
                    yield name, one["default"]
                elif not one.get("optional"):
                    raise StepFailed(f"output {name!r}: {error}", 0) from None
            except Unfit as error:
                raise StepFailed(f"output {name!r} {error}", 0) from None

    def _output(self, name: str, one: Any) -> Any:
        source = one["source"]
        if one["type"] == "artifact":
            path = (
                self.place(one["path"])
                if source == "file"
                else self.returned(name, one)
            )
            mode, recurse = one.get("mode"), one.get("recurse", False)
            if "store" in one:
                return put(path, located(one["store"], self.look_up), mode, recurse)
            return keep(path, self._kept_at(name, one), mode, recurse)
        if source == "return":
            return self.returned(name, one)
        if source == "stdout":
            text = self.stdout()
        else:
            path = self.place(one["path"])
            if not path.is_file():
                raise Unknown(f"it wrote no {one['path']!r}")
            text = path.read_text(encoding="utf-8")
        text = text[:-1] if text.endswith("\n") else text
        return accept(read_text(text, one["type"]), one["type"], one.get("choices", ()))

    def _kept_at(self, name: str, one: Any) -> str:
        if "storage" in one:
            return self.text(one["storage"])
        key = self.text(one["key"]) if "key" in one else ""
        ti = self.ti
        item = f"{ti.task_id}[{ti.map_index}]" if ti.map_index >= 0 else ti.task_id
        return f"{KEPT}/{key or f'{ti.dag_id}/{ti.run_id}/{item}/{name}'}"
