"""Constants as the workflow had them before they became text."""

from __future__ import annotations

import json

from couler_jupyter.ir import Constant, Json, ValueType, as_text


def constant_of(given: Json) -> Constant:
    """Return what a parameter is given; text that is the JSON of something is that.

    Only where it is the one text of it: `12` is a number, `012` and `1e3` are text.

    >>> constant_of("12").value, constant_of("012").value, constant_of('["a"]').value
    (12, '012', ['a'])
    """
    if not isinstance(given, str):
        return Constant.of(given)
    found = _read(given)
    return Constant.of(given if as_text(found) != given else found)


def typed_constant(given: Json, kind: ValueType) -> Constant:
    """Return what an input of a function is given, as the function reads it."""
    if not isinstance(given, str) or kind is ValueType.STRING:
        return Constant.of(given)
    found = _read(given)
    return Constant.of(found if kind.admits(found) else given)


def _read(text: str) -> Json:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return text if isinstance(found, float) and found - found != 0 else found
