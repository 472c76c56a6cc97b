"""Templates that our own compiler gave a folder to start in, as they were before.

A step with files at relative paths starts in an empty volume, and artifacts without a
path are found in a folder of their own; see `templates.home`.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import cast

from couler_jupyter.engines.argo.templates.home import GIVEN, HOME, VOLUME
from couler_jupyter.engines.kube.reading.fields import Object
from couler_jupyter.ir import Json

_BOXES = ("container", "script")


def without_home(node: Object) -> Object:
    """Return a template with relative paths, where ours made them absolute."""
    made = _without_given(node)
    kind = next((one for one in _BOXES if isinstance(node.get(one), dict)), "")
    if not kind or not _is_home(node, made[kind]):
        return made
    box = made[kind]
    start = PurePosixPath(box.get("workingDir", ""))
    folder = str(start.relative_to(HOME) if start.is_relative_to(HOME) else start)
    mounts = [one for one in box["volumeMounts"] if one.get("name") != VOLUME]
    rest = {k: v for k, v in box.items() if k not in {"volumeMounts", "workingDir"}}
    box = {
        **rest,
        **({"volumeMounts": mounts} if mounts else {}),
        **({"workingDir": folder} if folder != "." else {}),
    }
    volumes = [one for one in made["volumes"] if one.get("name") != VOLUME]
    made = {key: one for key, one in made.items() if key != "volumes"}
    more = {"volumes": volumes} if volumes else {}
    return _with_paths({**made, kind: box, **more}, str(start))


def _is_home(node: Object, box: Json) -> bool:
    """Whether a template has the volume that ours gives, where ours mounts it."""
    volumes, mounts = node.get("volumes"), box.get("volumeMounts")
    if not isinstance(volumes, list) or not isinstance(mounts, list):
        return False
    first = {"name": VOLUME, "mountPath": HOME}
    return {"name": VOLUME, "emptyDir": {}} in volumes and first in mounts


def _with_paths(node: Object, start: str) -> Object:
    """Return a template with the paths of its files below `start` as relative ones."""
    made = dict(node)
    for side in ("inputs", "outputs"):
        ports = made.get(side)
        if not isinstance(ports, dict):
            continue
        changed = dict(ports)
        for kind in ("parameters", "artifacts"):
            if isinstance(changed.get(kind), list):
                changed[kind] = [_relative(one, start) for one in changed[kind]]
        made[side] = changed
    return made


def _relative(port: Json, start: str) -> Json:
    if not isinstance(port, dict):
        return port
    path = port.get("path")
    if isinstance(path, str):
        return {**port, "path": _below(path, start)}
    taken = port.get("valueFrom")
    if isinstance(taken, dict) and isinstance(taken.get("path"), str):
        return {**port, "valueFrom": {**taken, "path": _below(taken["path"], start)}}
    return port


def _below(path: str, start: str) -> str:
    whole = PurePosixPath(path)
    return str(whole.relative_to(start)) if whole.is_relative_to(start) else path


def _without_given(node: Object) -> dict[str, Json]:
    """Return a template whose input artifacts have no path where ours chose it."""
    made = dict(node)
    inputs = node.get("inputs")
    artifacts = inputs.get("artifacts") if isinstance(inputs, dict) else None
    if not isinstance(artifacts, list):
        return made
    changed = [_without_path(one) for one in artifacts]
    made["inputs"] = {**cast("dict[str, Json]", inputs), "artifacts": changed}
    return made


def _without_path(port: Json) -> Json:
    if isinstance(port, dict) and port.get("path") == f"{GIVEN}/{port.get('name')}":
        return {key: one for key, one in port.items() if key != "path"}
    return port
