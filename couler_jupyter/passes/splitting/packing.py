"""What does not hang together put side by side in as few parts as it takes."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence

from couler_jupyter.passes.splitting.graph import Cut, Graph, Work
from couler_jupyter.passes.splitting.order import remaining

_MOST_TRIED = 8


def components(graph: Graph) -> list[list[int]]:
    """Return the nodes in groups that no edge leads between, in the order of nodes."""
    seen = bytearray(len(graph))
    found: list[list[int]] = []
    for root in range(len(graph)):
        if seen[root]:
            continue
        seen[root] = True
        group = [root]
        for node in group:
            for other in (*graph.parents[node], *graph.children[node]):
                if not seen[other]:
                    seen[other] = True
                    group.append(other)
        found.append(sorted(group))
    return found


class Shelf:
    """Parts with room left; a piece goes to the one that it fills best.

    Pieces and parts are measured by the bound that they come closest to.
    """

    def __init__(self, work: Work) -> None:
        self._work = work
        self._bounds = (
            max(1, work.room()),
            work.bounds.steps,
            work.bounds.pods,
        )
        self._held: list[list[int]] = []
        self._by_room: list[tuple[float, int]] = []

    def open(self, held: Sequence[int]) -> int:
        """Add a part that holds so much and return its place."""
        self._held.append(list(held))
        place = len(self._held) - 1
        insort(self._by_room, (self._room(held), place))
        return place

    def put(self, piece: Sequence[int]) -> int | None:
        """Put a piece where it fits best; return the place, or None if nowhere."""
        need = 1 - self._room(piece)
        start = bisect_left(self._by_room, (need, -1))
        for at in range(start, min(start + _MOST_TRIED, len(self._by_room))):
            place = self._by_room[at][1]
            held = [a + b for a, b in zip(self._held[place], piece, strict=True)]
            if all(a <= b for a, b in zip(held, self._bounds, strict=True)):
                del self._by_room[at]
                self._held[place] = held
                insort(self._by_room, (self._room(held), place))
                return place
        return None

    def _room(self, held: Sequence[int]) -> float:
        used = (a / b for a, b in zip(held, self._bounds, strict=True))
        return 1 - max(used)


def weight(work: Work, nodes: Iterable[int]) -> tuple[int, int, int]:
    """Return bytes without gates, steps and pods of some nodes together."""
    nodes = list(nodes)
    return (
        sum(work.bytes[node] for node in nodes),
        sum(work.steps[node] for node in nodes),
        sum(work.pods[node] for node in nodes),
    )


def packed(work: Work, groups: Sequence[Sequence[int]], cut: Cut, first: int) -> int:
    """Put whole groups into parts from number `first` on, best fit, longest first.

    Groups that take long share parts, so that few parts are unfinished for long.

    Args:
        work: what is cut.
        groups: nodes that stay together; each fits into a part.
        cut: what is filled in.
        first: the number of the first part to use.

    Returns:
        The number after the last part that was used.
    """
    shelf = Shelf(work)
    weights = [weight(work, group) for group in groups]
    lasts = remaining(work.graph, work.seconds)
    length = [max(lasts[node] for node in group) for group in groups]
    count = first
    for index in sorted(range(len(groups)), key=lambda one: (-length[one], one)):
        place = shelf.put(weights[index])
        if place is None:
            place = shelf.open(weights[index])
            count = max(count, first + place + 1)
        for node in groups[index]:
            cut[node] = first + place
    return count
