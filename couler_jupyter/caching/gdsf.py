"""GreedyDual-Size-Frequency: frequency times cost per byte, above a rising floor.

Cherkasova, "Improving WWW Proxies Performance with Greedy-Dual-Size-Frequency Caching
Policy", HP Laboratories report HPL-98-69R1, 1998.
"""

from __future__ import annotations

import heapq
from typing import ClassVar

from couler_jupyter.caching.artifact import Artifact, Rates
from couler_jupyter.caching.policy import FITS, NO_ROOM, Policy, Term, Verdict
from couler_jupyter.caching.shelf import Shelf


class Gdsf(Policy):
    """Priority = floor + reads * seconds of the step / bytes; the lowest goes first."""

    name: ClassVar[str] = "gdsf"

    def __init__(self, rates: Rates = Rates()) -> None:  # noqa: B008 (frozen)
        super().__init__(rates)
        self._floor = 0.0
        self._reads: dict[str, int] = {}
        self._priority: dict[str, float] = {}
        self._heap: list[tuple[float, str]] = []

    def read(self, artifact: Artifact, shelf: Shelf) -> None:
        """Count it."""
        self._reads[artifact.key] = self._reads.get(artifact.key, 1) + 1
        if artifact.key in shelf:
            self._rank(artifact)

    def added(self, artifact: Artifact, shelf: Shelf) -> None:  # noqa: ARG002
        """Rank it."""
        self._reads[artifact.key] = 1
        self._rank(artifact)

    def removed(self, artifact: Artifact, shelf: Shelf) -> None:  # noqa: ARG002
        """Forget it."""
        self._priority.pop(artifact.key, None)
        self._reads.pop(artifact.key, None)

    def born(self, artifact: Artifact, shelf: Shelf) -> Verdict:
        """Keep it if it ranks above those that would go for it."""
        lacking = shelf.lacks(artifact.size)
        if lacking <= 0:
            return Verdict(keep=True, reason=FITS)
        mine = self._worth(artifact)
        victims: list[str] = []
        seen: dict[str, float] = {}
        while lacking > 0 and self._heap:
            priority, key = heapq.heappop(self._heap)
            if self._priority.get(key) != priority or key in seen:
                continue
            seen[key] = priority
            if not shelf.free(key):
                continue
            if priority > mine:
                break
            victims.append(key)
            lacking -= shelf[key].size
        for key, priority in seen.items():
            heapq.heappush(self._heap, (priority, key))
        if lacking > 0:
            return Verdict(
                keep=False, reason=NO_ROOM if not victims else "others rank higher"
            )
        self._floor = max(self._floor, *(self._priority[key] for key in victims))
        return Verdict(
            keep=True, victims=tuple(victims), reason="those that go for it rank lower"
        )

    def score(self, key: str, shelf: Shelf) -> float:  # noqa: ARG002
        """Return its priority."""
        return self._priority.get(key, 0.0)

    def explain(self, key: str, shelf: Shelf) -> tuple[Term, ...]:
        """Return floor, reads, seconds and size."""
        held = shelf[key]
        return (
            Term("floor", self._floor, "what was given up last ranked so"),
            Term("reads", self._reads.get(key, 1), "times read while it was held"),
            Term("seconds", held.seconds, "its step takes"),
            Term("size", held.size / 1e9, "GB"),
        )

    def _worth(self, artifact: Artifact) -> float:
        reads = self._reads.get(artifact.key, 1)
        return self._floor + reads * artifact.seconds / max(artifact.size, 1)

    def _rank(self, artifact: Artifact) -> None:
        priority = self._worth(artifact)
        self._priority[artifact.key] = priority
        heapq.heappush(self._heap, (priority, artifact.key))
