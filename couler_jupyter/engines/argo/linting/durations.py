"""Lengths of time as Argo reads them.

Source: https://pkg.go.dev/time#ParseDuration
"""

from __future__ import annotations

import re

_GO = re.compile(
    r"[+-]?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:ns|us|µs|μs|ms|s|m|h))+|[+-]?0"
)
_WHOLE = re.compile(r"[+-]?[0-9]+")
_DAYS = re.compile(r"[0-9]+d")


def is_go_duration(text: str) -> bool:
    """Return whether Go reads a text as a length of time; it always has a unit.

    >>> is_go_duration("1h30m"), is_go_duration("90")
    (True, False)
    """
    return _GO.fullmatch(text) is not None


def is_duration(text: str) -> bool:
    """Return whether it is a length of time, or a whole number of seconds."""
    return any(one.fullmatch(text) for one in (_GO, _WHOLE, _DAYS))


def is_whole(text: str) -> bool:
    """Return whether a text is a whole number."""
    return _WHOLE.fullmatch(text) is not None
