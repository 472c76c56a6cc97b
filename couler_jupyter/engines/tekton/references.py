"""Tekton's references in texts, in pieces: `$(params.x)`, `$(tasks.t.results.r[*])`.

Source: https://tekton.dev/docs/pipelines/variables/
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from couler_jupyter.engines.kube.reading.fields import NoWord
from couler_jupyter.ir import Format, Text, Value

STAR = "*"
"""The last part of a reference to all of a list or an object."""

_REFERENCE = re.compile(
    r"\$\(((?:params|tasks|finally|context|workspaces|results|steps|step|credentials)"
    r"[.\[][^()]*)\)"
)
_PART = re.compile(
    r"\.?(?P<key>[A-Za-z_][A-Za-z0-9_-]*)"
    r"|\[(?P<star>\*)\]"
    r"|\[(?P<index>[0-9]{1,9})\]"
    r"""|\["(?P<double>[^"]+)"\]|\['(?P<single>[^']+)'\]"""
)


@dataclass(frozen=True, slots=True)
class Reference:
    """What stands between `$(` and `)`.

    Attributes:
        path: the parts of its name; positions are numbers, `[*]` is `STAR`. Empty if
            it has no such form.
        text: all of it, as it is written.
    """

    path: tuple[str | int, ...]
    text: str


LookUp: TypeAlias = Callable[[Reference], Text | None]
"""What a reference is where it stands; None where the IR has no word for it."""


def pieces(text: str) -> Iterator[str | Reference]:
    """Yield plain text and references, in their order.

    >>> [one if isinstance(one, str) else one.path for one in pieces("a $(params.b)!")]
    ['a ', ('params', 'b'), '!']
    """
    at = 0
    for match in _REFERENCE.finditer(text) if "$(" in text else ():
        if match.start() > at:
            yield text[at : match.start()]
        yield Reference(_path(match[1]), match[0])
        at = match.end()
    if at < len(text):
        yield text[at:]


@lru_cache(maxsize=4096)
def references_in(text: str) -> tuple[Reference, ...]:
    """Return the references in a text; many texts of a pipeline are the same."""
    return tuple(one for one in pieces(text) if isinstance(one, Reference))


def read_text(text: str, look_up: LookUp) -> Text:
    """Return a text with its references as values.

    Raises:
        NoWord: the IR has no word for one of them.
    """
    parts: list[str | Value] = []
    for one in pieces(text):
        found = one if isinstance(one, str) else look_up(one)
        if found is None:
            assert isinstance(one, Reference)
            raise NoWord(f"{one.text} has no word here")
        parts.append(found)
    if all(isinstance(one, str) for one in parts):
        return "".join(str(one) for one in parts)
    if len(parts) == 1:
        return parts[0]
    return Format(tuple(_joined(parts)))


def _joined(parts: list[str | Value]) -> Iterator[str | Value]:
    text = ""
    for one in parts:
        if isinstance(one, str):
            text += one
            continue
        if text:
            yield text
        text = ""
        yield one
    if text:
        yield text


def _path(inner: str) -> tuple[str | int, ...]:
    parts: list[str | int] = []
    at = 0
    while at < len(inner):
        match = _PART.match(inner, at)
        if match is None:
            return ()
        parts.append(
            int(match["index"])
            if match["index"]
            else match["key"] or match["star"] or match["double"] or match["single"]
        )
        at = match.end()
    return tuple(parts)
