"""Algorithm 3 of the Couler paper: parts by depth-first search, for comparison.

`printed` follows the listing. It loses and doubles nodes: the last candidate is never put
out (nothing follows line 7), and once all that is unvisited fits (line 10), line 11 puts
it out, marks none of it visited and leaves the candidate behind, so that every later call
puts it out again. `repaired` reads the listing as it must have been meant: each node in
one part, full to the bound. Neither makes parts that can be put in an order; see
`faults.circular`. The smallest example has the edges 0-2, 0-3, 1-2 and parts of two.

Both differ from the paper in what is no part of the idea: bounds are compared one by one,
where the paper adds bytes to counts; the size of what is unvisited (line 9) is kept up
while going, which its O(|V|) needs; and a stack takes the place of recursion.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from couler_jupyter.passes.splitting.graph import Cut, Graph, Work


@dataclass(frozen=True, slots=True)
class Printed:
    """What the algorithm as printed puts out.

    Attributes:
        parts: the nodes of each part; a node may stand in several.
        lost: nodes that are in none; `doubled`: nodes that are in several.
    """

    parts: list[list[int]]
    lost: list[int]
    doubled: list[int]


def repaired(work: Work) -> Cut:
    """Return parts as the algorithm means them; they may wait for each other."""
    cut: Cut = [-1] * len(work.graph)
    part, held = 0, _Held(work)
    for node in depth_first(work.graph):
        if not held.takes(node):
            part, held = part + 1, _Held(work)
        held.add(node)
        cut[node] = part
    return cut


def printed(work: Work) -> Printed:
    """Return what the listing makes of a DAG, taken at its word."""
    graph = work.graph
    parts: list[list[int]] = []
    unvisited, visited = _Held(work), [False] * len(graph)
    for one in range(len(graph)):
        unvisited.add(one)
    candidate, held = list[int](), _Held(work)
    way = [iter(range(len(graph)))]
    while way:
        node = next((one for one in way[-1] if not visited[one]), None)
        if node is None:
            way.pop()
        elif unvisited.fits():  # lines 10 to 13: nothing is marked
            parts.append([n for n in range(len(graph)) if not visited[n]])
        else:
            visited[node] = True
            unvisited.drop(node)
            if not held.takes(node, below=True):  # line 16: b2 >= C
                parts.append(candidate)
                candidate, held = [], _Held(work)
            candidate.append(node)
            held.add(node)
            way.append(iter(graph.children[node]))
    return Printed(parts, *_lost_and_doubled(parts, len(graph)))


def depth_first(graph: Graph) -> Iterator[int]:
    """Yield the nodes as they are first come to, from each node along its children."""
    visited = [False] * len(graph)
    way = [iter(range(len(graph)))]
    while way:
        node = next((one for one in way[-1] if not visited[one]), None)
        if node is None:
            way.pop()
            continue
        visited[node] = True
        yield node
        way.append(iter(graph.children[node]))


def _lost_and_doubled(
    parts: list[list[int]], count: int
) -> tuple[list[int], list[int]]:
    times = [0] * count
    for part in parts:
        for node in part:
            times[node] += 1
    lost = [node for node, often in enumerate(times) if not often]
    return lost, [node for node, often in enumerate(times) if often > 1]


class _Held:
    """How much some nodes come to; the paper knows no gates."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._bytes, self._steps, self._pods = work.bounds.base, 0, 0

    def add(self, node: int) -> None:
        self._bytes += self._work.bytes[node]
        self._steps += self._work.steps[node]
        self._pods += self._work.pods[node]

    def drop(self, node: int) -> None:
        self._bytes -= self._work.bytes[node]
        self._steps -= self._work.steps[node]
        self._pods -= self._work.pods[node]

    def fits(self) -> bool:
        bounds = self._work.bounds
        return (
            self._bytes <= bounds.bytes
            and self._steps <= bounds.steps
            and self._pods <= bounds.pods
        )

    def takes(self, node: int, *, below: bool = False) -> bool:
        """Whether a node fits beside them; with `below`, short of every bound."""
        work, bounds = self._work, self._work.bounds
        less = 1 if below else 0
        return (
            self._bytes + work.bytes[node] <= bounds.bytes - less
            and self._steps + work.steps[node] <= bounds.steps - less
            and self._pods + work.pods[node] <= bounds.pods - less
        )
