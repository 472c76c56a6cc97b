"""Files and folders: where they are kept, and how steps get and leave them.

What a step leaves is copied below `KEPT`, a folder that all workers share or an object
store as Airflow writes it (`s3://connection@bucket/prefix`). Objects that the workflow names
itself are reached by fsspec; the secrets for that are looked up where they are used.
"""

from __future__ import annotations

import json
import os
import shutil
import urllib.request
from pathlib import Path
from typing import Any

import fsspec
from airflow.sdk import ObjectStoragePath, Variable

from couler_jupyter.engines.airflow.prelude.trees import text_of
from couler_jupyter.engines.airflow.prelude.values import Unfit, Unknown

KEPT = ""


def located(storage: Any, look_up: Any) -> dict[str, Any]:
    """Return a storage of the workflow with all its texts known."""
    kind, text, *headers = storage
    known = text_of(text, look_up)
    return {f"${kind}": [known, *headers] if headers else known}


def fetch(handle: Any, target: Path, mode: Any = None, recurse: bool = False) -> None:
    """Put a kept file or folder where a step expects it.

    Raises:
        Unknown: it is not there.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(handle, str):
        handle = {"$local": handle}
    if not isinstance(handle, dict) or len(handle) != 1:
        raise Unfit(f"{handle!r} is no file")
    if "$inline" in handle:
        target.write_text(handle["$inline"], encoding="utf-8")
    elif "$store" in handle:
        _get(handle["$store"], target)
    elif "$http" in handle:
        url, headers = handle["$http"]
        request = urllib.request.Request(url, headers=headers)
        with urllib.request.urlopen(request) as answer, target.open("wb") as file:
            shutil.copyfileobj(answer, file)
    else:
        _copy(_source(handle), target)
    set_mode(target, mode, recurse)


def keep(source: Path, place: str, mode: Any = None, recurse: bool = False) -> Any:
    """Copy what a step left to a place of its own, and return what stands for it.

    Raises:
        Unknown: it left nothing.
    """
    if not source.exists():
        raise Unknown(f"it left no {source.name!r}")
    set_mode(source, mode, recurse)
    target = ObjectStoragePath(place)
    _remove(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    _copy(source, target)
    return {"$file": place}


def put(source: Path, handle: Any, mode: Any = None, recurse: bool = False) -> Any:
    """Copy what a step left into an object store, and return what stands for it.

    Raises:
        Unknown: it left nothing.
    """
    if not source.exists():
        raise Unknown(f"it left no {source.name!r}")
    set_mode(source, mode, recurse)
    system, path = _opened(*handle["$store"])
    if source.is_dir():
        system.put(f"{source}/", f"{path.rstrip('/')}/", recursive=True)
    else:
        system.put_file(str(source), path)
    return handle


def reference(kind: str, name: str, key: str, optional: bool) -> Any:
    """Return the text of a key of a secret or config map, from Airflow's Variables.

    Raises:
        Unknown: there is no such Variable.
    """
    variable = f"{kind}/{name}/{key}"
    found = Variable.get(variable, None)
    if found is None and not optional:
        raise Unknown(f"Airflow has no Variable {variable!r}")
    return found


def set_mode(path: Path, mode: Any, recurse: bool) -> None:
    """Set the permission bits of a file, or of all in a folder."""
    if mode is None:
        return
    for one in (path, *(path.rglob("*") if recurse else ())):
        os.chmod(one, mode)


def _opened(url: str, words: Any, secrets: Any) -> tuple[Any, str]:
    """Return the file system of a URL, and the path there."""
    protocol, _, path = url.partition("://")
    found = {word: reference("secret", *one) for word, one in secrets.items()}
    if protocol == "gs" and str(found.get("token")).lstrip().startswith("{"):
        found["token"] = json.loads(found["token"])
    known = {word: text for word, text in found.items() if text is not None}
    try:
        return fsspec.filesystem(protocol, **words, **known), path
    except ImportError as error:
        raise OSError(f"{url} cannot be opened on this worker: {error}") from None


def _get(store: Any, target: Path) -> None:
    system, path = _opened(*store)
    if system.isdir(path):
        target.mkdir(exist_ok=True)
        system.get(f"{path.rstrip('/')}/", f"{target}/", recursive=True)
        return
    try:
        system.get_file(path, str(target))
    except FileNotFoundError:
        raise Unknown(f"{store[0]} is not there") from None


def _source(handle: Any) -> Any:
    for key in ("$file", "$local"):
        if key in handle:
            source = ObjectStoragePath(handle[key])
            if not source.exists():
                raise Unknown(f"{handle[key]} is not there")
            return source
    raise Unfit(f"{handle!r} is no file")


def _copy(source: Any, target: Any) -> None:
    if source.is_dir():
        target.mkdir(parents=True, exist_ok=True)
        for one in source.iterdir():
            _copy(one, target / one.name)
        return
    with source.open("rb") as file, target.open("wb") as copy:
        shutil.copyfileobj(file, copy)


def _remove(target: Any) -> None:
    if target.is_dir():
        for one in target.iterdir():
            _remove(one)
        target.rmdir()
    elif target.exists():
        target.unlink()
