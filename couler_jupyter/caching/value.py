"""The default policy: expected seconds saved per byte.

score(u) = (D(u) * M(u) + now(u)) / size(u), where M(u) is what rebuilding u takes down
to what is held, less reading it; D(u) the chance that the next run reads it; and now(u)
what the run that goes on would lose. An artifact of an older version counts by the
chance that the edits which left it behind are taken back.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import ClassVar

from couler_jupyter.caching.artifact import Artifact, Course, Rates
from couler_jupyter.caching.demand import Demand
from couler_jupyter.caching.history import History
from couler_jupyter.caching.lineage import Lineage
from couler_jupyter.caching.policy import FITS, NO_ROOM, Policy, Term, Verdict
from couler_jupyter.caching.ranking import Ranking
from couler_jupyter.caching.revert import Revert
from couler_jupyter.caching.shelf import Shelf

AT_ONCE = 4
"""Held artifacts that a birth scores anew before it looks for what may go."""


class Value(Policy):
    """Keeps what saves most seconds per byte, as far as earlier runs tell."""

    name: ClassVar[str] = "value"

    def __init__(self, rates: Rates = Rates()) -> None:  # noqa: B008 (frozen)
        super().__init__(rates)
        self._history = History()
        self._lineage = Lineage()
        self._demand = Demand(self._history, self._lineage)
        self._revert = Revert(self._history, self._lineage, self._demand)
        self._rebuild: dict[str, float] = {}
        self._pending: dict[str, int] = {}
        self._stale: dict[str, float] = {}
        self._ranking = Ranking()
        self._dirty: dict[str, None] = {}
        self._moved: list[str] = []

    def begin(self, course: Course, shelf: Shelf) -> None:
        """Learn what was edited, and score all that is held anew."""
        self._history.observe(course)
        self._lineage.update(course, shelf)
        self._demand.learn(course, shelf.held)
        self._pending = dict(course.reads)
        self._stale.clear()
        self._revert.begin()
        self._rebuild.clear()
        self._dirty.clear()
        self._moved.clear()
        scores = {key: self._density(shelf[key], shelf) for key in shelf}
        self._ranking.begin(scores, shelf)

    def read(self, artifact: Artifact, shelf: Shelf) -> None:
        """Count the read as done."""
        if left := self._pending.get(artifact.key, 0):
            self._pending[artifact.key] = left - 1
        if artifact.key in shelf:
            self._rank(artifact.key, shelf)

    def born(self, artifact: Artifact, shelf: Shelf) -> Verdict:
        """Keep it if it is worth more than what must go for it."""
        self._lineage.learn(artifact)
        self._rebuild.pop(artifact.key, None)
        if shelf.lacks(artifact.size) <= 0:
            return Verdict(keep=True, reason=FITS)
        self._settle(shelf)
        self._catch_up(shelf)
        worth = self._density(artifact, shelf) * max(artifact.size, 1)
        lacking = shelf.lacks(artifact.size)
        found = self._ranking.victims(
            lacking, worth, shelf, lambda key: self._anew(key, shelf)
        )
        if found is None:
            return Verdict(keep=False, reason=NO_ROOM)
        loss = sum(one.worth for one in found)
        if loss >= worth:
            return Verdict(keep=False, reason=_told(worth, loss, "would have"))
        victims = tuple(one.key for one in found)
        return Verdict(keep=True, victims=victims, reason=_told(worth, loss, "had"))

    def added(self, artifact: Artifact, shelf: Shelf) -> None:
        """Rank it, and what it changes the worth of."""
        self._lineage.learn(artifact)
        self._rank(artifact.key, shelf)
        self._moved.append(artifact.key)
        if len(self._moved) > AT_ONCE:
            self._settle(shelf)

    def removed(self, artifact: Artifact, shelf: Shelf) -> None:  # noqa: ARG002
        """Forget it, and rank what it changes the worth of."""
        self._ranking.remove(artifact.key)
        self._dirty.pop(artifact.key, None)
        self._moved.append(artifact.key)

    def end(self, shelf: Shelf, *, finished: bool) -> None:
        """Nothing is read any more by this run."""
        self._history.ended(finished=finished)
        self._settle(shelf)
        self._pending, pending = {}, self._pending
        over = {key for key, left in pending.items() if left and key in shelf}
        for key in sorted(over.union(self._ranking.unlisted())):
            self._rank(key, shelf)

    def offers(self, loose: Iterable[Artifact], shelf: Shelf) -> Iterable[Artifact]:
        """Return what may yet be worth keeping, the densest first."""
        self._settle(shelf)
        ranked = [(self._density(one, shelf), one) for one in loose]
        worth = [pair for pair in ranked if pair[0] > 0]
        return [one for _, one in sorted(worth, key=lambda pair: -pair[0])]

    def score(self, key: str, shelf: Shelf) -> float:
        """Return expected seconds saved per GB."""
        self._settle(shelf)
        return self._density(shelf[key], shelf) * 1e9

    def explain(self, key: str, shelf: Shelf) -> tuple[Term, ...]:
        """Return demand, rebuild seconds, what this run would lose, and size."""
        self._settle(shelf)
        one = shelf[key]
        current = self._lineage.is_current(one)
        why = "chance that the next run reads it"
        return (
            Term(
                "demand",
                self._chance(one, shelf),
                why if current else f"{why}: an edit must be taken back",
            ),
            Term(
                "rebuild",
                self._seconds(one, shelf),
                "seconds to make it again, with what is not held before it",
            ),
            Term(
                "now", self._now(one, shelf), "seconds the run that goes on would lose"
            ),
            Term("size", one.size / 1e9, "GB"),
        )

    def _density(self, one: Artifact, shelf: Shelf) -> float:
        total = self._now(one, shelf)
        if chance := self._chance(one, shelf):
            total += chance * self._seconds(one, shelf)
        return total / max(one.size, 1)

    def _chance(self, one: Artifact, shelf: Shelf) -> float:
        """Return the chance of a read by the next run, whatever workflow that is of."""
        demand, history = self._demand, self._history
        where = self._lineage.where(one.key)
        if not where:
            old = self._stale.get(one.key)
            if old is None:
                old = self._stale[one.key] = self._revert.chance(one, shelf.held)
            return history.next(one.workflow) * old
        chance = 0.0
        for name in where:
            chance += history.next(name) * demand.read(name, one.key, shelf.held)
        return chance

    def _seconds(self, one: Artifact, shelf: Shelf) -> float:
        seconds = self._rebuild.get(one.key)
        if seconds is None:
            seconds = self._lineage.rebuild_seconds(one.key, shelf.held)
            self._rebuild[one.key] = seconds
        return max(seconds - one.size / self.rates.kept, 0.0)

    def _now(self, one: Artifact, shelf: Shelf) -> float:
        left = self._pending.get(one.key, 0)
        if not left:
            return 0.0
        saved = one.size / self.rates.loose - one.size / self.rates.kept
        return left * max(saved, 0.0) + self._history.broken * self._seconds(one, shelf)

    def _settle(self, shelf: Shelf) -> None:
        """Mark what changed by what came and went."""
        if not self._moved:
            return
        behind = self._lineage.behind(self._moved, shelf.held)
        before = self._lineage.before(self._moved, shelf.held)
        self._moved.clear()
        for one in behind:
            self._rebuild.pop(one, None)
        self._demand.forget(before)
        for one in (*behind, *before):
            if one in shelf.held:
                self._dirty[one] = None

    def _catch_up(self, shelf: Shelf) -> None:
        """Score anew some of what changed; the rest can wait until it is looked at."""
        for key in list(islice(self._dirty, AT_ONCE)):
            self._rank(key, shelf)

    def _anew(self, key: str, shelf: Shelf) -> float | None:
        if key not in self._dirty:
            return None
        del self._dirty[key]
        return self._density(shelf[key], shelf)

    def _rank(self, key: str, shelf: Shelf) -> None:
        self._dirty.pop(key, None)
        self._ranking.put(key, self._density(shelf[key], shelf), shelf)


def _told(worth: float, loss: float, had: str) -> str:
    return f"it is worth {worth:.3g} s, what {had} to go {loss:.3g} s"
