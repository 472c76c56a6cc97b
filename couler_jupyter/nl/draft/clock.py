"""When a workflow is to run by itself: `every day at 6` as a cron line."""

from __future__ import annotations

import re
from typing import Final

_DAYS: Final = {
    day: number
    for number, day in enumerate(
        ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
    )
}
_AT = (
    r"(?:,?\s+(?:in the \w+\s+)?at\s+(?P<hour>\d{1,2}|noon|midnight)"
    r"(?::(?P<minute>\d{2}))?\s*(?P<half>am|pm)?(?:\s*o['’]clock)?)?"
)
_WHEN: Final = re.compile(
    r"[,;]?\s*\b(?:(?:and )?(?:do|run|repeat|schedule)\s+(?:it|this|that|all of this)\s+)?"
    r"(?:(?P<steps>every\s+(?P<count>\d+)\s+(?P<unit>minutes|hours))|"
    r"(?P<hourly>hourly|(?:every|each) hour)|"
    r"(?P<daily>daily|nightly|(?:every|each) (?:day|night|morning|evening))|"
    r"(?P<work>(?:every|each|on) (?:weekdays?|working days?))|"
    r"(?P<weekly>weekly)|"
    rf"(?:every|each|on) (?P<day>{'|'.join(_DAYS)})s?)\b{_AT}",
    re.IGNORECASE,
)
_NIGHT = 2
_MORNING = 6
_NOON = 12


def without_schedule(text: str) -> tuple[str, str]:
    """Return a text without what says when it runs, and that as a cron line.

    >>> without_schedule("Every day at 6:30, load the data")
    ('load the data', '30 6 * * *')
    >>> without_schedule("load the data")
    ('load the data', '')
    """
    found = _WHEN.search(text)
    if found is None:
        return text, ""
    rest = text[: found.start()] + text[found.end() :]
    return re.sub(r"^[\s,;:]+", "", rest), _cron(found)


def _cron(found: re.Match[str]) -> str:
    if found["steps"]:
        count = found["count"]
        by_hour = found["unit"].lower() == "hours"
        return f"0 */{count} * * *" if by_hour else f"*/{count} * * * *"
    if found["hourly"]:
        return "0 * * * *"
    days = "*"
    if found["work"]:
        days = "1-5"
    elif found["weekly"]:
        days = "1"
    elif found["day"]:
        days = str(_DAYS[found["day"].lower()])
    return f"{int(found['minute'] or 0)} {_hour(found)} * * {days}"


def _hour(found: re.Match[str]) -> int:
    said = (found["hour"] or "").lower()
    if said in ("noon", "midnight"):
        return _NOON if said == "noon" else 0
    if said:
        late = (found["half"] or "").lower() == "pm"
        return int(said) % _NOON + _NOON if late else int(said) % 24
    return _NIGHT if "night" in found[0].lower() else _MORNING
