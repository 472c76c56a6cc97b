"""What can be wrong with a schedule."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from couler_jupyter.ir.workflow import Schedule

_FIELDS = (
    ("minute", 0, 59),
    ("hour", 0, 23),
    ("day of month", 1, 31),
    ("month", 1, 12),
    ("day of week", 0, 7),
)
_FIELD = re.compile(r"[\d*/,\-?LW#A-Za-z]+")
_SHORT = re.compile(
    r"@(yearly|annually|monthly|weekly|daily|midnight|hourly|every \S+)"
)
_UTC = frozenset({"UTC", "Etc/UTC"})


def schedule_faults(schedule: Schedule) -> Iterator[str]:
    """Yield what is wrong with when a workflow runs by itself."""
    if not schedule.crons:
        yield "its schedule has no cron line"
    for cron in schedule.crons:
        if fault := _cron_fault(cron):
            yield f"cron {cron!r} {fault}"
    if not _is_zone(schedule.timezone):
        yield f"time zone {schedule.timezone!r} is unknown; write one as Europe/Berlin"
    for what, number in (
        ("deadline", schedule.deadline),
        ("keep_succeeded", schedule.keep_succeeded),
        ("keep_failed", schedule.keep_failed),
    ):
        if number is not None and number < 0:
            yield f"its schedule's {what} is {number}; it must be 0 or more"


def _cron_fault(cron: str) -> str | None:
    if cron.startswith("@"):
        known = _SHORT.fullmatch(cron)
        return None if known else "is no known word; write @daily or five fields"
    fields = cron.split()
    if len(fields) != len(_FIELDS) or not all(map(_FIELD.fullmatch, fields)):
        names = ", ".join(name for name, _, _ in _FIELDS)
        return f"must have five fields: {names}"
    for field, (name, least, most) in zip(fields, _FIELDS, strict=True):
        for part in field.split(","):
            place = part.partition("/")[0].partition("#")[0]
            if any(not least <= int(n) <= most for n in re.findall(r"\d+", place)):
                return f"has {part!r} as {name}; it is {least} to {most}"
    return None


def _is_zone(name: str) -> bool:
    if name in _UTC:
        return True
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return not _has_zones()
    return True


def _has_zones() -> bool:
    """Whether this machine knows any; small images often come without tzdata."""
    try:
        ZoneInfo("Etc/UTC")
    except (ValueError, OSError, KeyError):
        return False
    return True
