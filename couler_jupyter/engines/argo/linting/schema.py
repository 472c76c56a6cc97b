"""What types and fields Argo has: a table made from its API, and what is added by hand."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class Type:
    """A kind of object.

    Attributes:
        name: as Argo or Kubernetes calls it.
        fields: the word for the type of each field.
        required: what must be there.
        gone: fields that earlier versions had, and what stands for them now.
        enums: the words that a field may have.
    """

    name: str
    fields: Mapping[str, str]
    required: frozenset[str] = frozenset()
    gone: Mapping[str, str] = field(default_factory=dict[str, str])
    enums: Mapping[str, tuple[str, ...]] = field(
        default_factory=dict[str, "tuple[str, ...]"]
    )


@cache
def types() -> Mapping[str, Type]:
    """Return all types by name."""
    table: dict[str, dict[str, str]] = _read("schema.json")["types"]
    more = _read("more.json")
    for name, fields in more["types"].items():
        for key in fields:
            table[name].pop(f"{key}!", None)
        table[name].update(fields)
    enums: dict[str, list[str]] = {**more["enums"], **more["enums-of-lists"]}
    return {name: _type(name, fields, more, enums) for name, fields in table.items()}


def _type(
    name: str,
    fields: dict[str, str],
    more: dict[str, Any],
    enums: dict[str, list[str]],
) -> Type:
    optional = more["optional"].get(name, ())
    required = {key[:-1] for key in fields if key.endswith("!")}
    words = {
        key.partition(".")[2]: tuple(values)
        for key, values in enums.items()
        if key.partition(".")[0] == name
    }
    return Type(
        name,
        {key.removesuffix("!"): word for key, word in fields.items()},
        frozenset(required.difference(optional)),
        more["gone"].get(name, {}),
        words,
    )


def _read(name: str) -> dict[str, Any]:
    text = (files("couler_jupyter.engines.argo.linting") / name).read_text("utf-8")
    found: dict[str, Any] = json.loads(text)
    return found
