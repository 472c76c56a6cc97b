"""Passes as one line of text: `prune,split{max-steps=200 mode=window}`.

Names are parted by commas. Options stand in braces, parted by blanks or commas; they are
the fields of the pass, with `-` for `_`. A switch alone is on; several values are written
`only=a,b`. Values with blanks, commas or braces stand in double quotes. `default` stands
for the usual passes, `none` for no pass at all.

>>> passes_text(parse_passes(" validate , validate{}"))
'validate,validate'
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import MISSING, Field, fields
from typing import Any

from couler_jupyter.errors import UsageFailed
from couler_jupyter.ir import nearest
from couler_jupyter.passes.base import Pass
from couler_jupyter.passes.option import (
    holds_several,
    kinds_of,
    option_text,
    read_option,
)
from couler_jupyter.passes.table import DEFAULT, PASSES
from couler_jupyter.registry import Registry

NONE = "none"
USUAL = "default"
_QUOTED = r'"(?:[^"\\]|\\.)*"'
_PASS = re.compile(rf"\s*([\w.-]+)\s*(?:\{{((?:[^{{}}\"]|{_QUOTED})*)\}})?\s*(?:,|$)")
_OPTION = re.compile(rf'[\s,]*(?:([\w-]+)=)?({_QUOTED}|[^\s,"=]+)(?=[\s,]|$)[\s,]*')


def parse_passes(text: str, table: Registry[type[Pass]] = PASSES) -> tuple[Pass, ...]:
    """Return the passes that a text names.

    Raises:
        UsageFailed: the text is written wrongly, or an option is unknown or wrong.
        UnknownName: there is no such pass; the nearest is named.
    """
    if not text.strip():
        raise UsageFailed(f"no pass is named; write {NONE!r} for no pass at all")
    if text.strip() == NONE:
        return ()
    return tuple(
        one for name, options in _split(text) for one in _made(name, options, table)
    )


def passes_text(passes: Iterable[Pass]) -> str:
    """Return the text that names these passes, with the options that are not usual."""
    return ",".join(map(_text_of, passes)) or NONE


def _split(text: str) -> Iterator[tuple[str, str | None]]:
    at = 0
    while at < len(text):
        found = _PASS.match(text, at)
        if found is None:
            raise UsageFailed(
                f"cannot read {_short(text[at:])} as passes; "
                "write them as prune,split{max-steps=200}"
            )
        yield found[1], found[2]
        at = found.end()


def _made(
    name: str, options: str | None, table: Registry[type[Pass]]
) -> Iterator[Pass]:
    if name == USUAL and options is None:
        yield from (table.get(one)() for one in DEFAULT)
        return
    kind = table.get(name)
    kinds = kinds_of(kind)
    yield kind(
        **{
            option.replace("-", "_"): read_option(
                f"pass {name}: {option}", kinds[option], texts
            )
            for option, texts in _options(name, kinds, options or "").items()
        }
    )


def _options(name: str, kinds: dict[str, object], text: str) -> dict[str, list[str]]:
    given: dict[str, list[str]] = {}
    at, last = 0, ""
    while text[at:].strip():
        found = _OPTION.match(text, at)
        if found is None:
            raise UsageFailed(f"pass {name}: cannot read {_short(text[at:])}")
        option, value = found.groups()
        at = found.end()
        if option is None and last and holds_several(kinds[last]):
            given[last].append(value)
            continue
        last = option or value
        if last not in kinds:
            raise UsageFailed(
                f"pass {name} has no option {last!r}{nearest(last, kinds)}"
            )
        if last in given:
            raise UsageFailed(f"pass {name}: option {last!r} is given twice")
        given[last] = ["true" if option is None else value]
    return given


def _text_of(one: Pass) -> str:
    chosen = [
        f"{field.name.replace('_', '-')}={option_text(getattr(one, field.name))}"
        for field in fields(one)
        if getattr(one, field.name) != _usual(field)
    ]
    return f"{one.name}{{{' '.join(chosen)}}}" if chosen else one.name


def _usual(field: Field[Any]) -> object:
    if field.default_factory is not MISSING:
        return field.default_factory()
    return field.default


def _short(text: str) -> str:
    return repr(" ".join(text.split())[:40])
