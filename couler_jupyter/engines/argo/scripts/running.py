"""How a template runs a script from ConfigMaps, and how that is recognised.

A plain script is a file that is mounted, and its interpreter runs that. One that is
compressed, or that holds values, is put together by a container that runs before.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from couler_jupyter.engines.argo.scripts.config_maps import (
    LARGEST,
    NAME,
    PACKED,
    Object,
    Place,
)
from couler_jupyter.engines.argo.scripts.sources import Source, decoded
from couler_jupyter.ir import Json

FOLDER = "/mnt"
"""Where ConfigMaps with scripts are mounted, each below its name."""
MADE = "couler-script"
"""The volume with a script that was put together, and what puts it together."""
_MADE_FOLDER = f"/mnt/{MADE}"
_MADE_FILE = f"{_MADE_FOLDER}/script"
_PROGRAM = """\
import base64, gzip, json, pathlib, sys
target, count, *given = sys.argv[1:]
files, values = given[:int(count)], given[int(count):]
packed = b''.join(pathlib.Path(one).read_bytes() for one in files)
first, *texts = json.loads(gzip.decompress(packed))
for value, text in zip(values, texts):
    first += base64.b64decode(value).decode() + text
pathlib.Path(target).write_bytes(first.encode())
"""


def stored_text(source: Source) -> tuple[str, bool]:
    """Return what of a script goes into a ConfigMap, and whether it is put together."""
    if source.values or len(source.texts[0].encode()) > LARGEST:
        return json.dumps(list(source.texts), ensure_ascii=False), True
    return source.texts[0], False


def with_stored(
    template: Object, source: Source, places: tuple[Place, ...], image: str
) -> Object:
    """Return a template that runs its script from ConfigMaps.

    Args:
        template: one with a script.
        source: of the script.
        places: where its parts lie.
        image: with Python, for the container that puts a script together.
    """
    names = dict.fromkeys(one.name for one in places)
    volumes = [{"name": name, "configMap": {"name": name}} for name in names]
    mounts = [{"name": name, "mountPath": f"{FOLDER}/{name}"} for name in names]
    files = [f"{FOLDER}/{one.name}/{one.key}" for one in places]
    if PACKED not in places[0].key:
        return _running(template, files[0], mounts, volumes)
    made: Object = {"name": MADE, "mountPath": _MADE_FOLDER}
    maker: Object = {
        "name": MADE,
        "image": image,
        "command": ["python3", "-c", _PROGRAM],
        "args": [_MADE_FILE, str(len(files)), *files, *source.encoded],
        "volumeMounts": [*mounts, made],
    }
    volumes.append({"name": MADE, "emptyDir": {}})
    found = _running(template, _MADE_FILE, [made], volumes)
    return {**found, "initContainers": [*found.get("initContainers", ()), maker]}


def stored_in(template: Object) -> tuple[list[Place], list[str], bool]:
    """Return where the script of a template lies, its values, and whether it is packed.

    Raises:
        ValueError: it runs none from ConfigMaps.
    """
    box: dict[str, Any] = template.get("container") or {}
    args = box.get("args")
    if not isinstance(args, list) or len(args) != 1:
        raise ValueError("its container runs no one file")
    if args[0] != _MADE_FILE:
        return [_place(args[0])], [], False
    makers = [*_makers(template)]
    if not makers:
        raise ValueError("nothing puts its script together")
    given: list[str] = makers[0]["args"]
    count = int(given[1])
    places = [_place(one) for one in given[2 : 2 + count]]
    return places, [decoded(one) for one in given[2 + count :]], True


def without_stored(template: Object, written: str, names: Iterable[str]) -> Object:
    """Return a template that holds its script itself.

    Args:
        template: one that runs it from ConfigMaps.
        written: the script as it stands in a manifest.
        names: of the ConfigMaps it lies in.
    """
    gone = {*names, MADE}
    found: Object = {}
    for key, value in template.items():
        if key == "container":
            box = {k: v for k, v in value.items() if k != "args"}
            found["script"] = {**_without(box, "volumeMounts", gone), "source": written}
        else:
            found[key] = value
    found = _without(found, "volumes", gone)
    return _without(found, "initContainers", {MADE})


def _running(
    template: Object, file: str, mounts: list[Object], volumes: list[Object]
) -> Object:
    found: Object = {}
    for key, value in template.items():
        if key == "script":
            box = {k: v for k, v in value.items() if k != "source"}
            box["args"] = [file]
            box["volumeMounts"] = [*box.get("volumeMounts", ()), *mounts]
            found["container"] = box
        else:
            found[key] = value
    found["volumes"] = [*found.get("volumes", ()), *volumes]
    return found


def _makers(template: Object) -> list[Mapping[str, Json]]:
    return [one for one in template.get("initContainers") or () if one["name"] == MADE]


def _place(file: str) -> Place:
    folder, _, key = str(file).rpartition("/")
    above, _, name = folder.rpartition("/")
    if above != FOLDER or not name.startswith(NAME):
        raise ValueError(f"{file} is no stored script")
    return Place(name, key)


def _without(found: Object, key: str, names: Iterable[str]) -> Object:
    """Return an object without some entries of a list; none for an empty list."""
    if key not in found:
        return found
    left = [one for one in found[key] if one.get("name") not in names]
    rest = {k: v for k, v in found.items() if k != key}
    return {**rest, key: left} if left else rest
