"""The best of several cuts, told by simulating a run of each.

Which way of growing serves best depends on the shape of the DAG, so some are tried. What
counts is the time of the run beside that of the run in one piece, then edges that are
cut, then how many parts there are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from couler_jupyter.passes.splitting.faults import cut_edges
from couler_jupyter.passes.splitting.graph import Cut, Work
from couler_jupyter.passes.splitting.keeping import kept
from couler_jupyter.passes.splitting.order import in_order, remaining
from couler_jupyter.passes.splitting.recipes import LEVELS, MORE, MORE_IF_BARRIER, cuts
from couler_jupyter.passes.splitting.simulating import Machine, ends, makespan

MOST_LIVE = 8
"""Parts that a window has unfinished at once, where nobody says otherwise."""
_LOYALTY = 0.05
"""Score that parts which stay as they are are worth."""
_ENOUGH = 1.01
"""A run this much longer is as good, if fewer parts are live."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A cut and what is expected of it.

    Attributes:
        cut: the number of the part of each node; `parts`: how many there are.
        least: how many there are at the least, whatever is tried.
        live: how many parts to have unfinished at once, at the most.
        recipe: how it was made.
        edges: edges from one part to another; `of_edges`: all edges.
        seconds: simulated time of the run; `whole`: of the run in one piece.
    """

    cut: Cut
    parts: int
    least: int
    live: int
    recipe: str
    edges: int
    of_edges: int
    seconds: float
    whole: float

    def score(self, more: float) -> float:
        """Return how bad it is: time, edges that are cut, and parts, weighed.

        Args:
            more: parts beside the least number that are well spent.
        """
        slower = self.seconds / self.whole if self.whole else 1.0
        share = self.edges / self.of_edges if self.of_edges else 0.0
        parts = self.parts / self.least
        return slower + 0.5 * share + 0.1 * parts + max(0.0, parts - more)


def chosen(
    work: Work,
    machine: Machine,
    *,
    live: int = 0,
    barrier: bool = False,
    before: Sequence[int] | None = None,
) -> Chosen:
    """Return the best cut of those that are tried.

    Args:
        work: what is cut; no node of it is above the bounds alone.
        machine: what the run has.
        live: how many parts are unfinished at once; 0 to choose, at most 8 in a window.
        barrier: whether a part waits until all it waits for have ended.
        before: the part each node was in the last time, `NEW` for none; these parts
            are kept as far as they serve nearly as well.
    """
    judge = _Judge(work, machine, live, barrier)
    more = MORE_IF_BARRIER if barrier else MORE
    found = list(judge.all())
    if barrier:
        levels = next(one.seconds for one in found if one.recipe == LEVELS)
        found = [one for one in found if one.seconds <= levels]
    best = min(found, key=lambda one: one.score(more))
    again = None if before is None else judge.as_before(before)
    if again is not None and again.score(more) <= best.score(more) + _LOYALTY:
        best = again
    return best if live else judge.with_fewer_live(best)


class _Judge:
    def __init__(self, work: Work, machine: Machine, live: int, barrier: bool) -> None:
        self._work, self._machine = work, machine
        self._barrier = barrier
        self._live = live or (len(work.graph) if barrier else MOST_LIVE)
        self._ends = ends(work, machine)
        self._whole = max(self._ends, default=0.0)
        self._of_edges = sum(map(len, work.graph.parents))
        self._least = work.least_parts()

    def all(self) -> Iterator[Chosen]:
        """Yield each cut that is tried, judged."""
        work = self._work
        urgency = remaining(work.graph, work.seconds)
        longest = self._whole * self._live / self._least
        seen: set[tuple[int, ...]] = set()
        found = cuts(work, self._ends, barrier=self._barrier, longest=longest)
        for name, made in found:
            urgent = None if self._barrier else in_order(work.graph, made, urgency)
            for how, cut in ((name, made), (f"{name}, urgent first", urgent)):
                if cut is not None and (known := tuple(cut)) not in seen:
                    seen.add(known)
                    yield self._judged(how, cut)

    def as_before(self, before: Sequence[int]) -> Chosen | None:
        """Return the parts of the last time, judged, if they can be kept."""
        cut = kept(self._work, before)
        return None if cut is None else self._judged("as the last time", cut)

    def with_fewer_live(self, best: Chosen) -> Chosen:
        """Return the cut with the fewest live parts that serve as well."""
        live = 1
        while live < best.live:
            seconds = self._seconds(best.cut, live)
            if seconds <= _ENOUGH * best.seconds:
                return replace(best, live=live, seconds=seconds)
            live += max(1, live // 4)
        return best

    def _judged(self, recipe: str, cut: Cut) -> Chosen:
        parts = max(cut, default=0) + 1
        live = min(self._live, parts)
        return Chosen(
            cut=cut,
            parts=parts,
            least=self._least,
            live=live,
            recipe=recipe,
            edges=cut_edges(self._work.graph, cut),
            of_edges=self._of_edges,
            seconds=self._seconds(cut, live),
            whole=self._whole,
        )

    def _seconds(self, cut: Cut, live: int) -> float:
        found = makespan(
            self._work, self._machine, cut, live=live, barrier=self._barrier
        )
        if found is None:
            raise AssertionError("parts in order never get stuck")
        return found
