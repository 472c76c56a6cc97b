"""From the types of what is answered to JSON Schema: a `TypedDict` is described once."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator
from types import NoneType, UnionType
from typing import (
    Any,
    Literal,
    NotRequired,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

from couler_jupyter.ir import Json

_PLAIN: dict[object, Json] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    NoneType: {"type": "null"},
    Any: {},
    object: {},
}
_PLACE = "#/components/schemas/"


def reference(kind: type) -> Json:
    """Return how a schema refers to that of a `TypedDict`."""
    return {"$ref": f"{_PLACE}{kind.__name__}"}


def components(kinds: Iterable[type]) -> dict[str, Json]:
    """Return the schemas of `TypedDict`s and of all that are inside of them, by name.

    Raises:
        ValueError: two of them have the same name.
    """
    found: dict[str, type] = {}
    waiting = list(kinds)
    while waiting:
        kind = waiting.pop()
        known = found.setdefault(kind.__name__, kind)
        if known is not kind:
            raise ValueError(f"two types are called {kind.__name__}")
        inner = (one for hint in get_type_hints(kind).values() for one in _inside(hint))
        waiting += [one for one in inner if found.get(one.__name__) is not one]
    return {name: _object(found[name]) for name in sorted(found)}


def _inside(hint: object) -> Iterator[type]:
    if isinstance(hint, type) and is_typeddict(hint):
        yield hint
    for part in get_args(hint):
        yield from _inside(part)


def _object(kind: type) -> Json:
    hints = get_type_hints(kind)
    # __required_keys__ does not see through annotations that are kept as text
    marked = get_type_hints(kind, include_extras=True)
    total = bool(getattr(kind, "__total__", True))
    required = [
        name
        for name, hint in marked.items()
        if get_origin(hint) is not NotRequired and total
    ]
    made: Json = {
        "type": "object",
        "properties": {name: schema_of(hint) for name, hint in hints.items()},
        "required": required,
        "additionalProperties": False,
    }
    if about := inspect.getdoc(kind):
        made["description"] = about.partition("\n")[0]
    return made


def schema_of(hint: object) -> Json:
    """Return the schema of a type that JSON can hold.

    >>> schema_of(dict[str, int | None])
    {'type': 'object', 'additionalProperties': {'type': ['integer', 'null']}}

    Raises:
        TypeError: JSON has no such thing.
    """
    if isinstance(hint, type) and is_typeddict(hint):
        return reference(hint)
    if (plain := _PLAIN.get(hint)) is not None:
        return dict(plain)
    origin, parts = get_origin(hint), get_args(hint)
    if origin is Literal:
        return {"const": parts[0]} if len(parts) == 1 else {"enum": list(parts)}
    if origin is list:
        return {"type": "array", "items": schema_of(parts[0])}
    if origin is dict and parts[0] is str:
        return {"type": "object", "additionalProperties": schema_of(parts[1])}
    if origin in (Union, UnionType):
        return _any_of([schema_of(part) for part in parts])
    raise TypeError(f"JSON has no {hint!r}")


def _any_of(options: list[Json]) -> Json:
    if all(option.keys() == {"type"} for option in options):
        return {"type": [option["type"] for option in options]}
    return {"anyOf": options}
