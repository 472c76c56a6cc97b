"""Durations and sizes as short text for people."""

from __future__ import annotations

import math


def duration_text(seconds: float) -> str:
    """Return how long, in at most two units.

    >>> [duration_text(s) for s in (0.042, 3.21, 75, 4000, 200_000)]
    ['0.04 s', '3.2 s', '1 min 15 s', '1 h 6 min', '2 d 7 h']
    """
    seconds = max(0.0, seconds)
    if seconds < 1:
        return f"{_rounded(seconds, 100):.2f} s"
    if seconds < 59.95:
        return f"{_rounded(seconds, 10):.1f} s"
    whole = math.floor(seconds + 0.5)
    for unit, name, part, part_name in (
        (86_400, "d", 3_600, "h"),
        (3_600, "h", 60, "min"),
        (60, "min", 1, "s"),
    ):
        if whole >= unit:
            rest = whole % unit // part
            return f"{whole // unit} {name} {rest} {part_name}"
    raise AssertionError(seconds)


def _rounded(number: float, parts: int) -> float:
    """Round halves up, as a browser does."""
    return math.floor(number * parts + 0.5) / parts


def span_text(started: float | None, finished: float | None) -> str:
    """Return how long from one time to another; empty while it is not over."""
    if started is None or finished is None:
        return ""
    return duration_text(finished - started)


def memory_text(size: int) -> str:
    """Return a number of bytes.

    >>> memory_text(900), memory_text(314_572_800), memory_text(5 * 2**30)
    ('900 B', '300 MiB', '5 GiB')
    """
    amount, power = float(size), 0
    while amount >= 1024 and power < len(_UNITS) - 1:
        amount, power = amount / 1024, power + 1
    digits = f"{amount:.3g}" if amount < 1000 else f"{amount:.0f}"
    return f"{digits} {_UNITS[power]}"


_UNITS = ("B", "KiB", "MiB", "GiB", "TiB")
