"""Topological levels: the parts are stretches of the row of nodes, level by level."""

from __future__ import annotations

from collections.abc import Iterable

from couler_jupyter.passes.splitting.graph import Cut, Work


def by_levels(work: Work) -> Cut:
    """Return stretches of the nodes in the order of their levels."""
    return stretches(work, work.graph.order)


def stretches(work: Work, row: Iterable[int]) -> Cut:
    """Return parts that are stretches of `row`, which has each node after its parents.

    Each is as long as its bounds let it be.
    """
    bounds, parents = work.bounds, work.graph.parents
    cut = [-1] * len(work.graph)
    part, size, steps, pods = 0, bounds.base, 0, 0
    for node in row:
        outside = sum(1 for one in parents[node] if cut[one] != part)
        more = work.bytes[node] + work.gates(node, outside)
        if (
            size + more > bounds.bytes
            or steps + work.steps[node] > bounds.steps
            or pods + work.pods[node] > bounds.pods
        ):
            part, size, steps, pods = part + 1, bounds.base, 0, 0
            more = work.bytes[node] + work.gates(node, len(parents[node]))
        cut[node] = part
        size += more
        steps += work.steps[node]
        pods += work.pods[node]
    return cut
