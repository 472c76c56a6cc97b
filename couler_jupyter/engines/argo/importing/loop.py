"""Over what a task is mapped: `withItems`, `withParam`, `withSequence`."""

from __future__ import annotations

import json

from couler_jupyter.engines.argo.importing.lists import read_json_value
from couler_jupyter.engines.argo.reading.tags import Lookup, read_value
from couler_jupyter.engines.kube.reading.fields import (
    NoWord,
    Object,
    list_at,
    object_at,
    text_at,
)
from couler_jupyter.ir import (
    Constant,
    Items,
    Json,
    Map,
    Over,
    Range,
    Raw,
    Value,
    as_number,
    leaves,
)

KEYS = ("withItems", "withParam", "withSequence")


def read_loop(node: Object, known: Lookup) -> Map | None:
    """Return how a task is mapped; None if it is not, or in no way that the IR has."""
    if sum(key in node for key in KEYS) > 1:
        raise NoWord("a task is mapped over several things")
    if "withItems" in node:
        return _items(list_at(node, "withItems"))
    if "withParam" in node:
        return _over(text_at(node, "withParam"), known)
    if "withSequence" in node:
        return _sequence(object_at(node, "withSequence"), known)
    return None


def _items(items: list[Json]) -> Map | None:
    """Read items; without any there is no loop to Argo, and tags in them stay its own."""
    if not items or "{{" in json.dumps(items):
        return None
    return Map(over=Items(tuple(map(Constant.of, items))))


def _over(text: str, known: Lookup) -> Map | None:
    if "{{" not in text:
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            return None
        if not isinstance(found, list):
            return None
        items = Over(Constant.of(found)) if found else Items(())
        return Map(over=items)
    value = read_json_value(text, known) or read_value(text, known)
    return None if _is_raw(value) else Map(over=Over(value))


def _sequence(node: Object, known: Lookup) -> Map | None:
    style = text_at(node, "format") or None
    if "count" in node:
        count = as_number(node["count"])
        if not isinstance(count, int) or count < 1:
            return None
        end: Value = Constant.of(count - 1)
        return Map(over=Range(end=end, format=style))
    if "end" not in node:
        return None
    start, end = _bound(node.get("start", 0), known), _bound(node["end"], known)
    if _is_raw(start) or _is_raw(end):
        return None
    fixed = isinstance(start, Constant) and isinstance(end, Constant)
    step = -1 if fixed and _number(start) > _number(end) else 1
    return Map(over=Range(start=start, end=end, step=step, format=style))


def _bound(given: Json, known: Lookup) -> Value:
    number = as_number(given)
    if isinstance(number, int):
        return Constant.of(number)
    if not isinstance(given, str) or "{{" not in given:
        raise NoWord(f"{given!r} is no bound of a sequence")
    return read_value(given, known)


def _number(value: Value) -> float:
    number = as_number(value.value) if isinstance(value, Constant) else None
    return 0 if number is None else number


def _is_raw(value: Value) -> bool:
    return any(isinstance(leaf, Raw) for leaf in leaves(value))
