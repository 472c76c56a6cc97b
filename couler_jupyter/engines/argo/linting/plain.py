"""Looking into plain objects that may be of any shape.

What is of the wrong type is told by `shape`; every other rule looks at what is of the
right one, and passes over the rest.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias, cast

from couler_jupyter.engines.kube.places import Path

Object: TypeAlias = dict[str, object]


def inside(value: object, *keys: str) -> Object:
    """Return the object that stands under the keys; an empty one if there is none."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return cast("Object", value) if isinstance(value, dict) else {}


def text(value: object, key: str) -> str:
    """Return the text under a key; empty if there is none."""
    found = value.get(key) if isinstance(value, dict) else None
    return found if isinstance(found, str) else ""


def entries(value: object, key: str) -> Iterator[tuple[int, Object]]:
    """Yield the objects of the list under a key, with their positions."""
    found = value.get(key) if isinstance(value, dict) else None
    if isinstance(found, list):
        for at, one in enumerate(found):
            if isinstance(one, dict):
                yield at, cast("Object", one)


def words(value: object, key: str) -> list[tuple[int, str]]:
    """Return the texts of the list under a key, with their positions."""
    found = value.get(key) if isinstance(value, dict) else None
    if not isinstance(found, list):
        return []
    return [(at, one) for at, one in enumerate(found) if isinstance(one, str)]


def texts(value: object, path: Path) -> Iterator[tuple[Path, str]]:
    """Yield all texts in a value, however deep, with their paths."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from texts(inner, (*path, key))
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from texts(inner, (*path, at))


def has_tag(value: object) -> bool:
    """Return whether a text says something only when it runs."""
    return isinstance(value, str) and "{{" in value
