"""A workflow cut into parts, each small enough for its engine to take.

What the steps mean is not changed by it: it says which of them are handed over together,
and when.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum


class PartMode(StrEnum):
    """When a part is handed to the engine.

    WINDOW: in order, while fewer than `live` parts are unfinished; a step waits for
    steps of other parts by itself. BARRIER: once all parts it waits for have ended.
    """

    WINDOW = "window"
    BARRIER = "barrier"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Which steps are handed to an engine together, and when.

    In a well-formed workflow each step is in exactly one part, and no step waits for
    one of a later part, so that the first unfinished part can always go on. Exit
    handlers are in none.

    Attributes:
        members: the names of the steps of each part.
        mode: when a part is handed over.
        live: how many parts are unfinished at the engine at once, at the most.
    """

    members: tuple[tuple[str, ...], ...]
    mode: PartMode = PartMode.WINDOW
    live: int = 8

    def numbers(self) -> dict[str, int]:
        """Return for each step the number of its part; the first is 0."""
        return {
            name: number for number, names in enumerate(self.members) for name in names
        }

    def of(self, steps: Collection[str]) -> Parts | None:
        """Return the parts with only `steps` in them; None if nothing is left."""
        kept = tuple(
            tuple(name for name in names if name in steps) for names in self.members
        )
        if not any(kept):
            return None
        return replace(self, members=tuple(names for names in kept if names))

    def renamed(self, names: Mapping[str, str]) -> Parts:
        """Return the same parts of steps that are called otherwise."""
        return replace(
            self,
            members=tuple(
                tuple(names.get(name, name) for name in part) for part in self.members
            ),
        )
