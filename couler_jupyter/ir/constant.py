"""JSON values, held frozen, and the texts and numbers that engines read of them."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from typing import Any, TypeAlias

Json: TypeAlias = Any
"""A value that JSON can say; `Any` because Python's types cannot."""

DEEPEST = 50
"""Levels that constants, values and conditions may nest; files and stacks have ends."""


@dataclass(frozen=True, slots=True)
class Constant:
    """A JSON value, held as its one compact text so that it is frozen and comparable.

    >>> Constant.of([1, 2.5, "x"]).value
    [1, 2.5, 'x']

    Raises:
        ValueError: the text is not what `Constant.of` writes.
    """

    json: str

    def __post_init__(self) -> None:
        """Reject text that is no JSON, or is not written in the one way."""
        try:
            good = _compact(json.loads(self.json)) == self.json
        except (ValueError, RecursionError):
            good = False
        if not good:
            raise ValueError(f"{self.json[:40]!r} is no compact JSON; use Constant.of")

    @classmethod
    def of(cls, value: Json) -> Constant:
        """Return the constant for `value`.

        Raises:
            TypeError: JSON has no word for it.
            ValueError: it holds a number that is not finite, text that is no Unicode,
                or is nested too deeply.
        """
        made = object.__new__(cls)
        object.__setattr__(made, "json", _compact(value))
        return made

    @property
    def value(self) -> Json:
        """The value as Python has it; a fresh object each time."""
        return json.loads(self.json)


def as_text(value: Json) -> str:
    """Return a value as the text a command line or a file gets.

    Text stays as it is, everything else is its JSON.

    >>> as_text("a b"), as_text(0.5), as_text(True), as_text([1, "x"])
    ('a b', '0.5', 'true', '[1,"x"]')
    """
    return value if isinstance(value, str) else _encode(value)


_DECIMAL = re.compile(
    r"(?P<whole>[+-]?[0-9]+)|[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
)
_LONGEST_NUMBER = 1000


def as_number(value: Json) -> float | None:
    """Return a value as the number it is or that its text reads as, or None.

    Only decimal numbers are read from text, as every engine does it.

    >>> as_number("5"), as_number(" .5e1 "), as_number("inf"), as_number(True)
    (5, 5.0, None, None)
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if not isinstance(value, str):
        return value
    match = _DECIMAL.fullmatch(value.strip()) if len(value) <= _LONGEST_NUMBER else None
    if match is None:
        return None
    return float(match[0]) if match["whole"] is None else int(match["whole"])


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def _encode(value: Json) -> str:
    return _ENCODER.encode(value)


def _compact(value: Json) -> str:
    _check_exact(value, DEEPEST)
    text = _encode(value)
    if not is_unicode(text):
        raise ValueError("it holds half of a surrogate pair, which is no Unicode text")
    return text


def is_unicode(text: str) -> bool:
    """Return whether text can be written to a file; half a surrogate pair cannot."""
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _check_exact(value: Json, levels: int) -> None:
    if value is None or isinstance(value, str | bool | int):
        return
    if not levels:
        raise ValueError(f"it is nested more than {DEEPEST} levels deep")
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"{value} is not a finite number")
        return
    if isinstance(value, list | tuple):
        for item in value:
            _check_exact(item, levels - 1)
        return
    if isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                raise TypeError(f"key {key!r} of a dict is not text")
            _check_exact(item, levels - 1)
        return
    raise TypeError(f"{type(value).__name__} is not a JSON value")
