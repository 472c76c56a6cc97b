"""How much a YAML text may stand for, counted on the parser's events as they come.

A few lines with aliases can stand for terabytes, and deep nesting overflows the stack of
the C composer, which asks nobody. So whoever reads YAML shows each event to `Bounds`
before anything is built of it.
"""

from __future__ import annotations

from typing import Any

import yaml  # noqa: TID253 (this module is imported only where YAML is read)

MOST_REPEATED = 100_000
"""Nodes that aliases may add to those that are written out; long text counts as several."""
DEEPEST = 500


class Refused(yaml.MarkedYAMLError):
    """The text is YAML, but not of a kind that a file of values needs."""


class Bounds:
    """Refuses nesting and aliases beyond bounds, counting what aliases stand for."""

    def __init__(self, deepest: int = DEEPEST) -> None:
        self._deepest = deepest
        self._sizes: dict[str | None, int | None] = {}
        self._opened: list[tuple[str | None, int]] = []
        self._total = self._written = 0

    def see(self, event: Any) -> None:  # noqa: ANN401 (events have no common type in yaml)
        """Count one event of the parser.

        Raises:
            Refused: what was seen so far stands for too much or is nested too deeply.
        """
        if isinstance(event, yaml.AliasEvent):
            self._repeat(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, before = self._opened.pop()
            if anchor is not None:
                self._sizes[anchor] = self._total - before
        elif isinstance(event, yaml.NodeEvent):
            size: int | None
            if isinstance(event, yaml.ScalarEvent):
                size = weight = 1 + len(event.value) // 1000
            else:
                size, weight = None, 1
                self._opened.append((event.anchor, self._total))
                if len(self._opened) > self._deepest:
                    raise refused(f"more than {self._deepest} levels deep", event)
            if event.anchor is not None:
                self._sizes[event.anchor] = size
            self._total += weight
            self._written += weight

    def _repeat(self, event: yaml.AliasEvent) -> None:
        repeated = self._sizes.get(event.anchor, 0)
        if repeated is None:
            raise refused(f"alias {event.anchor!r} is inside itself", event)
        self._total += repeated
        if self._total > self._written + MOST_REPEATED:
            raise refused("aliases repeat far more than is written", event)


def refused(what: str, event: Any) -> Refused:  # noqa: ANN401
    """Return the error that says what is refused, and where it starts."""
    return Refused(None, None, what, event.start_mark)
