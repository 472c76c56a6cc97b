"""Taking fields out of plain objects, where anything may stand in place of anything."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TypeAlias

from couler_jupyter.ir import Json

Object: TypeAlias = Mapping[str, Json]


class NoWord(Exception):
    """The IR has no word for something here; whoever holds it keeps it as it is."""


def object_at(node: Object, key: str) -> Object:
    """Return the object in a field; an empty one if there is none.

    Raises:
        NoWord: something else stands there.
    """
    value = node.get(key)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise NoWord(f"{key} is no object")
    return value


def list_at(node: Object, key: str) -> list[Json]:
    """Return the list in a field; an empty one if there is none.

    Raises:
        NoWord: something else stands there.
    """
    value = node.get(key)
    if value is None:
        return []
    if not isinstance(value, list):
        raise NoWord(f"{key} is no list")
    return value


def objects_at(node: Object, key: str) -> Iterator[Object]:
    """Yield the objects of a list in a field.

    Raises:
        NoWord: something else stands there.
    """
    for one in list_at(node, key):
        if not isinstance(one, dict):
            raise NoWord(f"an item of {key} is no object")
        yield one


def text_at(node: Object, key: str) -> str:
    """Return the text in a field; an empty one if there is none.

    Raises:
        NoWord: something else stands there.
    """
    value = node.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise NoWord(f"{key} is no text")
    return value


def texts_at(node: Object, key: str) -> tuple[str, ...]:
    """Return the list of texts in a field.

    Raises:
        NoWord: something else stands there.
    """
    found = tuple(list_at(node, key))
    if not all(isinstance(one, str) for one in found):
        raise NoWord(f"an item of {key} is no text")
    return found


def flag_at(node: Object, key: str) -> bool:
    """Return whether a field is true.

    Raises:
        NoWord: something else than a truth value stands there.
    """
    value = node.get(key, False)
    if not isinstance(value, bool):
        raise NoWord(f"{key} is neither true nor false")
    return value


def whole_at(node: Object, key: str) -> int | None:
    """Return the whole number in a field, also one that is written as text.

    Raises:
        NoWord: something else stands there.
    """
    value = node.get(key)
    if value is None:
        return None
    if isinstance(value, bool):
        raise NoWord(f"{key} is no number")
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        raise NoWord(f"{key} is no whole number") from None


def pairs_at(node: Object, key: str) -> tuple[tuple[str, str], ...]:
    """Return the texts in an object by their names, sorted.

    Raises:
        NoWord: something else stands there.
    """
    found = object_at(node, key)
    if not all(isinstance(value, str) for value in found.values()):
        raise NoWord(f"a value of {key} is no text")
    return tuple(sorted(found.items()))


def only(node: Object, known: Collection[str]) -> None:
    """Accept an object that says nothing else than what is known.

    Raises:
        NoWord: it has another field that says something.
    """
    for key, value in node.items():
        if key not in known and value not in (None, "", [], {}):
            raise NoWord(f"{key} has no word here")
