"""Cards, spaces, settings and logs as JSON documents, by the shapes of their types.

The document of a value that has kinds beside it says its `kind`.
"""

from __future__ import annotations

import json
from typing import Any, TypeVar

from couler_jupyter.errors import TuningFault
from couler_jupyter.ir.constant import Json
from couler_jupyter.ir.reading import Reader
from couler_jupyter.ir.schema import value_schema
from couler_jupyter.ir.shape import OneOf, Record, Shape
from couler_jupyter.ir.writing import Writer

T = TypeVar("T")
_MOST_FAULTS = 20


def document_of(value: object, *, tagged: bool = False) -> dict[str, Json]:
    """Return a value as the plain object that a file holds.

    Args:
        value: a card, a space, a setting or a log.
        tagged: whether the object says its kind.
    """
    document = Writer().write(_shape(type(value), tagged=tagged), value)
    assert isinstance(document, dict)
    return document


def read_document(kind: type[T], document: Json, *, of: str, tagged: bool = False) -> T:
    """Return the value that a plain object stands for.

    Args:
        kind: its type.
        document: the object.
        of: what to call it in an error.
        tagged: whether the object says its kind.

    Raises:
        TuningFault: it is no such value; with every place that is wrong.
    """
    reader = Reader()
    try:
        value: Any = reader.read(_shape(kind, tagged=tagged), document, (of,))
    except RecursionError:
        raise TuningFault(f"{of}: nested too deeply") from None
    if reader.faults:
        more = len(reader.faults) - _MOST_FAULTS
        end = [f"and {more} more"] if more > 0 else []
        raise TuningFault("; ".join([*reader.faults[:_MOST_FAULTS], *end]))
    assert isinstance(value, kind)
    return value


def schema_of(kind: type, title: str, *, tagged: bool = False) -> str:
    """Return the JSON Schema (draft 2020-12) of a type's documents, as text."""
    schema = value_schema(_shape(kind, tagged=tagged), title)
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"


def _shape(kind: type, *, tagged: bool) -> Shape:
    return OneOf((), (kind,)) if tagged else Record(kind)
