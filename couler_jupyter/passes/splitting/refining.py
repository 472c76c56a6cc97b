"""Nodes moved to a neighbouring part where that cuts fewer edges.

As Fiduccia and Mattheyses (DAC 1982) move nodes, but kept to the order of the parts: a
node may go only to parts between the last one of its parents and the first one of its
children, so that no edge ever leads backward. Edges are saved only in these two.
"""

from __future__ import annotations

from couler_jupyter.passes.splitting.faults import sums
from couler_jupyter.passes.splitting.graph import Cut, Work

_MOST_SWEEPS = 6


def refined(work: Work, cut: Cut) -> Cut:
    """Return the cut with single nodes moved as long as that cuts fewer edges."""
    moving = _Moving(work, list(cut))
    order = work.graph.order
    for sweep in range(_MOST_SWEEPS):
        if not moving.sweep(order[::-1] if sweep % 2 else order):
            break
    return moving.cut


class _Moving:
    def __init__(self, work: Work, cut: Cut) -> None:
        self.cut = cut
        self._work = work
        self._sums = sums(work, cut)
        self._last = max(cut, default=0)

    def sweep(self, order: list[int]) -> int:
        """Move what is better off elsewhere; return how many edges that saved."""
        saved = 0
        for node in order:
            gain, part = self._best(node)
            if gain > 0 and self._move(node, part):
                saved += gain
        return saved

    def _best(self, node: int) -> tuple[int, int]:
        """Return where fewest edges of a node are cut, and how many fewer."""
        graph, cut = self._work.graph, self.cut
        own = cut[node]
        parents = [cut[one] for one in graph.parents[node]]
        children = [cut[one] for one in graph.children[node]]
        low, high = max(parents, default=own), min(children, default=own)
        if low == own == high:
            return 0, own
        here = parents.count(own) + children.count(own)
        down = parents.count(low) - here if low != own else -1
        up = children.count(high) - here if high != own else -1
        return (down, low) if down >= up else (up, high)

    def _move(self, node: int, to: int) -> bool:
        """Move a node if no part is above its bounds then; return whether it was."""
        work, cut, sums_ = self._work, self.cut, self._sums
        bounds, own = work.bounds, cut[node]
        if (
            sums_.steps[to] + work.steps[node] > bounds.steps
            or sums_.pods[to] + work.pods[node] > bounds.pods
        ):
            return False
        before = self._text(node, own), self._text(node, to)
        cut[node] = to
        after = self._text(node, own), self._text(node, to)
        less, more = after[0] - before[0], after[1] - before[1]
        if (
            sums_.bytes[to] + more > bounds.bytes
            or sums_.bytes[own] + less > bounds.bytes
        ):
            cut[node] = own
            return False
        sums_.bytes[own] += less
        sums_.bytes[to] += more
        for counts, weights in ((sums_.steps, work.steps), (sums_.pods, work.pods)):
            counts[own] -= weights[node]
            counts[to] += weights[node]
        return True

    def _text(self, node: int, part: int) -> int:
        """Return the bytes in a part of a node and those that wait for it."""
        return sum(
            self._cost(one)
            for one in (node, *self._work.graph.children[node])
            if self.cut[one] == part
        )

    def _cost(self, node: int) -> int:
        cut, part = self.cut, self.cut[node]
        parents = self._work.graph.parents[node]
        outside = sum(1 for one in parents if cut[one] != part)
        return self._work.bytes[node] + self._work.gates(node, outside)
