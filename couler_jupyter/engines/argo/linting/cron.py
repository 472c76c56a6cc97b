"""Schedules as the cron library of Argo reads them.

Source: https://pkg.go.dev/github.com/robfig/cron/v3 (the standard parser).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from zoneinfo import available_timezones

from couler_jupyter.engines.argo.linting.durations import is_go_duration

_NICKNAMES = ("@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight")
_DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
_MONTHS = [
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
_FIELDS: Mapping[str, tuple[int, int, Mapping[str, int]]] = MappingProxyType(
    {
        "minute": (0, 59, {}),
        "hour": (0, 23, {}),
        "day of the month": (1, 31, {}),
        "month": (1, 12, {name: at for at, name in enumerate(_MONTHS, 1)}),
        "day of the week": (0, 6, {name: at for at, name in enumerate(_DAYS)}),
    }
)
_ZONE = re.compile(r"(?:CRON_)?TZ=(\S*)\s+(.*)", re.DOTALL)
_PART = re.compile(r"([^-/]+)(?:-([^-/]+))?(?:/([^-/]+))?")


def schedule_fault(text: str) -> str | None:
    """Return what is wrong with a schedule, or None.

    >>> schedule_fault("*/5 9-17 * * mon-fri")
    >>> schedule_fault("60 * * * *")
    'its minute, 60, is not within 0 and 59'
    """
    if zoned := _ZONE.fullmatch(text):
        if fault := zone_fault(zoned[1]):
            return fault
        text = zoned[2]
    text = text.strip()
    if text.startswith("@every "):
        every = text.removeprefix("@every ")
        return None if is_go_duration(every) else f"{every!r} is no length of time"
    if text.startswith("@"):
        known = (*_NICKNAMES, "@hourly")
        return None if text in known else f"there is no schedule named {text!r}"
    fields = text.split()
    if len(fields) != len(_FIELDS):
        return f"it has {len(fields)} fields, not {len(_FIELDS)}"
    for name, field in zip(_FIELDS, fields, strict=True):
        if fault := _field_fault(name, field):
            return fault
    return None


def zone_fault(name: str) -> str | None:
    """Return what is wrong with the name of a time zone, or None.

    Where this machine has no table of time zones, no name is wrong.
    """
    known = available_timezones()
    if not known or name in known or name in ("", "UTC", "Local"):
        return None
    return f"there is no time zone named {name!r}"


def _field_fault(name: str, field: str) -> str | None:
    for part in field.split(","):
        if fault := _part_fault(name, part):
            return fault
    return None


def _part_fault(name: str, part: str) -> str | None:
    least, most, names = _FIELDS[name]
    found = _PART.fullmatch(part)
    if found is None:
        return f"its {name}, {part!r}, is no number, range or step"
    first, last, step = found.groups()
    if step is not None and (
        not step.isascii() or not step.isdigit() or int(step) == 0
    ):
        return f"its {name} has the step {step!r}, which is no number above 0"
    if first in ("*", "?"):
        return None
    ends = [_number(one, names) for one in (first, last) if one is not None]
    for written, number in zip((first, last), ends, strict=False):
        if number is None:
            return f"its {name} has {written!r}, which is no number"
        if not least <= number <= most:
            return f"its {name}, {number}, is not within {least} and {most}"
    if len(ends) == 2 and (ends[0] or 0) > (ends[1] or 0):
        return f"its {name} ends before it begins: {part}"
    return None


def _number(text: str, names: Mapping[str, int]) -> int | None:
    if text.lower() in names:
        return names[text.lower()]
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
