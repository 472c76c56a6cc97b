"""Files and folders: where they are kept, and how steps get and leave them.

What a step leaves is copied below `KEPT`, a folder that all workers share or an object
store as Airflow writes it (`s3://connection@bucket/prefix`).
"""

from __future__ import annotations

import os
import shutil
import urllib.request
from pathlib import Path
from typing import Any

from airflow.sdk import ObjectStoragePath

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


def set_mode(path: Path, mode: Any, recurse: bool) -> None:
    """Set the permission bits of a file, or of all in a folder."""
    if mode is None:
        return
    for one in (path, *(path.rglob("*") if recurse else ())):
        os.chmod(one, mode)


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
