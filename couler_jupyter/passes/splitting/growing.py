"""Parts grown one after another, each by the node that it is closest to.

A node may join once all its parents have a part, so parts come about in an order in which
none waits for a later one. How close a node is to a part: its parents in there, and half
for each child that it has in common with a node in there. Nodes join band by band: a band
is a number of levels, and a lower one keeps parts flat, which lets more of them run at
once. A band may be one of time instead: nodes that end at about the same time in the run
in one piece.

With *generations*, a node may join a part only if its parents are in it or in a part of
an earlier generation: parts of one generation never wait for each other. Cutting along
time like that is what split tiling does to stencils.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush

from couler_jupyter.passes.splitting.graph import Cut, Work

_MOST_MISSES = 8
"""Nodes in a row that do not fit, before a part is taken to be full."""
_MOST_PARENTS = 16
"""A child with more parents than this brings none of them together."""
_NONE = -1
_ASIDE = -2


@dataclass(frozen=True, slots=True)
class Span:
    """Bands of time.

    Attributes:
        ends: when each node ends; no child before its parents.
        levels: how many levels of the graph one is as long as, in the mean.
        shift: how much shorter the first one is, as a share.
    """

    ends: Sequence[float]
    levels: float
    shift: float = 0.0


def grown(
    work: Work,
    *,
    band: int = 0,
    generations: bool = False,
    fill: float = 0.97,
    span: Span | None = None,
) -> Cut:
    """Return parts grown by closeness.

    Args:
        work: what is cut.
        band: how many levels are used up before the next; 0 for all at once.
        generations: whether parts are kept from waiting for their own generation.
        fill: how full a part is made, which leaves room to move nodes about.
        span: where bands are those of time, how long they are.
    """
    growing = _Growing(work, generations=generations, fill=fill)
    bands = _bands(work, band) if span is None else _bands_of_time(work, span)
    for nodes in bands:
        growing.grow(nodes)
    return growing.cut


def _bands(work: Work, band: int) -> Iterable[list[int]]:
    graph = work.graph
    if not band:
        return [graph.order]
    found: dict[int, list[int]] = {}
    for node in graph.order:
        found.setdefault(graph.level[node] // band, []).append(node)
    return found.values()


def _bands_of_time(work: Work, span: Span) -> Iterable[list[int]]:
    graph, ends = work.graph, span.ends
    length = span.levels * max(ends) / (max(graph.level) + 1) or 1.0
    found: dict[int, list[int]] = {}
    for node in graph.order:
        place = int(ends[node] / length + span.shift)
        found.setdefault(place, []).append(node)
    return [found[place] for place in sorted(found)]


class _Growing:
    def __init__(self, work: Work, *, generations: bool, fill: float) -> None:
        graph, bounds = work.graph, work.bounds
        self.cut: Cut = [_NONE] * len(graph)
        self._work = work
        self._generations = generations
        self._room = fill * work.room(), fill * bounds.steps, fill * bounds.pods
        self._left = list(map(len, graph.parents))
        self._part = _NONE
        self._first_of_generation = 0
        self._in_band = bytearray(len(graph))
        self._queue: deque[int] = deque()
        self._later: list[int] = []
        self._close: dict[int, float] = {}
        self._heap: list[tuple[float, int, int]] = []

    def grow(self, band: list[int]) -> None:
        """Give each node of a band its part."""
        for node in band:
            self._in_band[node] = True
        self._queue.extend(node for node in band if not self._left[node])
        self._first_of_generation = self._part + 1
        while self._queue:
            self._grow_part()
            if not self._queue and self._later:
                self._queue.extend(self._later)
                self._later.clear()
                self._first_of_generation = self._part + 1

    def _grow_part(self) -> None:
        """Make one part of what can have one now."""
        work, bounds, cut = self._work, self._work.bounds, self.cut
        self._part += 1
        self._close.clear()
        self._heap.clear()
        size, steps, pods = 0, 0, 0
        full_size, full_steps, full_pods = self._room
        aside: list[int] = []
        misses, empty = 0, True
        while misses < _MOST_MISSES:
            node = self._next()
            if node == _NONE:
                break
            more = self._cost(node)
            if not empty and (
                size + more > work.room()
                or steps + work.steps[node] > bounds.steps
                or pods + work.pods[node] > bounds.pods
            ):
                aside.append(node)
                cut[node] = _ASIDE
                misses += 1
                continue
            self._take(node)
            size, empty = size + more, False
            steps, pods = steps + work.steps[node], pods + work.pods[node]
            if size >= full_size or steps >= full_steps or pods >= full_pods:
                break
        self._put_back(aside)

    def _cost(self, node: int) -> int:
        cut, part = self.cut, self._part
        parents = self._work.graph.parents[node]
        outside = sum(1 for one in parents if cut[one] != part)
        return self._work.bytes[node] + self._work.gates(node, outside)

    def _next(self) -> int:
        """Return the closest node that may join, else the first in the queue."""
        heap, cut, close = self._heap, self.cut, self._close
        while heap:
            score, _, node = heappop(heap)
            if cut[node] == _NONE and close[node] == -score:
                return node
        queue = self._queue
        while queue:
            node = queue.popleft()
            if cut[node] == _NONE:
                return node
        return _NONE

    def _take(self, node: int) -> None:
        graph, part, cut, close = self._work.graph, self._part, self.cut, self._close
        level, left = graph.level, self._left
        cut[node] = part
        for child in graph.children[node]:
            left[child] -= 1
            close[child] = close.get(child, 0) + 1
            if not left[child] and self._in_band[child]:
                self._becomes_ready(child)
            parents = graph.parents[child]
            if len(parents) > _MOST_PARENTS:
                continue
            for other in parents:
                if cut[other] == _NONE:
                    closer = close[other] = close.get(other, 0) + 0.5
                    if not left[other] and self._may_join(other):
                        heappush(self._heap, (-closer, level[other], other))

    def _becomes_ready(self, node: int) -> None:
        if self._may_join(node):
            score = self._close[node]
            heappush(self._heap, (-score, self._work.graph.level[node], node))
        (self._later if self._generations else self._queue).append(node)

    def _may_join(self, node: int) -> bool:
        if not self._in_band[node]:
            return False
        if not self._generations:
            return True
        cut, part, first = self.cut, self._part, self._first_of_generation
        return all(
            cut[one] == part or cut[one] < first
            for one in self._work.graph.parents[node]
        )

    def _put_back(self, aside: list[int]) -> None:
        first = self._first_of_generation
        for node in aside:
            self.cut[node] = _NONE
        if self._generations:  # what waits for this part is in line for later
            parents, cut = self._work.graph.parents, self.cut
            aside = [
                node for node in aside if all(cut[one] < first for one in parents[node])
            ]
        self._queue.extendleft(reversed(aside))
