"""Cron lines by what they mean: the minutes, hours and days they stand for."""

from __future__ import annotations

import re
from typing import TypeAlias

_BOUNDS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
_WORDS = {
    word: number
    for number, word in enumerate(["sun", "mon", "tue", "wed", "thu", "fri", "sat"])
} | {
    word: number + 1
    for number, word in enumerate(
        [
            "jan",
            "feb",
            "mar",
            "apr",
            "may",
            "jun",
            "jul",
            "aug",
            "sep",
            "oct",
            "nov",
            "dec",
        ]
    )
}
_PART = re.compile(r"(?:\*|(?P<low>\w+)(?:-(?P<high>\w+))?)(?:/(?P<step>\d+))?")
Times: TypeAlias = tuple[frozenset[int], ...]


def times_of(cron: str) -> Times:
    """Return what a cron line stands for: minutes, hours, days, months, days of a week.

    >>> times_of("0 6 * * mon-wed")[4] == times_of("0 6 * * 1,2,3")[4]
    True

    Raises:
        ValueError: it is no cron line.
    """
    fields = cron.lower().split()
    if len(fields) != len(_BOUNDS):
        raise ValueError(f"{cron!r} has {len(fields)} fields, not {len(_BOUNDS)}")
    times = [_field(one, *bounds) for one, bounds in zip(fields, _BOUNDS, strict=True)]
    times[4] = frozenset(day % 7 for day in times[4])
    return tuple(times)


def _field(text: str, lowest: int, highest: int) -> frozenset[int]:
    found: set[int] = set()
    for part in text.split(","):
        match = _PART.fullmatch(part)
        if match is None:
            raise ValueError(f"{part!r} is no part of a cron line")
        low = _number(match["low"], lowest)
        open_end = match["low"] is None or (match["step"] and match["high"] is None)
        high = highest if open_end else _number(match["high"], low)
        found |= set(range(low, high + 1, int(match["step"] or 1)))
    return frozenset(found)


def _number(text: str | None, otherwise: int) -> int:
    if text is None:
        return otherwise
    return _WORDS[text] if text in _WORDS else int(text)
