"""Outputs as the index has them: small values in it, all else as objects."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace

from couler_jupyter.engines.cache import Content, Kind
from couler_jupyter.reusing.keeping import Source
from couler_jupyter.store import Made, Object, Result

_INDEXED = 1 << 16
"""Bytes of a JSON value up to which it stands in the index itself."""


def made_of(content: Content, source: Source | None) -> tuple[Made, Source | None]:
    """Return an output as the index has it, and where its bytes are if it has any."""
    if content.kind is not Kind.JSON and source is not None:
        size = _size(content, source)
        expected = Object(content.text, size)
        made = Made(
            kind=content.kind,
            content=content.text,
            value=content.value,
            object=expected,
        )
        return made, source
    data = json.dumps(content.value, ensure_ascii=False).encode()
    if len(data) <= _INDEXED:
        return Made(kind=Kind.JSON, content=content.text, value=content.value), None
    expected = Object(hashlib.sha256(data).hexdigest(), len(data))
    made = Made(kind=Kind.JSON, content=content.text, object=expected)
    return made, lambda: data


def _size(content: Content, source: Source) -> int:
    if isinstance(content.value, Mapping) and "size" in content.value:
        return int(content.value["size"])
    found = source()
    return len(found) if isinstance(found, bytes) else found.stat().st_size


def with_objects(outputs: dict[str, Made], kept: dict[str, Object]) -> dict[str, Made]:
    """Return outputs with the objects as they are really called."""
    return {
        name: replace(one, object=kept[one.object.digest])
        if one.object is not None and one.object.digest in kept
        else one
        for name, one in outputs.items()
    }


def with_bytes(result: Result) -> list[Made]:
    """Return the outputs that have bytes of their own."""
    return [one for one in result.outputs.values() if one.object is not None]
