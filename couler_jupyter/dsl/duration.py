"""Durations as people write them: 90, "10m", "1h30m", "7d"."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TypeAlias

from couler_jupyter.dsl.origin import misused

Duration: TypeAlias = float | str | timedelta
"""Seconds, a text such as `1h30m`, or a `timedelta`."""

_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "w": 604800.0}
_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|[smhdw])")
_WHOLE = re.compile(rf"(?:{_PART.pattern})+")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def seconds(given: Duration, what: str) -> float:
    """Return a duration in seconds.

    Args:
        given: what the user wrote.
        what: the option it was given to, for the message.

    Raises:
        BuildFailed: it is no duration.
    """
    if isinstance(given, timedelta):
        return given.total_seconds()
    if isinstance(given, int | float) and not isinstance(given, bool):
        return float(given)
    if isinstance(given, str):
        text = given.replace(" ", "")
        if _NUMBER.fullmatch(text):
            return float(text)
        if _WHOLE.fullmatch(text):
            parts = _PART.findall(text)
            return float(sum(float(number) * _UNITS[unit] for number, unit in parts))
    raise misused(
        f"{what}={given!r} is no duration; write seconds or a text as '1h30m'"
    )


def whole_seconds(given: Duration, what: str) -> int:
    """Return a duration in whole seconds, for what counts in no smaller ones.

    Raises:
        BuildFailed: it is no duration, or no whole number of seconds.
    """
    number = seconds(given, what)
    if number != int(number):
        raise misused(f"{what}={given!r} is no whole number of seconds")
    return int(number)
