"""What Argo does with a template of a function, on this machine.

It puts artifacts where the template says, replaces tags as Argo does, runs the script,
and takes what the template says. Folders of the pod lie in a folder of the test.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from couler_jupyter.engines.argo.names import port_name
from couler_jupyter.engines.argo.templates import Around, Fields, leaf_fields
from couler_jupyter.ir import Function
from tests.engines.argo.templates.words import write


class Pod:
    """One run of a function's template.

    Attributes:
        code: its exit code; `err` what it said.
        parameters: texts of output parameters; those without a file are left out.
        artifacts: where output artifacts lie.
    """

    def __init__(
        self,
        folder: Path,
        template: Function,
        parameters: dict[str, str],
        artifacts: dict[str, Path],
        around: Around | None = None,
    ) -> None:
        self.folder = folder
        self.fields: Fields = leaf_fields(template, write, around)
        self._load(parameters, artifacts)
        self._run()
        self.parameters: dict[str, str] = {}
        self.artifacts: dict[str, Path] = {}
        if self.code == 0:
            self._save()

    def at(self, path: str) -> Path:
        """Where a path of the pod lies."""
        return self.folder / path.lstrip("/")

    def _load(self, parameters: dict[str, str], artifacts: dict[str, Path]) -> None:
        inputs: dict[str, Any] = self.fields.get("inputs", {})
        listed: list[Any] = []
        for port in inputs.get("parameters", ()):
            value = parameters.get(port["name"], port.get("default"))
            assert value is not None, f"{port['name']} is not supplied"
            listed.append({**port, "value": value})
        self.at("/couler").mkdir(parents=True)
        for one in inputs.get("artifacts", ()):
            target = self.at(one["path"])
            target.parent.mkdir(parents=True, exist_ok=True)
            if "raw" in one:
                tag, value = "{{inputs.parameters}}", json.dumps(listed)
                target.write_text(one["raw"]["data"].replace(tag, value))
            elif one["name"] in artifacts:
                source = artifacts[one["name"]]
                if source.is_dir():
                    shutil.copytree(source, target)
                else:
                    shutil.copy(source, target)
            else:
                assert one.get("optional"), f"{one['name']} is not supplied"

    def _run(self) -> None:
        script = self.fields["script"]
        source = script["source"].replace("/couler", f"{self.folder}/couler")
        source = source.replace("/mnt/", f"{self.folder}/mnt/")
        source = source.replace(f"{self.folder}/mnt{self.folder}", f"{self.folder}/mnt")
        file = self.folder / "script"
        file.write_text(source)
        assert script["command"] == ["python3"]
        start = self.at(script["workingDir"])
        start.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(
            [sys.executable, "-I", str(file)],
            cwd=start,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        self.code, self.err = done.returncode, done.stderr.strip()

    def _save(self) -> None:
        outputs: dict[str, Any] = self.fields.get("outputs", {})
        for one in outputs.get("parameters", ()):
            source = one["valueFrom"]
            file = self.at(source["path"])
            if file.exists():
                self.parameters[one["name"]] = file.read_text().removesuffix("\n")
            else:
                self.parameters[one["name"]] = source["default"]
        for one in outputs.get("artifacts", ()):
            file = self.at(one["path"])
            if file.exists():
                self.artifacts[one["name"]] = file
            else:
                assert one.get("optional"), f"{one['name']} is not there"


def named(**values: Any) -> dict[str, Any]:
    """Return values by the names that Argo has for them."""
    return {port_name(name): value for name, value in values.items()}
