"""What steps left behind: told of, never loaded; of files, how they begin.

A Python value is not unpickled here: that would run code of the workflow in the server.
"""

from __future__ import annotations

import base64
import json
import math
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from couler_jupyter.errors import UnknownName, UsageFailed
from couler_jupyter.ir import Json
from couler_jupyter.protocol import VERSION, one_line
from couler_jupyter.server.answers import ArtifactAnswer, OutputEntry, OutputsAnswer
from couler_jupyter.server.desk import Desk
from couler_jupyter.server.route import Given

_GLOBALS = "@"
_MOST = 1000
_SHORT = 4096
_MOST_NAMES = 500
_LARGEST_PICTURE = 2 << 20
_PICTURES = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
}
_FOLDER = "inode/directory"
_TEXT = "text/plain"
_UNSHOWN = "application/octet-stream"


def run_outputs(desk: Desk, given: Given) -> OutputsAnswer:
    """Return what the steps of a run left behind, or one of them."""
    run = desk.run(given.text("run"))
    wanted = given.texts("step")
    found = [
        _entry(step, name, value)
        for step, outputs in _kept(desk, run.id)
        if not wanted or step in wanted
        for name, value in outputs.items()
    ]
    return {
        "type": "outputs",
        "version": VERSION,
        "run_id": run.id,
        "outputs": found[:_MOST],
        "hidden": max(0, len(found) - _MOST),
    }


def artifact(desk: Desk, given: Given) -> ArtifactAnswer:
    """Return how an artifact begins that a run keeps.

    Raises:
        UnknownName: there is no such output.
        UsageFailed: it is no file or folder of the run.
    """
    run = desk.run(given.text("run"))
    step, name = given.text("step"), given.text("name")
    outputs = dict(_kept(desk, run.id))
    if name not in outputs.get(step, {}):
        known = outputs.get(step, {}) if step in outputs else outputs
        raise UnknownName(f"output of {step!r}", name, known)
    kept = _handle(outputs[step][name], "$artifact")
    inside = kept.get("path") if isinstance(kept, Mapping) else None
    if not isinstance(inside, str):
        raise UsageFailed(f"{step}.{name} is no file that the run keeps")
    path = _within(desk.store.folder(run.id), inside)
    media, text, picture, size, cut = _beginning(path, given.number("limit"))
    return {
        "type": "artifact",
        "version": VERSION,
        "run_id": run.id,
        "step": step,
        "name": name,
        "media": media,
        "text": text,
        "base64": picture,
        "size": size,
        "cut": cut,
    }


def _kept(desk: Desk, run_id: str) -> Iterator[tuple[str, Mapping[str, Json]]]:
    for step, text in desk.store.outputs(run_id).items():
        outputs = json.loads(text)
        if step != _GLOBALS and isinstance(outputs, dict):
            yield step, outputs


def _entry(step: str, name: str, value: Json) -> OutputEntry:
    made: OutputEntry = {
        "step": step,
        "name": name,
        "kind": "value",
        "value": None,
        "text": "",
        "cut": False,
        "size": None,
        "preview": False,
    }
    if isinstance(kept := _handle(value, "$artifact"), Mapping):
        made["kind"], made["size"], made["preview"] = "artifact", kept.get("size"), True
        made["text"] = "a folder" if kept.get("folder") else "a file"
    elif kept is not None:
        made["kind"], made["text"] = "elsewhere", one_line(str(kept))
    elif isinstance(kept := _handle(value, "$storage"), Mapping):
        made["kind"], made["text"] = "elsewhere", _storage_text(kept)
    elif isinstance(kept := _handle(value, "$pickle"), Mapping):
        made["kind"] = "python"
        made["text"] = one_line(str(kept.get("type", "")))
    else:
        value = _finite(_handle(value, "$plain") or value)
        text = json.dumps(value, ensure_ascii=False)
        made["size"], made["cut"] = len(text.encode("utf-8", "replace")), True
        made["text"] = one_line(text)
        if len(text) <= _SHORT:
            made["value"], made["cut"] = value, False
    return made


def _handle(value: Json, key: str) -> Json:
    """Return what stands behind a key that begins with `$`; None for no such handle."""
    if isinstance(value, dict) and value.keys() == {key}:
        return value[key]
    return None


def _storage_text(fields: Mapping[str, Json]) -> str:
    plain = (f"{name}={value}" for name, value in fields.items() if _is_told(value))
    return one_line(" ".join(plain))


def _is_told(value: Json) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool) and value != ""


def _finite(value: Json) -> Json:
    """Return a value with numbers that JSON lacks as text."""
    match value:
        case float() if not math.isfinite(value):
            return str(value)
        case list():
            return [_finite(part) for part in value]
        case dict():
            return {key: _finite(part) for key, part in value.items()}
        case _:
            return value


def _within(folder: Path, inside: str) -> Path:
    """Return a path in a run's folder, links followed.

    Raises:
        UsageFailed: it leads out of the folder, or there is nothing.
    """
    try:
        root = folder.resolve(strict=True)
        found = (root / inside).resolve(strict=True)
    except (OSError, RuntimeError, ValueError):
        raise UsageFailed("the run does not have that file any more") from None
    if not found.is_relative_to(root) or found == root:
        raise UsageFailed("that file is not in the run's own folder")
    return found


def _beginning(path: Path, limit: int) -> tuple[str, str, str, int, bool]:
    """Return kind, text, picture, size and whether there is more."""
    about = path.stat()
    if stat.S_ISDIR(about.st_mode):
        names = sorted(inner.name for inner in path.iterdir())
        text = "\n".join(one_line(name) for name in names[:_MOST_NAMES])
        return _FOLDER, text, "", len(names), len(names) > _MOST_NAMES
    if not stat.S_ISREG(about.st_mode):
        raise UsageFailed("that is neither a file nor a folder")
    size = about.st_size
    with path.open("rb") as file:
        data = file.read(limit)
        media = _media(data)
        if media.startswith("image/"):
            if size > _LARGEST_PICTURE:
                return media, "", "", size, True
            data += file.read(_LARGEST_PICTURE - len(data))
            return media, "", base64.b64encode(data).decode(), size, False
    if media == _TEXT:
        return media, data.decode("utf-8", "ignore"), "", size, size > len(data)
    return media, "", "", size, size > 0


def _media(data: bytes) -> str:
    for begin, media in _PICTURES.items():
        if data.startswith(begin):
            return media
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    try:
        data.decode()
    except UnicodeDecodeError as error:
        if error.start < len(data) - 3:
            return _UNSHOWN
    return _UNSHOWN if b"\0" in data else _TEXT
