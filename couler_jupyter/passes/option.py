"""One option of a pass, between its text and its value; the type of the field says how."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import fields
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Union, cast, get_args, get_origin, get_type_hints

from couler_jupyter.errors import UsageFailed

_NONE = "none"
_PLAIN = re.compile(r'[^\s,{}"=]+')


def kinds_of(kind: type[object]) -> dict[str, object]:
    """Return the types of the options that a pass has, by their names as text."""
    hints = get_type_hints(kind)
    names = (one.name for one in fields(cast("Any", kind)))
    return {name.replace("_", "-"): hints[name] for name in names}


def holds_several(kind: object) -> bool:
    """Return whether an option may have several values."""
    return get_origin(kind) is tuple


def read_option(where: str, kind: object, texts: list[str]) -> object:
    """Return the value that texts stand for.

    >>> read_option("pass demo: most", int | None, ["none"])
    >>> read_option("pass demo: only", tuple[str, ...], ["a", '"b c"'])
    ('a', 'b c')

    Raises:
        UsageFailed: they stand for none; begins with `where`.
    """
    plain = [_unquoted(where, one) for one in texts]
    if holds_several(kind):
        return tuple(_one(where, get_args(kind)[0], text) for text in plain if text)
    return _one(where, kind, plain[0])


def option_text(value: object) -> str:
    """Return the text that stands for a value.

    >>> option_text(("a", "b c")), option_text(True), option_text(None)
    ('a,"b c"', 'true', 'none')
    """
    if isinstance(value, tuple):
        return ",".join(map(option_text, value)) or '""'
    if value is None:
        return _NONE
    if isinstance(value, bool):
        return str(value).lower()
    text = str(value.value) if isinstance(value, Enum) else str(value)
    quoted = isinstance(value, str) and (not _PLAIN.fullmatch(text) or text == _NONE)
    return json.dumps(text) if quoted else text


def _one(where: str, kind: object, text: str) -> object:
    if get_origin(kind) in {Union, UnionType}:
        if text == _NONE:
            return None
        kind = next(one for one in get_args(kind) if one is not NoneType)
    assert isinstance(kind, type)
    if issubclass(kind, Enum):
        return _choice(where, kind, text)
    read, what = _READERS[kind]
    try:
        return read(text)
    except (KeyError, ValueError):
        raise UsageFailed(f"{where} is {text!r}, not {what}") from None


def _unquoted(where: str, text: str) -> str:
    if not text.startswith('"'):
        return text
    try:
        return str(json.loads(text))
    except ValueError:
        raise UsageFailed(f"{where}: {text} is not quoted as in JSON") from None


def _choice(where: str, kind: type[Enum], text: str) -> Enum:
    known = [str(one.value) for one in kind]
    if text not in known:
        raise UsageFailed(f"{where} is {text!r}; choose one of {', '.join(known)}")
    return kind(text)


def _number(text: str) -> float:
    if not math.isfinite(number := float(text)):
        raise ValueError(text)
    return number


_SWITCH: Mapping[str, bool] = {"true": True, "false": False}
_READERS: Mapping[type, tuple[Callable[[str], object], str]] = {
    bool: (_SWITCH.__getitem__, "true or false"),
    int: (int, "a whole number"),
    float: (_number, "a number"),
    str: (str, "a text"),
}
