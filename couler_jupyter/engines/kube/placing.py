"""Putting something into a plain object at a path, without changing the object."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from couler_jupyter.engines.kube.path import Path, path_text
from couler_jupyter.ir import Json


class Clash(Exception):
    """Something else stands where something was to be put; the text says what."""


def add(root: Json, path: Path, value: Json) -> Json:
    """Return `root` with `value` added where nothing stood.

    A position of a list inserts before what is there, at the end if beyond. What is on
    the way and missing is made.

    Raises:
        Clash: something else stands there, or on the way to it.
    """

    def put(there: Json, last: str | int) -> Json:
        if isinstance(last, int):
            items: list[Json] = [*_list(there, path)]
            items.insert(last, value)
            return items
        keys = _object(there, path)
        if last in keys and keys[last] != value:
            raise Clash(f"{path_text(path)} is {_shown(keys[last])} already")
        return {**keys, last: value}

    return _at(root, path, 0, put)


def replace(root: Json, path: Path, value: Json) -> Json:
    """Return `root` with `value` at the path, whatever stood there.

    Raises:
        Clash: there is no such place.
    """

    def put(there: Json, last: str | int) -> Json:
        if isinstance(last, int):
            items: list[Json] = [*_list(there, path)]
            if last >= len(items):
                raise Clash(f"{path_text(path)} is not there")
            items[last] = value
            return items
        return {**_object(there, path), last: value}

    return _at(root, path, 0, put)


def remove(root: Json, path: Path) -> Json:
    """Return `root` without what stands at the path.

    Raises:
        Clash: nothing stands there.
    """

    def take(there: Json, last: str | int) -> Json:
        if isinstance(last, int):
            items: list[Json] = [*_list(there, path)]
            if last < len(items):
                return [*items[:last], *items[last + 1 :]]
        else:
            keys = _object(there, path)
            if last in keys:
                return {key: one for key, one in keys.items() if key != last}
        raise Clash(f"{path_text(path)} is not there")

    return _at(root, path, 0, take)


def _at(
    there: Json, path: Path, depth: int, put: Callable[[Json, str | int], Json]
) -> Json:
    """Return a copy of what is on the way to the last part, with `put` done there."""
    part = path[depth]
    if depth == len(path) - 1:
        return put(there, part)
    if isinstance(part, int):
        items: list[Json] = [*_list(there, path)]
        if part >= len(items):
            raise Clash(f"{path_text(path[: depth + 1])} is not there")
        items[part] = _at(items[part], path, depth + 1, put)
        return items
    keys = _object(there, path)
    return {**keys, part: _at(keys.get(part), path, depth + 1, put)}


def _list(there: Json, path: Path) -> list[Json]:
    if there is None:
        return []
    if not isinstance(there, list):
        raise Clash(f"{path_text(path)} goes into {_shown(there)}, which is no list")
    return there


def _object(there: Json, path: Path) -> dict[str, Json]:
    if there is None:
        return {}
    if not isinstance(there, dict):
        raise Clash(f"{path_text(path)} goes into {_shown(there)}, which has no fields")
    return cast("dict[str, Json]", there)


def _shown(value: Json) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
