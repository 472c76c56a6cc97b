"""Replays a trace against a policy: what is made again, and how long it all takes.

Steps run on a few workers, the one with the longest way to the end first. What a run
makes and does not cache lies about until the run ends; reading that is slower. Writing
costs nothing, except for what is put into the cache only when the run is over.
How long a step takes and how much it leaves is known once it ran; before, it is taken
to be what it was when the step ran last, or nothing where it never ran.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass

from couler_jupyter.caching.artifact import Artifact, Course, Rates, course_of
from couler_jupyter.caching.keeper import Keeper
from couler_jupyter.caching.policy import Policy
from couler_jupyter.caching.simulate.seen import Seen
from couler_jupyter.caching.simulate.trace import Asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a trace came to under a policy.

    Attributes:
        time: seconds from start to end, over all runs.
        work: seconds that workers were busy.
        made: seconds of the steps that were run, as far as they came.
        reads: artifacts read; `hits`: how many of them from the cache.
        largest: bytes held at the most.
    """

    time: float
    work: float
    made: float
    reads: int
    hits: int
    largest: int


def replay(
    trace: Sequence[Asked],
    policy: Policy,
    budget: int,
    *,
    workers: int = 4,
    rates: Rates = Rates(),  # noqa: B008 (frozen)
    leases: bool = True,
) -> Outcome:
    """Return what a trace comes to under a policy with a budget in bytes."""
    keeper = Keeper(policy, budget, leases=leases)
    tally = _Tally(keeper, rates)
    for asked in trace:
        known = tally.seen.guess(asked.artifacts)
        course = course_of(asked.workflow, known, asked.targets, keeper.shelf)
        keeper.begin(course)
        tally.run(course, asked, workers)
    return tally.outcome()


class _Tally:
    """Adds up what happens."""

    def __init__(self, keeper: Keeper, rates: Rates) -> None:
        self.seen = Seen()
        self._keeper, self._rates = keeper, rates
        self._time = self._work = self._made = 0.0
        self._reads = self._hits = self._largest = 0

    def run(self, course: Course, asked: Asked, workers: int) -> None:
        by_key = {one.key: one for one in asked.artifacts}
        most = len(course.executes)
        if asked.broken is not None:
            most = int(asked.broken * most)
        loose: dict[str, Artifact] = {}
        taken = self._execute(course, by_key, workers, most, loose)
        finished = most == len(course.executes)
        if finished:
            for key in sorted(course.targets):
                taken += self._read(by_key[key])
        for one in self._keeper.end(tuple(loose.values()), finished=finished):
            self._work += one.size / self._rates.loose
        self._time += taken

    def outcome(self) -> Outcome:
        return Outcome(
            time=self._time,
            work=self._work,
            made=self._made,
            reads=self._reads,
            hits=self._hits,
            largest=self._largest,
        )

    def _execute(
        self,
        course: Course,
        by_key: dict[str, Artifact],
        workers: int,
        most: int,
        loose: dict[str, Artifact],
    ) -> float:
        """Run what is to be run, at the most so many steps; return the seconds."""
        length = _lengths(course)
        waiting = {
            key: sum(1 for parent in by_key[key].parents if parent in course.executes)
            for key in course.executes
        }
        readers: dict[str, list[str]] = {}
        for key in sorted(course.executes):
            for parent in by_key[key].parents:
                readers.setdefault(parent, []).append(key)
        ready = [(-length[key], key) for key, left in waiting.items() if not left]
        heapq.heapify(ready)
        running: list[tuple[float, str]] = []
        now, ended = 0.0, 0
        while (ready or running) and ended < most:
            while ready and len(running) < workers:
                _, key = heapq.heappop(ready)
                seconds = by_key[key].seconds
                taken = seconds + sum(
                    self._read(by_key[p]) for p in by_key[key].parents
                )
                self._made += seconds
                self._work += taken
                heapq.heappush(running, (now + taken, key))
            now, key = heapq.heappop(running)
            ended += 1
            self.seen.made(by_key[key])
            if not self._keeper.born(by_key[key]).keep:
                loose[key] = by_key[key]
            self._largest = max(self._largest, self._keeper.shelf.used)
            for reader in readers.get(key, ()):
                waiting[reader] -= 1
                if not waiting[reader]:
                    heapq.heappush(ready, (-length[reader], reader))
        for end, key in running:
            self._work -= end - now
            self._made -= min(end - now, by_key[key].seconds)
        return now

    def _read(self, artifact: Artifact) -> float:
        held = self._keeper.read(artifact)
        self._reads += 1
        self._hits += held
        rate = self._rates.kept if held else self._rates.loose
        return artifact.size / rate


def _lengths(course: Course) -> dict[str, float]:
    """Return the seconds from the start of each step to the end of the longest way."""
    length = dict.fromkeys(course.executes, 0.0)
    for one in reversed(course.artifacts):
        if one.key not in length:
            continue
        length[one.key] += one.seconds
        for parent in one.parents:
            if parent in length:
                length[parent] = max(length[parent], length[one.key])
    return length
