"""What steps left behind elsewhere, as the run store keeps it: values, and places of files.

An artifact stays where it is; what is known of it is where that is.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from couler_jupyter.ir import Json, ValueType

_ARTIFACT = "$artifact"
_PLAIN = "$plain"


@dataclass(frozen=True, slots=True)
class Remote:
    """An artifact on the cluster's side.

    Attributes:
        where: as a URL where it is one, `s3://bucket/key`.
    """

    where: str


def loaded(text: str) -> dict[str, object]:
    """Return the outputs that were kept as JSON text, as Python has them."""
    return {name: loaded_value(value) for name, value in json.loads(text).items()}


def text_of(outputs: Mapping[str, Json]) -> str:
    """Return outputs as the JSON text that the run store keeps."""
    return json.dumps(outputs, ensure_ascii=False, separators=(",", ":"))


def value_read(text: Json, kind: ValueType) -> Json:
    """Return a text as a value of that type; JSON where it reads as such."""
    if kind is ValueType.STRING or not isinstance(text, str):
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def kept_value(value: Json) -> Json:
    """Return how a value is kept among outputs; one that looks like a handle is marked."""
    is_handle = isinstance(value, dict) and any(key.startswith("$") for key in value)
    return {_PLAIN: value} if is_handle else value


def loaded_value(value: Json) -> object:
    """Return one output that was kept, as Python has it."""
    if isinstance(value, list):
        return [loaded_value(one) for one in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {_ARTIFACT}:
        return Remote(value[_ARTIFACT])
    return value[_PLAIN] if value.keys() == {_PLAIN} else value


def handle_of(where: str) -> Json:
    """Return how an artifact that lies somewhere is kept among outputs."""
    return {_ARTIFACT: where}
