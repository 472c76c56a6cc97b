"""What changed between two runs of a step, as people read it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import unified_diff

from couler_jupyter.fingerprint.parts import Part

_LONGEST = 120


@dataclass(frozen=True, slots=True)
class Change:
    """A part that is not what it was.

    Attributes:
        name: of the part.
        before: as it was; None if it was not there.
        now: as it is; None if it is gone.
    """

    name: str
    before: str | None
    now: str | None


def changes(before: tuple[Part, ...], now: tuple[Part, ...]) -> tuple[Change, ...]:
    """Return what differs, by name of the part."""
    old = {part.name: part for part in before}
    new = {part.name: part for part in now}
    return tuple(
        Change(name, _shown(old.get(name)), _shown(new.get(name)))
        for name in sorted(old.keys() | new.keys())
        if _text(old.get(name)) != _text(new.get(name))
    )


def told_changes(found: tuple[Change, ...]) -> Iterator[str]:
    """Yield the changes as lines: one each, and a diff where a text has several lines."""
    for change in found:
        before, now = change.before, change.now
        if before is None:
            yield f"{change.name}: new, {_short(now or '')}"
        elif now is None:
            yield f"{change.name}: gone, was {_short(before)}"
        elif "\n" in before or "\n" in now:
            yield f"{change.name}:"
            lines = unified_diff(
                before.splitlines(), now.splitlines(), lineterm="", n=2
            )
            yield from (f"  {line}" for line in list(lines)[2:])
        else:
            yield f"{change.name}: was {_short(before)}, is {_short(now)}"


def _text(part: Part | None) -> str | None:
    return None if part is None else part.text


def _shown(part: Part | None) -> str | None:
    return None if part is None else part.shown or part.text


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."
