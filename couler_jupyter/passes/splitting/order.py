"""Parts in an order in which none waits for a later one."""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heapify, heappop, heappush

from couler_jupyter.passes.splitting.graph import Cut, Graph


def quotient(graph: Graph, cut: Cut) -> list[set[int]]:
    """Return for each part the parts that wait for it."""
    after: list[set[int]] = [set() for _ in range(max(cut, default=-1) + 1)]
    for one, node in graph.edges():
        if cut[one] != cut[node]:
            after[cut[one]].add(cut[node])
    return after


def in_order(
    graph: Graph, cut: Cut, urgency: Sequence[float] | None = None
) -> Cut | None:
    """Return the same parts numbered so that no edge leads backward.

    Of the parts that could be next, the most urgent comes next, and among equals the
    one whose first node is the first in the order of the DAG. None if parts wait for
    each other in a ring.
    """
    keys = _keys(graph, cut, urgency)
    after = quotient(graph, cut)
    waits = [0] * len(after)
    for others in after:
        for other in others:
            waits[other] += 1
    ready = [(key, part) for part, key in keys.items() if not waits[part]]
    heapify(ready)
    number: dict[int, int] = {}
    while ready:
        _, part = heappop(ready)
        number[part] = len(number)
        for other in after[part]:
            waits[other] -= 1
            if not waits[other]:
                heappush(ready, (keys[other], other))
    return [number[part] for part in cut] if len(number) == len(keys) else None


def _keys(
    graph: Graph, cut: Cut, urgency: Sequence[float] | None
) -> dict[int, tuple[float, int]]:
    first: dict[int, int] = {}
    for place, node in enumerate(graph.order):
        first.setdefault(cut[node], place)
    most = dict.fromkeys(first, 0.0)
    if urgency is not None:
        for node, part in enumerate(cut):
            most[part] = max(most[part], urgency[node])
    return {part: (-most[part], place) for part, place in first.items()}


def remaining(graph: Graph, seconds: Sequence[float]) -> list[float]:
    """Return for each node the longest time from its start to the end of the DAG."""
    found = list(seconds)
    for node in reversed(graph.order):
        found[node] += max((found[one] for one in graph.children[node]), default=0.0)
    return found


def renumbered(cut: Cut) -> Cut:
    """Return the same parts with the numbers that stand for none left out."""
    number = {part: place for place, part in enumerate(sorted(set(cut)))}
    return [number[part] for part in cut]
