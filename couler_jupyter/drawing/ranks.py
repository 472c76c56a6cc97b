"""Which row each node of a graph stands in, and which way the graph should run."""

from __future__ import annotations

from collections.abc import Sequence

from couler_jupyter.drawing.layout import Outline

NODE_GAP = 22.0
"""Pixels between two boxes of one row."""
RANK_GAP = 40.0
"""Pixels between two rows."""
_FRAME = (960.0, 620.0)
"""What a notebook shows at once, about, in pixels."""


def ranks_of(outline: Outline) -> list[int]:
    """Return the row of each node: below all it comes after, near what it feeds.

    Nodes are in a topological order; an edge against it does not count.
    """
    ranks = [0] * len(outline.nodes)
    nearest: dict[int, int] = {}
    fed: set[int] = set()
    edges = sorted((s, t) for s, t, _ in outline.edges if s < t)
    for source, target in edges:
        ranks[target] = max(ranks[target], ranks[source] + 1)
        fed.add(target)
    for source, target in edges:
        nearest[source] = min(nearest.get(source, ranks[target]), ranks[target])
    for source, row in nearest.items():
        if source not in fed:
            ranks[source] = row - 1
    return ranks


def rows_of(ranks: Sequence[int]) -> list[list[int]]:
    """Return the nodes of each row, by index."""
    rows: list[list[int]] = [[] for _ in range(max(ranks, default=-1) + 1)]
    for index, rank in enumerate(ranks):
        rows[rank].append(index)
    return rows


def runs_across(outline: Outline, rows: Sequence[Sequence[int]]) -> bool:
    """Return whether the graph is seen bigger when it runs from left to right."""
    down = _scale(*_extent(outline, rows, across=False))
    across = _scale(*_extent(outline, rows, across=True))
    return across > 1.15 * down


def _extent(
    outline: Outline, rows: Sequence[Sequence[int]], *, across: bool
) -> tuple[float, float]:
    along = stacked = 0.0
    for row in rows:
        sizes = [outline.nodes[index][1:] for index in row]
        widths, heights = zip(*sizes, strict=True)
        if across:
            widths, heights = heights, widths
        along = max(along, sum(widths) + NODE_GAP * (len(row) - 1))
        stacked += max(heights) + RANK_GAP
    return (stacked, along) if across else (along, stacked)


def _scale(width: float, height: float) -> float:
    return min(_FRAME[0] / width, _FRAME[1] / height, 1.0) if width and height else 1.0
