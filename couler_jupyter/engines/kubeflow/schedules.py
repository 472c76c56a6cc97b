"""Schedules as recurring runs: one for each cron, with seconds and a time zone.

Kubeflow reads crons by the Go library robfig/cron, whose first field is seconds, and
which takes a time zone in front (`TZ=Europe/Berlin 0 30 6 * * 1`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from couler_jupyter.ir import Json, Overlap, Schedule

_SEVEN = re.compile(r"(?<![\d/])7(?!\d)")
_MOST_AT_ONCE = 10
"""Runs of one recurring run that the server lets go on at once."""


def triggers_of(schedule: Schedule) -> list[dict[str, Json]]:
    """Return what recurring runs say of when they run, one for each cron."""
    at_once = _MOST_AT_ONCE if schedule.overlap is Overlap.ALLOW else 1
    return [
        {
            "trigger": {"cron_schedule": {"cron": cron_of(one, schedule.timezone)}},
            "max_concurrency": str(at_once),
            "mode": "DISABLE" if schedule.suspended else "ENABLE",
            "no_catchup": True,
        }
        for one in schedule.crons
    ]


def cron_of(cron: str, timezone: str) -> str:
    """Return a cron of five fields as Kubeflow reads it.

    >>> cron_of("30 6 * * 1", "Europe/Berlin")
    'TZ=Europe/Berlin 0 30 6 * * 1'
    """
    return f"TZ={timezone} 0 {' '.join(cron.split())}"


def schedule_problems(schedule: Schedule) -> Iterator[str]:
    """Yield what recurring runs have no word for."""
    if schedule.overlap is Overlap.REPLACE:
        yield "a recurring run never ends the one before it; overlap is Allow or Forbid"
    if schedule.deadline is not None:
        yield "a recurring run has no deadline for starting late"
    if schedule.keep_succeeded is not None or schedule.keep_failed is not None:
        yield "a recurring run keeps all its runs; none are deleted"
    for cron in schedule.crons:
        if _SEVEN.search(cron.split()[-1]):
            yield f"cron {cron!r}: Sunday is 0 there"
