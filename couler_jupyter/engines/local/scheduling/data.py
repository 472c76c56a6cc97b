"""What passes between steps: JSON values, and handles of what is no JSON.

A handle stands for a Python value in a file, or for an artifact. It may be an item
of a list or a part of an object. On disk a handle is an object whose one key begins
with `$`; a plain object with such a key is wrapped as `{"$plain": {...}}`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, TypeAlias, cast, get_args

from couler_jupyter.ir import Dataset, DatasetCache, Json, SecretRef, Storage


@dataclass(frozen=True, slots=True)
class Pickled:
    """A Python value that JSON cannot say, in a value file of the run.

    Attributes:
        path: the value file, inside the run's folder.
        type: full name of its type, for people.
        keys: which part of the value is meant, outermost first.
    """

    path: str
    type: str
    keys: tuple[str | int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An artifact that the run keeps.

    Attributes:
        path: the file or folder, inside the run's folder.
        folder: whether it is a folder.
        size: bytes, of all files together.
        sha256: of a file's content; of a folder, of its names and contents.
        storage: where else it was put, as the workflow asked; empty for nowhere.
    """

    path: str
    folder: bool
    size: int
    sha256: str
    storage: str = ""


@dataclass(frozen=True, slots=True)
class Located:
    """An artifact that lies in a storage outside the run; all its texts are known."""

    storage: Storage


Handle: TypeAlias = Pickled | Kept | Located
Data: TypeAlias = Any
"""A JSON value in which handles may stand; `Any` because Python's types cannot."""

_HANDLES = frozenset((Pickled, Kept, Located))
_SIMPLE = frozenset((str, int, float, bool, type(None)))


def handle_in(value: Data) -> Handle | None:
    """Return the first handle in `value`; None if it is plain JSON.

    >>> handle_in([1, {"a": Pickled("values/x", "set")}])
    Pickled(path='values/x', type='set', keys=())
    """
    kind = type(value)
    if kind in _HANDLES:
        return cast("Handle", value)
    if kind is not list and kind is not dict:
        return None
    for part in value if kind is list else value.values():
        if type(part) not in _SIMPLE and (found := handle_in(part)) is not None:
            return found
    return None


def told(handle: Handle) -> str:
    """Return what a handle stands for, as messages say it.

    >>> told(Pickled("values/x", "pandas.core.frame.DataFrame"))
    'a DataFrame'
    """
    match handle:
        case Pickled(type=name, keys=()):
            return f"a {name.rpartition('.')[2]}"
        case Pickled(type=name):
            return f"a part of a {name.rpartition('.')[2]}"
        case Kept(folder=folder):
            return "a folder" if folder else "a file"
        case Located():
            return "an artifact"


def encode(outputs: Mapping[str, Data]) -> str:
    """Return the outputs of a step as JSON text."""
    plain = {name: _encoded(value) for name, value in outputs.items()}
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"))


def decode(text: str) -> dict[str, Data]:
    """Return the outputs that `encode` wrote.

    Raises:
        ValueError: it is something else.
    """
    outputs = json.loads(text)
    if not isinstance(outputs, dict):
        raise ValueError("no outputs of a step")  # noqa: TRY004 (what is read is bad)
    return {name: _decoded(value) for name, value in outputs.items()}


def _encoded(value: Data) -> Json:
    match value:
        case Pickled(path=path, type=name, keys=keys):
            return {"$pickle": {"path": path, "type": name, "keys": list(keys)}}
        case Kept():
            return {
                "$artifact": {
                    "path": value.path,
                    "folder": value.folder,
                    "size": value.size,
                    "sha256": value.sha256,
                    "storage": value.storage,
                }
            }
        case Located(storage=storage):
            return {"$storage": _storage_fields(storage)}
        case list():
            return [_encoded(part) for part in value]
        case dict():
            plain = {key: _encoded(part) for key, part in value.items()}
            return {"$plain": plain} if _looks_like_handle(plain) else plain
        case _:
            return value


def _storage_fields(storage: Storage) -> dict[str, Json]:
    fields = {"kind": type(storage).__name__, **asdict(storage)}
    if isinstance(storage, Dataset):
        fields["source"] = _storage_fields(storage.source)
    return fields


def _looks_like_handle(value: dict[str, Json]) -> bool:
    return len(value) == 1 and next(iter(value)).startswith("$")


def _decoded(value: Json) -> Data:
    if isinstance(value, list):
        return [_decoded(part) for part in value]
    if not isinstance(value, dict):
        return value
    if not _looks_like_handle(value):
        return {key: _decoded(part) for key, part in value.items()}
    match value:
        case {"$plain": plain}:
            return {key: _decoded(part) for key, part in plain.items()}
        case {"$pickle": {"path": path, "type": name, "keys": keys}}:
            return Pickled(path, name, tuple(keys))
        case {"$artifact": fields}:
            return Kept(**fields)
        case {"$storage": fields}:
            return Located(_storage(fields))
        case _:
            raise ValueError(f"{next(iter(value))!r} is no handle")


def _storage(fields: dict[str, Json]) -> Storage:
    kinds = {kind.__name__: kind for kind in get_args(Storage)}
    parts = {name: _field(part) for name, part in fields.items() if name != "kind"}
    if fields["kind"] == Dataset.__name__:
        parts["cache"] = DatasetCache(fields["cache"])
    return cast("Storage", kinds[fields["kind"]](**parts))


def _field(part: Json) -> object:
    if isinstance(part, dict) and "kind" in part:
        return _storage(part)
    if isinstance(part, dict):
        return SecretRef(**part)
    return tuple(map(_field, part)) if isinstance(part, list) else part
