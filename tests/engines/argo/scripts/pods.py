"""What a pod does with a script that lies in ConfigMaps, on this machine."""

from __future__ import annotations

import base64
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

from couler_jupyter.engines.argo.engine import Argo
from couler_jupyter.ir import Workflow

Object = dict[str, Any]


def compiled(workflow: Workflow) -> tuple[list[Object], Object]:
    """Return the ConfigMaps and the manifest of a workflow."""
    (document,) = Argo().compile(workflow).documents
    *maps, manifest = yaml.load_all(document.text, yaml.CSafeLoader)
    return maps, manifest


def template(manifest: Object, name: str) -> Object:
    """Return a template by its name."""
    spec = manifest["spec"].get("workflowSpec", manifest["spec"])
    (found,) = (one for one in spec["templates"] if one["name"] == name)
    return dict(found)


def printed(
    folder: Path,
    maps: list[Object],
    found: Object,
    values: dict[str, str] | None = None,
) -> str:
    """Return what the program of a template prints that runs a stored script.

    Args:
        folder: where the pod's files lie.
        maps: ConfigMaps of its namespace.
        found: the template.
        values: what parameters are.
    """
    held = {one["metadata"]["name"]: one for one in maps}
    for volume in found["volumes"]:
        place = folder / "mnt" / volume["name"]
        place.mkdir(parents=True)
        if "configMap" in volume:
            _lay_out(place, held[volume["configMap"]["name"]])
    for one in found.get("initContainers", ()):
        _ran(folder, one, values or {})
    return _ran(folder, found["container"], values or {})


def _lay_out(place: Path, found: Object) -> None:
    for key, text in found.get("data", {}).items():
        (place / key).write_text(text)
    for key, text in found.get("binaryData", {}).items():
        (place / key).write_bytes(base64.b64decode(text))


def _ran(folder: Path, container: Object, values: dict[str, str]) -> str:
    mounted = {one["mountPath"] for one in container["volumeMounts"]}
    words: list[str] = []
    for word in (*container["command"], *container["args"]):
        is_file = word.startswith("/mnt/")
        assert not is_file or word.rpartition("/")[0] in mounted
        words.append(_replaced(f"{folder}{word}" if is_file else word, values))
    words[0] = sys.executable if words[0] == "python3" else words[0]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=True)
    return done.stdout


def _replaced(text: str, values: dict[str, str]) -> str:
    def value(match: re.Match[str]) -> str:
        return base64.b64encode(values[match[1]].encode()).decode()

    made = re.sub(
        r"\{\{=toBase64\(string\(inputs\.parameters\['(.*?)'\]\)\)\}\}", value, text
    )
    assert "{{" not in made
    return made
