"""The JSON Schema of a workflow file, so that any language can write one."""

from __future__ import annotations

from dataclasses import MISSING
from typing import Any, assert_never

from couler_jupyter.ir.serde import FORMAT, VERSION
from couler_jupyter.ir.shape import (
    TEMPLATES,
    AnyJson,
    Choice,
    OneOf,
    Pairs,
    Plain,
    Record,
    Sequence,
    Shape,
    kind_of,
    slots_of,
)
from couler_jupyter.ir.value import Constant, Json
from couler_jupyter.ir.workflow import Workflow

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_PLAIN = {str: "string", int: "integer", float: "number", bool: "boolean"}


def json_schema() -> dict[str, Json]:
    """Return the schema (draft 2020-12) of what `to_json` writes."""
    definitions: dict[str, Json] = {}
    body = _schema(Record(Workflow), definitions)
    return {
        "$schema": DIALECT,
        "title": "couler-jupyter workflow",
        "type": "object",
        "required": ["format", "version", "workflow"],
        "properties": {
            "format": {"const": FORMAT},
            "version": {"const": VERSION},
            "templates": {
                "type": "object",
                "additionalProperties": _schema(TEMPLATES, definitions),
            },
            "workflow": body,
        },
        "$defs": dict(sorted(definitions.items())),
    }


def _schema(shape: Shape, definitions: dict[str, Json]) -> Json:
    match shape:
        case Plain(type=plain):
            return {"type": _PLAIN[plain]}
        case Choice(type=words):
            return {"enum": [word.value for word in words]}
        case AnyJson():
            return {}
        case Sequence(item=item):
            return {"type": "array", "items": _schema(item, definitions)}
        case Pairs(value=value):
            inner = _schema(value, definitions)
            return {"type": "object", "additionalProperties": inner}
        case Record(type=record):
            return _reference(record, definitions, tagged=False)
        case OneOf(plain=plain_types, records=records):
            plain_options = [{"type": _PLAIN[one]} for one in plain_types]
            if shape.shared:
                plain_options.append({"type": "string"})
            tagged = [_reference(one, definitions, tagged=True) for one in records]
            return {"anyOf": [*plain_options, *tagged]}
        case _ as never:
            assert_never(never)


def _reference(record: type, definitions: dict[str, Json], *, tagged: bool) -> Json:
    name = record.__name__ + ("Kind" if tagged else "")
    if name not in definitions:
        definitions[name] = {}
        definitions[name] = _record(record, definitions, tagged=tagged)
    return {"$ref": f"#/$defs/{name}"}


def _record(record: type, definitions: dict[str, Json], *, tagged: bool) -> Json:
    kind: dict[str, Json] = {"kind": {"const": kind_of(record)}} if tagged else {}
    if record is Constant:
        properties: dict[str, Any] = {**kind, "value": {}}
        required = [*kind, "value"]
    else:
        slots = slots_of(record)
        shapes = {slot.key: _schema(slot.shape, definitions) for slot in slots}
        properties = {**kind, **shapes}
        required = [*kind, *(slot.key for slot in slots if slot.default is MISSING)]
    doc = (record.__doc__ or "").strip().splitlines()
    return {
        "type": "object",
        "description": doc[0] if doc else "",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }
