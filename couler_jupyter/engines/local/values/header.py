"""The first line of a value file, and what can be wrong with such a file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from couler_jupyter.engines.local.values.plain import encode
from couler_jupyter.errors import CoulerError

VERSION = 1


class BadValue(CoulerError):
    """A value cannot be written to, or read from, a value file."""


class Unpicklable(BadValue):
    """A value cannot be pickled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueHeader:
    """What the first line of a value file says of the value.

    Attributes:
        kind: `json` or `pickle`.
        type: its type, as `pandas.core.frame.DataFrame`; built-in ones by name alone.
        length: how many items, of a list or a tuple.
        sources: files that define classes it is made of, the writer's own first.
    """

    kind: str
    type: str
    length: int | None = None
    sources: tuple[str, ...] = ()


def type_name(value: object) -> str:
    """Return the full name of the type of `value`; built-in ones by name alone."""
    kind = type(value)
    inside = kind.__module__ in {"builtins", "__main__"}
    return kind.__qualname__ if inside else f"{kind.__module__}.{kind.__qualname__}"


def header_line(kind: str, value: object, sources: Sequence[str]) -> bytes:
    """Return the line that goes before a value of that kind."""
    line = {
        "couler-value": VERSION,
        "kind": kind,
        "type": type_name(value),
        "length": len(value) if isinstance(value, list | tuple) else None,
        "sources": sources,
    }
    return encode(line).encode() + b"\n"


def header_of(path: Path, file: IO[bytes]) -> ValueHeader:
    """Return what the first line says; `file` is then at the value itself."""
    try:
        line = json.loads(file.readline(1 << 20))
        version = line["couler-value"]
        if version == VERSION and line["kind"] in {"json", "pickle"}:
            return ValueHeader(
                kind=line["kind"],
                type=line["type"],
                length=line["length"],
                sources=tuple(line["sources"]),
            )
    except (ValueError, TypeError, KeyError) as error:
        raise BadValue(f"{path}: not a value file") from error
    raise BadValue(f"{path}: a value file of version {version}; this reads {VERSION}")
