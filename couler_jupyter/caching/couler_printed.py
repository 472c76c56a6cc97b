"""Couler's importance score and Algorithm 2 as they are printed, to be compared with.

Couler (ICDE 2024), section IV.A. What is odd is kept: equation (5) makes the weight of
those that read u itself zero and of those behind them one; equation (3) has no edge
that leads to u, so that the seconds of its own step do not count; artifacts of old
versions keep their score for ever; a larger size scores higher; and what was thrown
out for a new artifact stays out though that is then rejected. Two things are mended, for
it would otherwise do nothing: the cache is not emptied when a workflow starts, and
an artifact's size counts when it is asked whether it fits.
"""

from __future__ import annotations

from typing import ClassVar

from couler_jupyter.caching.artifact import Artifact
from couler_jupyter.caching.couler import Couler
from couler_jupyter.caching.policy import FITS, NO_ROOM, Verdict
from couler_jupyter.caching.shelf import Shelf


class CoulerPrinted(Couler):
    """The importance score to the letter."""

    name: ClassVar[str] = "couler-printed"

    def born(self, artifact: Artifact, shelf: Shelf) -> Verdict:
        """Throw out the lowest scores one by one, until it fits or is the lowest."""
        self._lineage.learn(artifact)
        lacking = shelf.lacks(artifact.size)
        if lacking <= 0:
            return Verdict(keep=True, reason=FITS)
        mine = self._importance(artifact, shelf)
        victims: list[str] = []
        for score, key in sorted((self.score(key, shelf), key) for key in shelf):
            if lacking <= 0 or score >= mine:
                break
            if shelf.free(key):
                victims.append(key)
                lacking -= shelf[key].size
        why = "those that went for it scored lower" if lacking <= 0 else NO_ROOM
        return Verdict(keep=lacking <= 0, victims=tuple(victims), reason=why)

    def _cost(self, one: Artifact, shelf: Shelf) -> float:
        """Return L without the edge that leads to the artifact itself."""
        own = one.seconds + self._degree(one.key)
        return super()._cost(one, shelf) - own

    def _frequency(self, one: Artifact, shelf: Shelf) -> float:
        """Return F with the weights of equation (5): none for direct readers."""
        total, seen, level = 0.0, {one.key}, [one]
        for far in range(1, self.n + 1):
            found: list[Artifact] = []
            for parent in level:
                for child in self._lineage.children(parent.key):
                    if child.key not in seen and child.key not in shelf:
                        seen.add(child.key)
                        found.append(child)
            if far > 1:
                total += len(found) / far
            level = found
        return total
