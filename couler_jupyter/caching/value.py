"""The default policy: expected seconds saved per byte.

score(u) = (D(u) * M(u) + now(u)) / size(u), where M(u) is what rebuilding u takes down
to what is held, less reading it; D(u) the chance that the next run reads it; and now(u)
what the run that goes on would lose. An artifact of an older version counts by the
chance that the edits which left it behind are taken back.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from typing import ClassVar

from couler_jupyter.caching.artifact import Artifact, Course, Rates
from couler_jupyter.caching.demand import Demand
from couler_jupyter.caching.history import History
from couler_jupyter.caching.lineage import Lineage
from couler_jupyter.caching.policy import FITS, NO_ROOM, Policy, Term, Verdict
from couler_jupyter.caching.shelf import Shelf
from couler_jupyter.caching.victims import Candidate, cheapest

_MOST_REVERTS = 2
_LOOK_FURTHER = 8


class Value(Policy):
    """Keeps what saves most seconds per byte, as far as earlier runs tell."""

    name: ClassVar[str] = "value"

    def __init__(self, rates: Rates = Rates()) -> None:  # noqa: B008 (frozen)
        super().__init__(rates)
        self._history = History()
        self._lineage = Lineage()
        self._demand = Demand(self._history, self._lineage)
        self._rebuild: dict[str, float] = {}
        self._pending: dict[str, int] = {}
        self._stale: dict[str, float] = {}
        self._scores: dict[str, float] = {}
        self._heap: list[tuple[float, str]] = []

    def begin(self, course: Course, shelf: Shelf) -> None:
        """Learn what was edited, and score all that is held anew."""
        self._history.observe(course)
        known = len(self._lineage.nodes)
        self._lineage.update(course, shelf)
        if len(self._lineage.nodes) < known:
            self._demand.keep(self._lineage.nodes)
        self._demand.learn(course, shelf)
        self._pending = dict(course.reads)
        self._stale.clear()
        self._rebuild.clear()
        self._scores = {key: self._density(shelf[key], shelf) for key in shelf}
        self._heap = [(score, key) for key, score in self._scores.items()]
        heapq.heapify(self._heap)

    def read(self, artifact: Artifact, shelf: Shelf) -> None:
        """Count the read as done."""
        if left := self._pending.get(artifact.key, 0):
            self._pending[artifact.key] = left - 1
        if artifact.key in self._scores:
            self._rank(artifact.key, shelf)

    def born(self, artifact: Artifact, shelf: Shelf) -> Verdict:
        """Keep it if it is worth more than what must go for it."""
        self._lineage.learn(artifact)
        self._rebuild.pop(artifact.key, None)
        if shelf.lacks(artifact.size) <= 0:
            return Verdict(keep=True, reason=FITS)
        worth = self._density(artifact, shelf) * max(artifact.size, 1)
        found = self._victims(artifact, shelf)
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
        self._touch(artifact.key, shelf)

    def removed(self, artifact: Artifact, shelf: Shelf) -> None:
        """Forget it, and rank what it changes the worth of."""
        self._scores.pop(artifact.key, None)
        self._touch(artifact.key, shelf)

    def end(self, shelf: Shelf, *, finished: bool) -> None:
        """Nothing is read any more by this run."""
        self._history.ended(finished=finished)
        self._pending, pending = {}, self._pending
        for key, left in pending.items():
            if left and key in self._scores:
                self._rank(key, shelf)

    def offers(self, loose: Iterable[Artifact]) -> Iterable[Artifact]:
        """Return what may yet be worth keeping, the densest first."""
        held: dict[str, None] = {}
        ranked = [(self._expected(one, held) / max(one.size, 1), one) for one in loose]
        worth = [pair for pair in ranked if pair[0] > 0]
        return [one for _, one in sorted(worth, key=lambda pair: -pair[0])]

    def score(self, key: str, shelf: Shelf) -> float:
        """Return expected seconds saved per GB."""
        return self._density(shelf[key], shelf) * 1e9

    def explain(self, key: str, shelf: Shelf) -> tuple[Term, ...]:
        """Return demand, rebuild seconds, what this run would lose, and size."""
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
        total = self._expected(one, shelf) + self._now(one, shelf)
        return total / max(one.size, 1)

    def _expected(self, one: Artifact, held: Shelf | dict[str, None]) -> float:
        return self._chance(one, held) * self._seconds(one, held)

    def _chance(self, one: Artifact, held: Shelf | dict[str, None]) -> float:
        if self._lineage.is_current(one):
            chance = self._demand.valid(one.key) * self._demand.needed(one.key, held)
        else:
            chance = self._revert_chance(one, held)
        return self._history.next(one.workflow) * chance

    def _seconds(self, one: Artifact, held: Shelf | dict[str, None]) -> float:
        seconds = self._rebuild.get(one.key)
        if seconds is None:
            seconds = self._lineage.rebuild_seconds(one.key, held)
            self._rebuild[one.key] = seconds
        return max(seconds - one.size / self.rates.kept, 0.0)

    def _now(self, one: Artifact, shelf: Shelf) -> float:
        left = self._pending.get(one.key, 0)
        if not left:
            return 0.0
        saved = one.size / self.rates.loose - one.size / self.rates.kept
        return left * max(saved, 0.0) + self._history.broken * self._seconds(one, shelf)

    def _revert_chance(self, one: Artifact, held: Shelf | dict[str, None]) -> float:
        chance = self._stale.get(one.key)
        if chance is None:
            chance = self._stale[one.key] = self._work_out_revert(one, held)
        return chance

    def _work_out_revert(self, one: Artifact, held: Shelf | dict[str, None]) -> float:
        now = self._lineage.current.get(one.workflow, {})
        nodes = self._lineage.nodes
        edited: dict[str, str] = {}
        waiting, seen = [one.key], {one.key}
        while waiting:
            node = nodes.get(waiting.pop())
            if node is None or node.step not in now:
                return 0.0
            if now[node.step] == node.key:
                continue
            if nodes[now[node.step]].own != node.own:
                edited[node.step] = node.own
                if len(edited) > _MOST_REVERTS:
                    return 0.0
            waiting += [parent for parent in node.parents if parent not in seen]
            seen.update(node.parents)
        chance = self._demand.needed(now[one.step], held)
        for step, own in edited.items():
            chance *= self._history.revert(one.workflow, step, own)
        return chance

    def _victims(self, artifact: Artifact, shelf: Shelf) -> list[Candidate] | None:
        """Return the cheapest to lose that make room, or None if none may go."""
        lacking = shelf.lacks(artifact.size)
        popped: dict[str, tuple[float, str]] = {}
        found: list[Candidate] = []
        room, further = 0, 0
        while self._heap and further < _LOOK_FURTHER:
            entry = heapq.heappop(self._heap)
            score, key = entry
            if self._scores.get(key) != score or key in popped:
                continue
            popped[key] = entry
            if shelf.free(key):
                further += room >= lacking
                size = shelf[key].size
                found.append(Candidate(key, size, score * max(size, 1)))
                room += size
        for entry in popped.values():
            heapq.heappush(self._heap, entry)
        return cheapest(found, lacking)

    def _touch(self, key: str, shelf: Shelf) -> None:
        dirty: dict[str, None] = {}
        for one in self._lineage.behind(key, shelf):
            self._rebuild.pop(one, None)
            dirty[one] = None
        for one in self._lineage.before(key, shelf):
            self._demand.forget(one)
            dirty[one] = None
        for one in dirty:
            if one in self._scores:
                self._rank(one, shelf)

    def _rank(self, key: str, shelf: Shelf) -> None:
        score = self._density(shelf[key], shelf)
        if self._scores.get(key) != score:
            self._scores[key] = score
            heapq.heappush(self._heap, (score, key))


def _told(worth: float, loss: float, had: str) -> str:
    return f"it is worth {worth:.3g} s, what {had} to go {loss:.3g} s"
