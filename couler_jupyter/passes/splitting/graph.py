"""What is to be cut: a DAG of whole numbers, what each node weighs, what a part may hold.

Nothing here knows workflows. Nodes are 0, 1, 2, ...; a cut is a list with the number of
the part of each node, and no edge of a good one leads to a part of a lower number.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

Cut: TypeAlias = list[int]
"""The number of the part of each node."""


@dataclass(frozen=True, slots=True)
class Graph:
    """A DAG.

    Attributes:
        parents: what each node waits for.
        children: what waits for each node.
        order: the nodes, each after its parents; level by level.
        level: the length of the longest way to each node.
    """

    parents: list[list[int]]
    children: list[list[int]]
    order: list[int]
    level: list[int]

    @classmethod
    def of(cls, parents: Sequence[Sequence[int]]) -> Graph:
        """Return the DAG in which each node waits for its `parents`.

        Raises:
            ValueError: some nodes wait for each other.
        """
        waits = [list(dict.fromkeys(one)) for one in parents]
        children: list[list[int]] = [[] for _ in waits]
        for node, before in enumerate(waits):
            for one in before:
                children[one].append(node)
        level = [0] * len(waits)
        left = [len(one) for one in waits]
        order = [node for node, count in enumerate(left) if not count]
        for node in order:
            above = level[node] + 1
            for child in children[node]:
                level[child] = max(level[child], above)
                left[child] -= 1
                if not left[child]:
                    order.append(child)
        if len(order) < len(waits):
            raise ValueError(f"{len(waits) - len(order)} nodes wait for each other")
        order.sort(key=level.__getitem__)
        return cls(waits, children, order, level)

    def __len__(self) -> int:
        return len(self.parents)

    def edges(self) -> Iterator[tuple[int, int]]:
        """Yield each edge: what is waited for, and what waits."""
        for node, before in enumerate(self.parents):
            for one in before:
                yield one, node


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What one part may hold.

    Attributes:
        bytes: of its manifest; `steps` in it; `pods` that it may start.
        base: bytes that every part has, whatever is in it.
        gate: bytes for each step in it that waits for steps of other parts.
        edge: bytes for each edge that leads into it.
        shared: bytes for an edge whose gate is that of another, too.
    """

    bytes: int = 900_000
    steps: int = 200
    pods: int = 1_000
    base: int = 0
    gate: int = 0
    edge: int = 0
    shared: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A DAG, what its nodes weigh, and what a part may hold.

    Attributes:
        graph: what waits for what.
        bytes: of each node's text; `steps`: how many it stands for; `pods`: how many it
            starts; `seconds`: how long it takes.
        bounds: what a part may hold.
        alone: how many edges into each node may have a gate to themselves; empty for all.
    """

    graph: Graph
    bytes: Sequence[int]
    steps: Sequence[int]
    pods: Sequence[int]
    seconds: Sequence[float]
    bounds: Bounds = field(default_factory=Bounds)
    alone: Sequence[int] = ()

    def room(self) -> int:
        """Return how many bytes a part has for what differs."""
        return self.bounds.bytes - self.bounds.base

    def gates(self, node: int, outside: int) -> int:
        """Return the bytes that a node adds by waiting for `outside` nodes elsewhere."""
        if not outside:
            return 0
        bounds = self.bounds
        if not self.alone or outside <= self.alone[node]:
            return bounds.gate + bounds.edge * outside
        alone = self.alone[node]
        return bounds.gate + bounds.edge * alone + bounds.shared * (outside - alone)

    def least_parts(self) -> int:
        """Return how many parts there are at the least: no cut has fewer."""
        bounds = self.bounds
        return max(
            1,
            _over(sum(self.bytes), max(1, self.room())),
            _over(sum(self.steps), bounds.steps),
            _over(sum(self.pods), bounds.pods),
        )


def _over(amount: int, most: int) -> int:
    return -(-amount // most)
