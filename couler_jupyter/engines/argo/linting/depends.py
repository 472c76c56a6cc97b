"""What a task waits for: the text of `depends`.

Source: https://argo-workflows.readthedocs.io/en/latest/enhanced-depends-logic/
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_TOKEN = re.compile(
    r"\s*(?:(?P<name>[a-zA-Z0-9][-a-zA-Z0-9]*)(?:\.(?P<result>[a-zA-Z]+))?"
    r"|(?P<sign>&&|\|\||!|\(|\)))"
)
RESULTS = ("Succeeded", "Failed", "Errored", "Skipped", "Omitted", "Daemoned")
RESULTS_OF_ITEMS = ("AnySucceeded", "AllFailed")


@dataclass(frozen=True, slots=True)
class Wait:
    """One task that another waits for, and what must have come of it ("" for the usual)."""

    task: str
    result: str


def waits_of(text: str) -> tuple[list[Wait], str | None]:
    """Return what a text of `depends` waits for, and what cannot be read in it.

    >>> waits_of("a && !b.Failed")
    ([Wait(task='a', result=''), Wait(task='b', result='Failed')], None)
    >>> waits_of("a &&")[1]
    'it ends where a task must stand'
    """
    waits: list[Wait] = []
    depth, at = 0, 0
    wants_task = True
    end = len(text.rstrip())
    while at < end:
        found = _TOKEN.match(text, at)
        if found is None:
            return waits, _unreadable(text[at:].lstrip())
        at = found.end()
        sign = found["sign"]
        if wants_task != (sign is None or sign in ("!", "(")):
            return waits, _misplaced(found[0].strip(), wants_task)
        if sign is None:
            waits.append(Wait(found["name"], found["result"] or ""))
            wants_task = False
        elif sign in ("&&", "||"):
            wants_task = True
        depth += (sign == "(") - (sign == ")")
        if depth < 0:
            return waits, "')' closes nothing"
    if depth:
        return waits, "'(' is never closed"
    return waits, "it ends where a task must stand" if wants_task else None


def _misplaced(token: str, wants_task: bool) -> str:
    if wants_task:
        return f"a task must stand before {token!r}"
    return f"&& or || must stand before {token!r}"


def _unreadable(rest: str) -> str:
    if rest[:1] in ("&", "|"):
        return f"{rest[0]!r} stands alone; right is {rest[0] * 2!r}"
    return f"{rest[:1]!r} means nothing there; right are && || ! ( )"
