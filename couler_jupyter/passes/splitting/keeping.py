"""Parts as they were, with room found for what is new: what did not change stays put.

A cut that is made anew can differ all over when one node comes or goes. Here every node
that had a part keeps it; new ones go where their parents are, else to the next part that
has room and is not behind any of their children, else into a part of their own.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right, insort
from collections.abc import Sequence

from couler_jupyter.passes.splitting.faults import backward, over_budget
from couler_jupyter.passes.splitting.graph import Cut, Work
from couler_jupyter.passes.splitting.order import renumbered

NEW = -1
_MOST_TRIED = 16
"""Parts that are looked at for a node."""
_ROUNDS = 3
"""Times that parts which became too big give nodes away."""


def kept(work: Work, before: Sequence[int]) -> Cut | None:
    """Return parts that are as before as far as can be, or None if they cannot be.

    Args:
        work: what is cut.
        before: the number of the part that each node was in; `NEW` for none.
    """
    given = list(before)
    for _ in range(_ROUNDS):
        placed = _Placing(work, given).run()
        if placed is None:
            return None
        cut = renumbered(placed)
        if backward(work.graph, cut):
            return None
        if not (full := set(over_budget(work, cut))):
            return cut
        given = _released(work, cut, full)
    return None


def _released(work: Work, cut: Cut, full: set[int]) -> Cut:
    """Return the cut with the last nodes of parts that are too big in none."""
    size = dict.fromkeys(full, 0)
    for part in cut:
        if part in size:
            size[part] += 1
    leave = {part: max(1, count // 20) for part, count in size.items()}
    given = list(cut)
    for node in reversed(work.graph.order):
        if leave.get(cut[node], 0):
            leave[cut[node]] -= 1
            given[node] = NEW
    return given


class _Placing:
    def __init__(self, work: Work, before: Sequence[int]) -> None:
        self._work = work
        self._at: list[float] = [math.nan if one == NEW else one for one in before]
        self._bytes: dict[float, int] = {}
        self._steps: dict[float, int] = {}
        self._pods: dict[float, int] = {}
        self._parts = sorted({float(one) for one in before if one != NEW})
        for part in self._parts:
            self._bytes[part] = work.bounds.base
            self._steps[part] = self._pods[part] = 0

    def run(self) -> list[int] | None:
        """Place what is new; None if there is no place for something."""
        work, at = self._work, self._at
        last = self._last_places()
        fresh: list[int] = []
        for node in work.graph.order:
            if math.isnan(at[node]):
                fresh.append(node)
            else:
                self._add(node, at[node])
        for node in fresh:
            first = max(
                (at[one] for one in work.graph.parents[node]), default=-math.inf
            )
            place = self._place(node, first, last[node])
            if place is None:
                return None
            at[node] = place
            self._add(node, place)
        number = {part: index for index, part in enumerate(self._parts)}
        return [number[part] for part in at]

    def _last_places(self) -> list[float]:
        """Return for each node the last part that it may be in."""
        at, children = self._at, self._work.graph.children
        last = [math.inf] * len(at)
        for node in reversed(self._work.graph.order):
            for child in children[node]:
                bound = last[child] if math.isnan(at[child]) else at[child]
                last[node] = min(last[node], bound)
        return last

    def _place(self, node: int, first: float, last: float) -> float | None:
        low = bisect_left(self._parts, first)
        high = bisect_right(self._parts, last)
        for part in self._parts[low : min(high, low + _MOST_TRIED)]:
            if self._fits(node, part):
                return part
        return self._new_part(first, last)

    def _new_part(self, first: float, last: float) -> float | None:
        """Return a number between two others for one more part."""
        at = bisect_right(self._parts, first)
        lower = self._parts[at - 1] if at else -1.0
        upper = self._parts[at] if at < len(self._parts) else lower + 2.0
        between = (lower + upper) / 2
        if not lower < between < upper or between > last:
            return None
        insort(self._parts, between)
        self._bytes[between] = self._work.bounds.base
        self._steps[between] = self._pods[between] = 0
        return between

    def _fits(self, node: int, part: float) -> bool:
        work, bounds = self._work, self._work.bounds
        return (
            self._bytes[part] + self._size(node, part) <= bounds.bytes
            and self._steps[part] + work.steps[node] <= bounds.steps
            and self._pods[part] + work.pods[node] <= bounds.pods
        )

    def _add(self, node: int, part: float) -> None:
        self._bytes[part] += self._size(node, part)
        self._steps[part] += self._work.steps[node]
        self._pods[part] += self._work.pods[node]

    def _size(self, node: int, part: float) -> int:
        at, parents = self._at, self._work.graph.parents[node]
        outside = sum(1 for one in parents if at[one] != part)
        return self._work.bytes[node] + self._work.gates(node, outside)
