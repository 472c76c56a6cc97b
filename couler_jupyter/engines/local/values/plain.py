"""Which values JSON says exactly, and how it says them."""

from __future__ import annotations

import json
import math
import sys
from typing import Any, cast

encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
"""Returns the JSON text of a value."""

_SCALARS = {bool, int, float, str}
_BIGGEST_INT = 10**4000  # above, Python refuses to read decimal digits back


def as_json(value: object) -> bytes | None:
    """Return the JSON text of `value`, or None where reading it gives another."""
    if value is None:  # what most steps return, without the encoder's cost
        return b"null"
    try:
        if not _is_exact(value):
            return None
        return encode(value).encode()
    except (RecursionError, UnicodeEncodeError):
        return None  # nested too deep, or text that is not valid Unicode


def as_number(value: object) -> object:
    """Return a NumPy scalar as the Python value it stands for, all else as it is.

    `accuracy_score` and its like return them where everybody expects a float.
    """
    numpy: Any = sys.modules.get("numpy")
    if numpy is None or not isinstance(value, numpy.generic):
        return value
    plain = cast("Any", value).item()
    return plain if type(plain) in _SCALARS else value


def _is_exact(value: object) -> bool:
    kind = type(value)
    if value is None or kind is bool or kind is str:
        return True
    if kind is int:
        return -_BIGGEST_INT < cast("int", value) < _BIGGEST_INT
    if kind is float:
        return math.isfinite(cast("float", value))
    if kind is list:
        return all(map(_is_exact, cast("list[object]", value)))
    if kind is dict:
        items = cast("dict[object, object]", value).items()
        return all(type(key) is str and _is_exact(item) for key, item in items)
    return False
