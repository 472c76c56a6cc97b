"""What lies at a place of a file system of fsspec: its names, and which version they are."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from couler_jupyter.engines.local.storing.trouble import StorageTrouble

System: TypeAlias = Any
"""A file system of fsspec, which has no types."""
_IDS = ("VersionId", "generation")
_TAGS = ("ETag", "etag", "content_md5", "md5Hash")
_TIMES = ("LastModified", "last_modified", "mtime", "updated", "modified")
_NO_ID = (None, "", "null")


@dataclass(frozen=True, slots=True)
class Listed:
    """A file, or all files of a folder.

    Attributes:
        version: `etag:`, `id:` or `modified:` and what the storage says; `listing:` and
            a hash over those of all files in a folder; empty if it says nothing.
        size: bytes of a file, where that is told.
        names: of the files in a folder, relative to it, sorted.
        is_folder: whether it is one.
    """

    version: str
    size: int | None = None
    names: tuple[str, ...] = ()
    is_folder: bool = False


def listed(system: System, path: str) -> Listed:
    """Return what there is.

    Raises:
        FileNotFoundError: nothing.
        StorageTrouble: a name would lead out of the folder.
    """
    system.invalidate_cache()
    about = system.info(path)
    if about.get("type") != "directory":
        return Listed(_version(about), about.get("size"))
    found = _inside(system, path)
    if not found:
        raise FileNotFoundError(path)
    versions = {name: _version(one) for name, one in sorted(found.items())}
    digest = hashlib.sha256()
    for name, version in versions.items():
        digest.update(f"{name}\0{version}\0".encode("utf-8", "surrogateescape"))
    known = all(versions.values())
    return Listed(
        version=f"listing:{digest.hexdigest()}" if known else "",
        names=tuple(versions),
        is_folder=True,
    )


def _inside(system: System, path: str) -> dict[str, Mapping[str, Any]]:
    root = str(system._strip_protocol(path)).rstrip("/") + "/"
    found: dict[str, Mapping[str, Any]] = {}
    for full, about in system.find(path, detail=True).items():
        name = str(full).removeprefix(root)
        if name.endswith("/") or about.get("type") == "directory" or not name:
            continue  # what some clients leave to mark a folder
        parts = name.split("/")
        if f"{full}" == name or not {"", ".", ".."}.isdisjoint(parts) or "\0" in name:
            raise StorageTrouble(f"{full!r} in it is no name for a file in a folder")
        found[name] = about
    return found


def _version(about: Mapping[str, Any]) -> str:
    for name in _IDS:
        if about.get(name) not in _NO_ID:
            return f"id:{about[name]}"
    for name in _TAGS:
        if about.get(name):
            return f"etag:{about[name]}"
    for name in _TIMES:
        if about.get(name):
            return f"modified:{about[name]};{about.get('size', '')}"
    return ""
