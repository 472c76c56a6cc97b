"""Couler's importance score, in the one reading of its equations that makes sense.

Couler (ICDE 2024), section IV.A, equations (3) to (6) and Algorithm 2. For an artifact u
of step s, with steps as nodes and "reads an output of" as edges:

    L(u) = sum of w_i + d_i * d_j over the edges i -> j up to n steps before u, with s -> u
    F(u) = sum of r / k_ui * (1 + A_ui) over the steps i up to n steps behind u
    I(u) = alpha * log(1 + L(u)) + beta * F(u)^2 - exp(-V(u))

w_i are the seconds of a step, d its degree, k_ui how many steps i is away, A_ui is 1 for
those that read u itself, r is 1 while u belongs to the current version of its workflow,
and V is u's size in GB. Both sums stop at what is held. Room is made with the lowest
scores below that of the new artifact, all or nothing.
"""

from __future__ import annotations

import math
from typing import ClassVar

from couler_jupyter.caching.artifact import Artifact, Course, Rates
from couler_jupyter.caching.lineage import Lineage
from couler_jupyter.caching.policy import FITS, NO_ROOM, Policy, Term, Verdict, greedy
from couler_jupyter.caching.shelf import Shelf

GB = 1e9


class Couler(Policy):
    """The importance score as its authors will have meant it."""

    name: ClassVar[str] = "couler"

    def __init__(
        self,
        rates: Rates = Rates(),  # noqa: B008 (frozen)
        *,
        alpha: float = 1.5,
        beta: float = 1.0,
        n: int = 3,
    ) -> None:
        super().__init__(rates)
        self.alpha, self.beta, self.n = alpha, beta, n
        self._lineage = Lineage()
        self._known: dict[str, float] = {}

    def begin(self, course: Course, shelf: Shelf) -> None:
        """Learn which versions are current."""
        self._lineage.update(course, shelf)
        self._known.clear()

    def born(self, artifact: Artifact, shelf: Shelf) -> Verdict:
        """Keep it if enough that scores lower makes room."""
        self._lineage.learn(artifact)
        if shelf.lacks(artifact.size) <= 0:
            return Verdict(keep=True, reason=FITS)
        mine = self._importance(artifact, shelf)
        ranked = sorted((self.score(key, shelf), key) for key in shelf)
        victims = greedy(
            artifact, shelf, (key for score, key in ranked if score < mine)
        )
        if victims is None:
            everything = greedy(artifact, shelf, shelf)
            why = NO_ROOM if everything is None else "others score higher"
            return Verdict(keep=False, reason=why)
        return Verdict(
            keep=True, victims=victims, reason="those that go for it score lower"
        )

    def added(self, artifact: Artifact, shelf: Shelf) -> None:
        """Score anew what it changes: walks stop at it from now on."""
        self._forget_near(artifact.key, shelf)

    def removed(self, artifact: Artifact, shelf: Shelf) -> None:
        """Score anew what it changes: walks go on behind it from now on."""
        self._forget_near(artifact.key, shelf)

    def score(self, key: str, shelf: Shelf) -> float:
        """Return the importance of a held artifact."""
        if key not in self._known:
            self._known[key] = self._importance(shelf[key], shelf)
        return self._known[key]

    def explain(self, key: str, shelf: Shelf) -> tuple[Term, ...]:
        """Return L, F and V."""
        cost, frequency, volume = self.measures(shelf[key], shelf)
        return (
            Term("L", cost, "seconds and degrees of what makes it again"),
            Term("F", frequency, "steps behind it, by nearness"),
            Term("V", volume, "GB"),
        )

    def measures(self, one: Artifact, shelf: Shelf) -> tuple[float, float, float]:
        """Return L, F and V of any artifact, held or not."""
        if one.key not in self._lineage.nodes:
            self._lineage.learn(one)
        return self._cost(one, shelf), self._frequency(one, shelf), one.size / GB

    def rebuild_seconds(self, one: Artifact, shelf: Shelf) -> float:
        """Return what making any artifact takes, with what is not held before it."""
        if one.key not in self._lineage.nodes:
            self._lineage.learn(one)
        return self._lineage.rebuild_seconds(one.key, shelf.held)

    def _importance(self, one: Artifact, shelf: Shelf) -> float:
        cost, frequency = self._cost(one, shelf), self._frequency(one, shelf)
        volume = math.exp(-one.size / GB)
        return self.alpha * math.log1p(cost) + self.beta * frequency**2 - volume

    def _cost(self, one: Artifact, shelf: Shelf) -> float:
        """Return L."""
        total = one.seconds + self._degree(one.key)
        seen, level = {one.key}, [one]
        for _ in range(self.n):
            found: list[Artifact] = []
            for child in level:
                for parent in self._lineage.parents(child.key):
                    if parent.key in shelf:
                        continue
                    total += parent.seconds
                    total += self._degree(parent.key) * self._degree(child.key)
                    if parent.key not in seen:
                        seen.add(parent.key)
                        found.append(parent)
            level = found
        return total

    def _frequency(self, one: Artifact, shelf: Shelf) -> float:
        """Return F."""
        if not self._lineage.is_current(one):
            return 0.0
        total, seen, level = 0.0, {one.key}, [one]
        for far in range(1, self.n + 1):
            found: list[Artifact] = []
            for parent in level:
                for child in self._lineage.children(parent.key):
                    if child.key not in seen and child.key not in shelf:
                        seen.add(child.key)
                        found.append(child)
            total += len(found) * (2.0 if far == 1 else 1.0) / far
            level = found
        return total

    def _degree(self, key: str) -> int:
        parents = len(self._lineage.nodes[key].parents)
        return parents + sum(1 for _ in self._lineage.children(key))

    def _forget_near(self, key: str, shelf: Shelf) -> None:
        self._known.pop(key, None)
        for one in self._lineage.behind([key], shelf):
            self._known.pop(one, None)
        for one in self._lineage.before([key], shelf):
            self._known.pop(one, None)
