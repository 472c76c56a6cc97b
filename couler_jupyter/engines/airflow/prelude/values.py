"""Values as texts and numbers, their types, and how they compare."""

from __future__ import annotations

import json
import re
from typing import Any

_DECIMAL = re.compile(
    r"([+-]?[0-9]+)|[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
)


class Unknown(Exception):
    """What a reference stands for is not there."""


class Unfit(Exception):
    """A value is there but cannot be used so."""


def as_text(value: Any) -> str:
    """Return a value as a command line or a file gets it."""
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def as_number(value: Any) -> Any:
    """Return a value as the number it is or that its text reads as, or None."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    if not isinstance(value, str):
        return value
    match = _DECIMAL.fullmatch(value.strip()) if len(value) <= 1000 else None
    if match is None:
        return None
    return float(match[0]) if match[1] is None else int(match[1])


def read_text(text: str, kind: str) -> Any:
    """Return text that a program wrote as a value of a type."""
    if kind == "string":
        return text
    try:
        return json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return text


def accept(value: Any, kind: str, choices: Any = ()) -> Any:
    """Return a value as one of a type; text is read where it is no text.

    Raises:
        Unfit: it is of another type, or none of the choices.
    """
    if isinstance(value, dict) and set(value) == {"$pickle"}:
        return value
    if not admits(kind, value):
        if kind == "string":
            value = as_text(value)
        elif isinstance(value, str):
            value = read_text(value, kind)
    if not admits(kind, value):
        raise Unfit(f"is {as_text(value)[:60]}, which is no {kind}")
    if choices and not any(_same(value, one) for one in choices):
        raise Unfit(f"is {as_text(value)[:60]}; it must be one of {as_text(choices)}")
    return value


def admits(kind: str, value: Any) -> bool:
    """Whether a value is of a type."""
    number = not isinstance(value, bool)
    return {
        "string": isinstance(value, str),
        "integer": number and isinstance(value, int),
        "number": number and isinstance(value, (int, float)),
        "boolean": isinstance(value, bool),
        "list": isinstance(value, list),
        "object": isinstance(value, dict),
    }.get(kind, True)


def compare(left: Any, operator: str, right: Any) -> bool:
    """Return whether a comparison holds; text that reads as a number is that number.

    Raises:
        Unfit: what it compares has no order, or cannot be looked in.
    """
    if operator in {"==", "!="}:
        return _equal(left, right) is (operator == "==")
    if operator in {"in", "not-in"}:
        return _among(left, right) is (operator == "in")
    one, other = as_number(left), as_number(right)
    if one is None or other is None:
        if not (isinstance(left, str) and isinstance(right, str)):
            raise Unfit(
                f"{as_text(left)[:50]!r} and {as_text(right)[:50]!r} have no order"
            )
        one, other = left, right
    known = {">": one > other, ">=": one >= other, "<": one < other}
    return bool(known.get(operator, one <= other))


def drill(value: Any, path: Any, what: str) -> Any:
    """Return the part of a value at a path of keys.

    Raises:
        Unknown: nothing stands there.
    """
    for key in path:
        try:
            if not (isinstance(value, dict) or isinstance(key, int)):
                raise LookupError(key)
            value = value[key]
        except (LookupError, TypeError):
            raise Unknown(f"{what} has no {key!r}") from None
    return value


def _equal(left: Any, right: Any) -> bool:
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(_equal, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        same = left.keys() == right.keys()
        return same and all(_equal(left[key], right[key]) for key in left)
    one, other = as_number(left), as_number(right)
    if one is not None and other is not None:
        return bool(one == other)
    return as_text(left) == as_text(right)


def _among(left: Any, right: Any) -> bool:
    if isinstance(right, str) and right.lstrip().startswith("["):
        found = read_text(right, "list")
        right = found if isinstance(found, list) else right
    if isinstance(right, str) and not isinstance(left, (list, dict)):
        return as_text(left) in right
    if not isinstance(right, (list, dict)):
        raise Unfit(f"{as_text(right)[:50]!r} is no list to look in")
    return any(_equal(left, item) for item in right)


def _same(value: Any, choice: Any) -> bool:
    return as_text([value]) == as_text([choice])


def _refuse(word: str) -> Any:
    raise ValueError(f"{word} is no JSON")
