"""What is wrong with a cut, and with what cannot be cut."""

from __future__ import annotations

from dataclasses import dataclass

from couler_jupyter.passes.splitting.graph import Cut, Graph, Work
from couler_jupyter.passes.splitting.rings import rings


@dataclass(frozen=True, slots=True)
class Oversize:
    """A node that is more than a part may hold, all by itself.

    Attributes:
        node: which.
        of: which bound: bytes, steps or pods.
        has: how much it comes to; `most`: how much a part may hold.
    """

    node: int
    of: str
    has: int
    most: int


def oversize(work: Work) -> list[Oversize]:
    """Return the nodes that are above a bound alone, gates included."""
    found: list[Oversize] = []
    bounds = work.bounds
    for node, before in enumerate(work.graph.parents):
        size = bounds.base + work.bytes[node] + work.gates(node, len(before))
        for of, has, most in (
            ("bytes", size, bounds.bytes),
            ("steps", work.steps[node], bounds.steps),
            ("pods", work.pods[node], bounds.pods),
        ):
            if has > most:
                found.append(Oversize(node, of, has, most))
    return found


@dataclass(frozen=True, slots=True)
class Sums:
    """What each part of a cut comes to, by its number."""

    bytes: list[int]
    steps: list[int]
    pods: list[int]


def sums(work: Work, cut: Cut) -> Sums:
    """Return what each part comes to, with its gates."""
    count = max(cut, default=-1) + 1
    found = Sums([work.bounds.base] * count, [0] * count, [0] * count)
    for node, part in enumerate(cut):
        outside = sum(1 for one in work.graph.parents[node] if cut[one] != part)
        found.bytes[part] += work.bytes[node] + work.gates(node, outside)
        found.steps[part] += work.steps[node]
        found.pods[part] += work.pods[node]
    return found


def over_budget(work: Work, cut: Cut) -> list[int]:
    """Return the parts that hold more than they may."""
    bounds, found = work.bounds, sums(work, cut)
    return [
        part
        for part, total in enumerate(found.bytes)
        if total > bounds.bytes
        or found.steps[part] > bounds.steps
        or found.pods[part] > bounds.pods
    ]


def backward(graph: Graph, cut: Cut) -> list[tuple[int, int]]:
    """Return the edges that lead to a part of a lower number; none in a good cut."""
    return [(one, node) for one, node in graph.edges() if cut[one] > cut[node]]


def cut_edges(graph: Graph, cut: Cut) -> int:
    """Return how many edges lead from one part to another."""
    return sum(1 for one, node in graph.edges() if cut[one] != cut[node])


def circular(graph: Graph, cut: Cut) -> set[int]:
    """Return the parts that wait for each other in a ring, whatever their numbers."""
    after: list[list[int]] = [[] for _ in range(max(cut, default=-1) + 1)]
    for one, node in graph.edges():
        if cut[one] != cut[node]:
            after[cut[one]].append(cut[node])
    return {part for ring in rings(after) if len(ring) > 1 for part in ring}
