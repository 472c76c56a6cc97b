"""Lengths of time, counts and retries of templates and of whole workflows."""

from __future__ import annotations

from couler_jupyter.engines.argo.linting.durations import (
    is_duration,
    is_go_duration,
    is_whole,
)
from couler_jupyter.engines.argo.linting.plain import Object, has_tag, inside
from couler_jupyter.engines.argo.linting.report import Report, shown
from couler_jupyter.engines.finding import Rule
from couler_jupyter.engines.kube.places import Path

BAD_DURATION = Rule(
    "ARGO601", "bad-duration", "lengths of time have a number and a unit: 90s, 1h30m"
)
BAD_COUNT = Rule(
    "ARGO602", "bad-number", "counts and limits are whole numbers that are not negative"
)

_WITH_UNIT: tuple[tuple[str, ...], ...] = (
    ("timeout",),
    ("pendingTimeout",),
    ("memoize", "maxAge"),
    ("podGC", "deleteDelayDuration"),
)
_MAYBE_SECONDS: tuple[tuple[str, ...], ...] = (
    ("suspend", "duration"),
    ("retryStrategy", "backoff", "duration"),
    ("retryStrategy", "backoff", "maxDuration"),
    ("retryStrategy", "backoff", "cap"),
)
_COUNTS: tuple[tuple[str, ...], ...] = (
    ("activeDeadlineSeconds",),
    ("retryStrategy", "limit"),
    ("retryStrategy", "backoff", "factor"),
    ("ttlStrategy", "secondsAfterCompletion"),
    ("ttlStrategy", "secondsAfterSuccess"),
    ("ttlStrategy", "secondsAfterFailure"),
    ("parallelism",),
    ("containerSet", "retryStrategy", "retries"),
)


def check_timing(body: Object, path: Path, report: Report) -> None:
    """Look at the lengths of time and counts of a template or a workflow's spec."""
    for keys in _WITH_UNIT:
        value = inside(body, *keys[:-1]).get(keys[-1])
        if isinstance(value, str) and is_whole(value) and not is_go_duration(value):
            what = f"{keys[-1]} {shown(value)} has no unit"
            report.add(BAD_DURATION, (*path, *keys), what, f"{value}s is in seconds")
        else:
            _check_duration(value, (*path, *keys), report)
    for keys in _MAYBE_SECONDS:
        value = inside(body, *keys[:-1]).get(keys[-1])
        if not (isinstance(value, str) and is_duration(value)):
            _check_duration(value, (*path, *keys), report)
    for keys in _COUNTS:
        value = inside(body, *keys[:-1]).get(keys[-1])
        check_count(value, (*path, *keys), report)


def _check_duration(value: object, path: Path, report: Report) -> None:
    if not isinstance(value, str) or not value or has_tag(value):
        return
    if not is_go_duration(value):
        what = f"{path[-1]} {shown(value)} is no length of time"
        right = "right is a number and one of ms s m h, as 1h30m"
        report.add(BAD_DURATION, path, what, right)


def check_count(value: object, path: Path, report: Report) -> None:
    """Look at a number that must not be negative; a text may stand for one."""
    if value is None or isinstance(value, bool) or has_tag(value):
        return
    is_text_number = isinstance(value, str) and is_whole(value)
    if isinstance(value, str) and not is_text_number:
        report.add(BAD_COUNT, path, f"{path[-1]} {shown(value)} is no whole number")
    elif isinstance(value, (int, str)) and int(value) < 0:
        report.add(BAD_COUNT, path, f"{path[-1]} is {value}", "right is 0 or more")
