"""Nodes that wait for each other in a ring: strongly connected components.

Tarjan, SIAM J. Comput. 1972 (doi 10.1137/0201010), with a stack of its own in place of
recursion, so that a chain of any length is no trouble.
"""

from __future__ import annotations

from collections.abc import Sequence


def rings(after: Sequence[Sequence[int]]) -> list[list[int]]:
    """Return the nodes in groups that reach each other, each after all it reaches.

    A node in no ring is a group of its own.

    >>> rings([[1], [0, 2], []])
    [[2], [1, 0]]
    """
    search = _Search(after)
    for node in range(len(after)):
        if not search.seen[node]:
            search.from_node(node)
    return search.found


class _Search:
    def __init__(self, after: Sequence[Sequence[int]]) -> None:
        self.seen = [0] * len(after)
        self.found: list[list[int]] = []
        self._after = after
        self._low = [0] * len(after)
        self._count = 0
        self._open: list[int] = []
        self._is_open = [False] * len(after)

    def from_node(self, root: int) -> None:
        """Group all that can be reached from `root` and was not seen before."""
        self._enter(root)
        way = [(root, iter(self._after[root]))]
        while way:
            node, rest = way[-1]
            for other in rest:
                if not self.seen[other]:
                    self._enter(other)
                    way.append((other, iter(self._after[other])))
                    break
                if self._is_open[other]:
                    self._low[node] = min(self._low[node], self.seen[other])
            else:
                way.pop()
                self._leave(node)
                if way:
                    above = way[-1][0]
                    self._low[above] = min(self._low[above], self._low[node])

    def _enter(self, node: int) -> None:
        self._count += 1
        self.seen[node] = self._low[node] = self._count
        self._open.append(node)
        self._is_open[node] = True

    def _leave(self, node: int) -> None:
        if self._low[node] < self.seen[node]:
            return
        ring: list[int] = []
        while not ring or ring[-1] != node:
            ring.append(self._open.pop())
            self._is_open[ring[-1]] = False
        self.found.append(ring)
