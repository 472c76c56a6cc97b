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


def amount_text(number: float) -> str:
    """Return a number in about three digits.

    >>> [amount_text(n) for n in (0, 0.0004, 0.25, 7, 12.34, 1500, 2_000_000)]
    ['0', '<0.001', '0.25', '7', '12.3', '1.5k', '2M']
    """
    if number < 0:
        return f"-{amount_text(-number)}"
    if 0 < number < 0.001:
        return "<0.001"
    if number >= _ENDLESS:
        return "∞"
    if number < 1:
        return _short(_rounded(number, 1000))
    some, power = _scaled(number)
    return f"{some}{_THOUSANDS[power]}"


def size_text(size: float) -> str:
    """Return bytes of artifacts, in the units in which budgets are written.

    >>> size_text(250), size_text(1_500_000), size_text(20 * 10**9)
    ('250 B', '1.5 MB', '20 GB')
    """
    some, power = _scaled(size)
    return f"{some} {'k' if power == 1 else _THOUSANDS[power]}B"


def _scaled(number: float) -> tuple[str, int]:
    some, power = float(number), 0
    while some >= 999.5 and power < len(_THOUSANDS) - 1:
        some, power = some / 1000, power + 1
    return _short(_rounded(some, 100 if some < 10 else 10 if some < 100 else 1)), power


def _short(number: float) -> str:
    """Return a number as a browser writes it: without a fraction that is none."""
    return f"{number:.0f}" if number == int(number) else f"{number:.12g}"


_ENDLESS = 1e18
_THOUSANDS = ("", "k", "M", "G", "T", "P")
