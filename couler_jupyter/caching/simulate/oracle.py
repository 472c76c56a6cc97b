"""A policy that knows every run to come: how much better any policy could be at the most.

Nobody can know that; it is no policy to choose. It is greedy as the others are, so it is
a time that can be reached, not a bound that nothing can beat: that is a cache without
a limit.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import ClassVar

from couler_jupyter.caching.artifact import Artifact, Course, Rates, course_of
from couler_jupyter.caching.lineage import Lineage
from couler_jupyter.caching.policy import FITS, NO_ROOM, Policy, Verdict
from couler_jupyter.caching.shelf import Shelf
from couler_jupyter.caching.simulate.trace import Asked
from couler_jupyter.caching.victims import Candidate, cheapest

_LATER = 0.8
"""What a read is worth that comes one run later: until then room may be found again."""
_PERHAPS = 0.1
"""What a read is worth that only happens if what is made with the artifact is gone."""


class Oracle(Policy):
    """Keeps what the runs to come will read, the most seconds per byte first."""

    name: ClassVar[str] = "oracle"

    def __init__(
        self,
        trace: Sequence[Asked],
        rates: Rates = Rates(),  # noqa: B008 (frozen)
    ) -> None:
        """Look at all runs.

        Args:
            trace: what will be asked for, in this order.
            rates: how fast artifacts are read.
        """
        super().__init__(rates)
        self._certain: dict[str, list[int]] = {}
        self._perhaps: dict[str, list[int]] = {}
        self._lineage = Lineage()
        self._run = -1
        self._pending: dict[str, int] = {}
        known: set[str] = set()
        for number, asked in enumerate(trace):
            self._look(number, asked, known)

    def begin(self, course: Course, shelf: Shelf) -> None:
        """Go on to the next run."""
        self._run += 1
        self._lineage.update(course, shelf)
        self._pending = dict(course.reads)

    def read(self, artifact: Artifact, shelf: Shelf) -> None:  # noqa: ARG002
        """Count the read as done."""
        if left := self._pending.get(artifact.key, 0):
            self._pending[artifact.key] = left - 1

    def born(self, artifact: Artifact, shelf: Shelf) -> Verdict:
        """Keep it if it saves more than what must go for it."""
        self._lineage.learn(artifact)
        if shelf.lacks(artifact.size) <= 0:
            return Verdict(keep=True, reason=FITS)
        free = [
            Candidate(key, one.size, self._density(one, shelf) * one.size)
            for key, one in shelf.items()
            if shelf.free(key)
        ]
        free.sort(key=lambda one: one.worth / max(one.size, 1))
        found = cheapest(free, shelf.lacks(artifact.size))
        if found is None:
            return Verdict(keep=False, reason=NO_ROOM)
        loss = sum(one.worth for one in found)
        if loss >= self._density(artifact, shelf) * artifact.size:
            return Verdict(keep=False, reason="others will save more")
        victims = tuple(one.key for one in found)
        return Verdict(keep=True, victims=victims, reason="it will save more")

    def offers(self, loose: Iterable[Artifact], shelf: Shelf) -> Iterable[Artifact]:
        """Return what may yet be worth keeping, the densest first."""
        ranked = [(self._density(one, shelf), one) for one in loose]
        worth = [pair for pair in ranked if pair[0] > 0]
        return [one for _, one in sorted(worth, key=lambda pair: -pair[0])]

    def end(self, shelf: Shelf, *, finished: bool) -> None:  # noqa: ARG002
        """Nothing is read any more by this run."""
        self._pending = {}

    def score(self, key: str, shelf: Shelf) -> float:
        """Return the seconds that it will save, per byte."""
        return self._density(shelf[key], shelf)

    def _density(self, one: Artifact, shelf: Shelf) -> float:
        seconds = self._lineage.rebuild_seconds(one.key, shelf.held)
        saved = max(seconds - one.size / self.rates.kept, 0.0)
        again = one.size / self.rates.loose - one.size / self.rates.kept
        now = self._pending.get(one.key, 0) * max(again, 0.0)
        worth = self._worth(self._certain.get(one.key, ()))
        worth += _PERHAPS * self._worth(self._perhaps.get(one.key, ()))
        return (saved * min(worth, 1.0 / (1 - _LATER)) + now) / max(one.size, 1)

    def _worth(self, runs: Sequence[int]) -> float:
        ahead = runs[bisect_right(runs, self._run) :]
        return sum(_LATER ** (run - self._run - 1) for run in ahead)

    def _look(self, number: int, asked: Asked, known: set[str]) -> None:
        """Note what a run reads: for certain by what is new, or else perhaps."""
        course = course_of(asked.workflow, asked.artifacts, asked.targets, {})
        certain = set(asked.targets)
        for one in asked.artifacts:
            if one.key in course.closure and one.key not in known:
                certain.update(one.parents)
        for key in course.closure:
            where = self._certain if key in certain else self._perhaps
            where.setdefault(key, []).append(number)
        known |= course.closure
