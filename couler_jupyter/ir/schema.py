"""The JSON Schema of a workflow file, so that any language can write one.

`workflow.schema.json` beside this file is what `python -m couler_jupyter.ir.schema`
prints.
"""

from __future__ import annotations

import json
import re
import sys
from dataclasses import MISSING
from types import NoneType
from typing import Any, assert_never

from couler_jupyter.ir.constant import Constant, Json
from couler_jupyter.ir.serde import FORMAT, VERSION
from couler_jupyter.ir.shape import (
    TEMPLATES,
    UNIONS,
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
from couler_jupyter.ir.workflow import Workflow

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_ATTRIBUTE = re.compile(r"(?m)^ {8}(\w+): (.*(?:\n {12}.*)*)")
_PLAIN = {
    str: "string",
    int: "integer",
    float: "number",
    bool: "boolean",
    NoneType: "null",
}


def json_schema() -> dict[str, Json]:
    """Return the schema (draft 2020-12) of what `to_json` writes."""
    definitions: dict[str, Json] = {}
    body = _schema(Record(Workflow), definitions)
    return {
        "$schema": DIALECT,
        "title": "couler-jupyter workflow",
        "type": "object",
        "required": ["format", "version", "workflow"],
        "additionalProperties": False,
        "properties": {
            "$schema": {"type": "string"},
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


def value_schema(shape: Shape, title: str) -> dict[str, Json]:
    """Return the schema (draft 2020-12) of a document that holds one value alone."""
    definitions: dict[str, Json] = {}
    body = _schema(shape, definitions)
    assert isinstance(body, dict)
    head = {"$schema": DIALECT, "title": title, **body}
    return {**head, "$defs": dict(sorted(definitions.items()))}


def schema_text() -> str:
    """Return the schema as the text that is published."""
    return json.dumps(json_schema(), indent=1, ensure_ascii=False) + "\n"


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
        case OneOf() if (name := UNIONS.get(shape)) is not None:
            if name not in definitions:
                definitions[name] = {}
                definitions[name] = _any_of(shape, definitions)
            return {"$ref": f"#/$defs/{name}"}
        case OneOf():
            return _any_of(shape, definitions)
        case _ as never:
            assert_never(never)


def _any_of(shape: OneOf, definitions: dict[str, Json]) -> dict[str, Json]:
    plain = [{"type": _PLAIN[one]} for one in shape.plain]
    if shape.shared:
        plain.append(
            {"type": "string", "description": "the name of a shared template."}
        )
    tagged = [_reference(one, definitions, tagged=True) for one in shape.records]
    return {"anyOf": [*plain, *tagged]}


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
        told = _attributes(record)
        shapes = {
            slot.key: {**_schema(slot.shape, definitions), **told.get(slot.name, {})}
            for slot in slots
        }
        properties = {**kind, **shapes}
        required = [*kind, *(slot.key for slot in slots if slot.default is MISSING)]
    return {
        "type": "object",
        "description": _sentence((record.__doc__ or "").partition("\n\n")[0]),
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


def _attributes(record: type) -> dict[str, dict[str, Json]]:
    """What the docstring says of each field, for editors to show."""
    _, _, section = (record.__doc__ or "").partition("Attributes:\n")
    found = _ATTRIBUTE.findall(section.partition("\n\n")[0])
    return {name: {"description": _sentence(text)} for name, text in found}


def _sentence(text: str) -> str:
    return " ".join(text.split())


if __name__ == "__main__":
    sys.stdout.write(schema_text())
