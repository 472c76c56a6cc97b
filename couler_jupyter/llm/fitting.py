"""Whether a JSON value fits a schema, for the parts of JSON Schema that are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from couler_jupyter.llm.model import Schema

_KINDS: Mapping[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}


def faults_of(value: Any, schema: Schema) -> list[str]:  # noqa: ANN401 (any JSON)
    """Return what does not fit, each with where it is; empty if it fits.

    Understands `type`, `properties`, `required`, `additionalProperties`, `items`,
    `minItems`, `maxItems`, `enum`, `const`, `anyOf`, `oneOf` (as `anyOf`), `minimum`,
    `maximum`, and `$ref` into `$defs`; other words hold nothing back.

    >>> faults_of({"n": "x"}, {"type": "object", "properties": {"n": {"type": "integer"}}})
    ["n is 'x', no integer"]
    """
    return list(_faults(value, schema, schema, "the answer"))


def _faults(value: Any, schema: Schema, root: Schema, at: str) -> Iterator[str]:  # noqa: ANN401
    schema = _followed(schema, root)
    ways = schema.get("anyOf") or schema.get("oneOf")
    if ways and all(any(_faults(value, way, root, at)) for way in ways):
        yield f"{at} is {_shown(value)}, none of what it can be"
        return
    if not _is_kind(value, schema.get("type")):
        yield f"{at} is {_shown(value)}, no {_kinds(schema['type'])}"
        return
    if "enum" in schema and not any(_same(value, one) for one in schema["enum"]):
        yield f"{at} is {_shown(value)}, none of {schema['enum']}"
    if "const" in schema and not _same(value, schema["const"]):
        yield f"{at} is {_shown(value)}, not {schema['const']!r}"
    match value:
        case dict():
            yield from _in_object(value, schema, root, at)
        case list():
            yield from _in_list(value, schema, root, at)
        case int() | float():
            yield from _in_range(value, schema, at)
        case _:
            pass


def _in_object(
    value: dict[str, Any], schema: Schema, root: Schema, at: str
) -> Iterator[str]:
    known = schema.get("properties", {})
    for name in schema.get("required", ()):
        if name not in value:
            yield f"{at} has no {name}"
    for name, one in value.items():
        if name in known:
            yield from _faults(one, known[name], root, _below(at, name))
        elif schema.get("additionalProperties") is False:
            yield f"{at} has {_shown(name)}, which is not known"


def _in_list(value: list[Any], schema: Schema, root: Schema, at: str) -> Iterator[str]:
    if len(value) < schema.get("minItems", 0):
        yield f"{at} has {len(value)} items, fewer than {schema['minItems']}"
    if len(value) > schema.get("maxItems", len(value)):
        yield f"{at} has {len(value)} items, more than {schema['maxItems']}"
    for index, one in enumerate(value):
        yield from _faults(one, schema.get("items", {}), root, f"{at}[{index}]")


def _in_range(value: float, schema: Schema, at: str) -> Iterator[str]:
    low, high = schema.get("minimum", value), schema.get("maximum", value)
    if not low <= value <= high:
        yield f"{at} is {value}, not from {low} to {high}"


def _followed(schema: Schema, root: Schema) -> Schema:
    seen: set[str] = set()
    while isinstance(where := schema.get("$ref"), str) and where not in seen:
        seen.add(where)
        found: Any = root
        for part in where.removeprefix("#/").split("/"):
            found = found.get(part, {})
        schema = found
    return schema


def _is_kind(value: object, kinds: str | list[str] | None) -> bool:
    if kinds is None:
        return True
    for kind in [kinds] if isinstance(kinds, str) else kinds:
        if isinstance(value, bool) and kind != "boolean":
            continue
        if isinstance(value, _KINDS.get(kind, (object,))):
            return True
        if kind == "integer" and isinstance(value, float) and value.is_integer():
            return True
    return False


def _same(one: object, other: object) -> bool:
    return isinstance(one, bool) == isinstance(other, bool) and one == other


def _kinds(kinds: str | list[str]) -> str:
    return kinds if isinstance(kinds, str) else " or ".join(kinds)


def _below(at: str, name: str) -> str:
    return name if at == "the answer" else f"{at}.{name}"


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
