"""Replays a trace against a policy: what is made again, and how long it all takes.

Steps run on a few workers. What a run makes and does not cache lies about until the run
ends; reading that is slower. How fast all this is, and in which order, `Pace` says.
How long a step takes and how much it leaves is known once it ran; before, it is taken
to be what it was when the step ran last, or nothing where it never ran.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from couler_jupyter.caching.artifact import Artifact, Course, Rates, course_of
from couler_jupyter.caching.keeper import Keeper
from couler_jupyter.caching.policy import Policy
from couler_jupyter.caching.simulate.bench import Bench
from couler_jupyter.caching.simulate.foreseen import foreseen
from couler_jupyter.caching.simulate.pace import Pace
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
        runs: the seconds of each run.
    """

    time: float
    work: float
    made: float
    reads: int
    hits: int
    largest: int
    runs: tuple[float, ...] = ()


def replay(
    trace: Sequence[Asked],
    policy: Policy,
    budget: int,
    *,
    workers: int = 4,
    rates: Rates = Rates(),  # noqa: B008 (frozen)
    leases: bool = True,
    pace: Pace | None = None,
) -> Outcome:
    """Return what a trace comes to under a policy with a budget in bytes.

    Args:
        trace: what is asked for, run after run.
        policy: who decides, new.
        budget: bytes at the most.
        workers: steps that run at once.
        rates: bytes a second that are read.
        leases: whether what a run will still read stays.
        pace: all that a replay takes for granted, in place of `workers` and `rates`.
    """
    pace = pace or Pace(workers=workers, rates=rates)
    keeper = Keeper(policy, budget, leases=leases)
    tally = _Tally(keeper, pace)
    for asked in trace:
        known = tally.seen.guess(asked.artifacts)
        course = course_of(asked.workflow, known, asked.targets, keeper.shelf)
        keeper.begin(foreseen(course, tally.seen) if pace.brings else course)
        tally.run(course, asked)
    return tally.outcome()


class _Tally:
    """Adds up what happens."""

    def __init__(self, keeper: Keeper, pace: Pace) -> None:
        self.seen = Seen()
        self._keeper, self._pace = keeper, pace
        self._work = self._made = 0.0
        self._reads = self._hits = self._largest = 0
        self._runs: list[float] = []

    def run(self, course: Course, asked: Asked) -> None:
        by_key = {one.key: one for one in asked.artifacts}
        most = len(course.executes)
        if asked.broken is not None:
            most = int(asked.broken * most)
        loose: dict[str, Artifact] = {}
        taken = self._pace.run + self._execute(course, by_key, most, loose)
        finished = most == len(course.executes)
        if finished and not self._pace.brings:
            for key in sorted(course.targets):
                taken += self._read(by_key[key])
        again = loose.values() if self._pace.again else ()
        for one in self._keeper.end(tuple(again), finished=finished):
            self._work += one.size / self._pace.rates.loose
        self._runs.append(taken)

    def outcome(self) -> Outcome:
        return Outcome(
            time=sum(self._runs),
            work=self._work,
            made=self._made,
            reads=self._reads,
            hits=self._hits,
            largest=self._largest,
            runs=tuple(self._runs),
        )

    def _execute(
        self,
        course: Course,
        by_key: dict[str, Artifact],
        most: int,
        loose: dict[str, Artifact],
    ) -> float:
        """Run what is to be run, at the most so many steps; return the seconds."""
        pace = self._pace
        held = (key for key in course.closure if key in self._keeper.shelf)
        brought = frozenset(held if pace.brings else ()) - course.executes
        bench = Bench(course, brought, pace)
        left, settled = most, 0.0
        while left or most == len(course.executes):
            while (key := bench.next()) is not None:
                bench.start(key, self._start(by_key[key], by_key, brought))
            if (key := bench.end()) is None:
                break
            if key in brought:
                continue
            left -= 1
            if self._end(by_key[key], loose):
                settled = max(settled, bench.now) + by_key[key].size / pace.keep
        for key, rest in bench.unfinished():
            self._work -= rest
            self._made -= min(rest, by_key[key].seconds)
        return max(bench.now, settled)

    def _start(
        self, one: Artifact, by_key: dict[str, Artifact], brought: frozenset[str]
    ) -> float:
        """Return the seconds that something takes which starts now."""
        pace = self._pace
        if one.key in brought:
            self._read(one)
            taken = pace.brought(one)
        else:
            self._made += one.seconds
            parents = [by_key[parent] for parent in one.parents]
            taken = pace.made(one)
            if pace.brings:
                taken += sum(parent.size for parent in parents) / pace.rates.loose
            else:
                taken += sum(map(self._read, parents))
        self._work += taken
        return taken

    def _end(self, one: Artifact, loose: dict[str, Artifact]) -> bool:
        """Offer what was made; return whether it is kept."""
        self.seen.made(one)
        kept = self._keeper.born(one).keep
        if not kept:
            loose[one.key] = one
        self._largest = max(self._largest, self._keeper.shelf.used)
        return kept

    def _read(self, one: Artifact) -> float:
        """Return the seconds that reading takes, from the cache or where it lies."""
        held = self._keeper.read(one)
        self._reads += 1
        self._hits += held
        rates = self._pace.rates
        return one.size / (rates.kept if held else rates.loose)
