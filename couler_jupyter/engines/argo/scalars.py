"""The ways Argo lets one write the same number, duration or schedule."""

from __future__ import annotations

import re
from decimal import Decimal

from couler_jupyter.ir import Json, as_number

_GO_UNITS = {
    "ns": Decimal("1e-9"),
    "us": Decimal("1e-6"),
    "µs": Decimal("1e-6"),
    "μs": Decimal("1e-6"),
    "ms": Decimal("1e-3"),
    "s": Decimal(1),
    "m": Decimal(60),
    "h": Decimal(3600),
    "d": Decimal(86400),
}
_GO_PART = re.compile(r"([0-9]+\.?[0-9]*|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h|d)")


def seconds_of(value: Json) -> float | None:
    """Return a duration in seconds: a number of them, or Go's text such as `1m30s`.

    >>> seconds_of("1m30s"), seconds_of("90"), seconds_of(90), seconds_of("soon")
    (90.0, 90.0, 90.0, None)
    """
    if isinstance(value, bool) or value is None:
        return None
    if (number := as_number(value)) is not None:
        return float(number)
    if not isinstance(value, str) or not value or len(value) > 100:
        return None
    total, at = Decimal(0), 0
    while match := _GO_PART.match(value, at):
        total += Decimal(match[1]) * _GO_UNITS[match[2]]
        at = match.end()
    return float(total) if at == len(value) else None


def cron_of(value: Json) -> Json:
    """Return a schedule with single blanks between its fields.

    >>> cron_of(" 0  4 * * 1 ")
    '0 4 * * 1'
    """
    return " ".join(value.split()) if isinstance(value, str) else value


def sequence_of(given: Json) -> list[str] | None:
    """Return the items of a `withSequence` whose bounds are known, and not far apart.

    >>> sequence_of({"start": 2, "end": "0", "format": "n%02d"})
    ['n02', 'n01', 'n00']
    """
    if not isinstance(given, dict):
        return None
    count, start, end = (as_number(given.get(key)) for key in ("count", "start", "end"))
    first = start if "start" in given else 0
    last = count - 1 if count is not None else end
    if not isinstance(first, int) or not isinstance(last, int):
        return None
    if abs(last - first) > _MOST_ITEMS or (count is not None and count < 1):
        return None
    numbers = range(first, last + 1) if last >= first else range(first, last - 1, -1)
    style = given.get("format") or "%d"
    try:
        return [style % number for number in numbers]
    except (TypeError, ValueError):
        return None


_MOST_ITEMS = 10_000
