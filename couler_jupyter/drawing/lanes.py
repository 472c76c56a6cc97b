"""A graph as lines of text: one node a line, its edges as lanes on the left.

A lane leads to one node, from all that it comes after. Nodes are drawn in an order
that keeps lanes few, so that a chain is a column and a fork a bracket. A line across
that meets a lane in `┼` joins it; one that is cut by `│` passes below it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Line:
    """One line: what stands on the left, and the node it is of (or none)."""

    lanes: str
    node: str = ""


class TooWide(Exception):
    """The graph has more lanes than fit."""


def lanes_of(
    nodes: Sequence[str],
    edges: Sequence[tuple[str, str]],
    marks: Mapping[str, str],
    most: int,
) -> list[Line]:
    """Return the lines of a graph whose nodes are in a topological order.

    Args:
        nodes: in a topological order.
        edges: from the earlier to the later.
        marks: one column for each node, as `○`.
        most: lanes at the most.

    Raises:
        TooWide: it takes more lanes.
    """
    after: dict[str, list[str]] = {node: [] for node in nodes}
    waits = dict.fromkeys(nodes, 0)
    for source, target in edges:
        after[source].append(target)
        waits[target] += 1
    pen = _Pen(most)
    lines: list[Line] = []
    for node in _order(nodes, after, waits):
        lines.extend(pen.draw(node, after[node], marks[node]))
    return lines


def _order(
    nodes: Sequence[str], after: Mapping[str, list[str]], waits: Mapping[str, int]
) -> Iterator[str]:
    """Yield nodes as soon as they can come, following a branch before its sisters."""
    left = dict(waits)
    ready = [node for node in reversed(nodes) if not left[node]]
    while ready:
        node = ready.pop()
        yield node
        for target in reversed(after[node]):
            left[target] -= 1
            if not left[target]:
                ready.append(target)


@dataclass(slots=True)
class _Pen:
    """Draws line by line.

    Attributes:
        most: lanes at the most.
        lanes: the node each lane leads to; empty where there is no lane now.
        ended: where the last node stood, if no lane goes on from there.
    """

    most: int
    lanes: list[str] = field(default_factory=list)
    ended: int | None = None

    def draw(self, node: str, targets: Sequence[str], mark: str) -> Iterator[Line]:
        """Yield the line of `node`, and one below where its lane forks or joins."""
        if node not in self.lanes:
            if self.ended is not None and not self.lanes:
                yield Line("")
            self.lanes[self._free(0, but=self.ended)] = node
        at = self.lanes.index(node)
        yield Line(self._row({at: mark}), node)
        joined = {self.lanes.index(one) for one in targets if one in self.lanes}
        fresh = [one for one in targets if one not in self.lanes]
        self.lanes[at] = fresh[0] if fresh else ""
        opened = {at} if fresh else set[int]()
        for target in fresh[1:]:
            opened.add(lane := self._free(at))
            self.lanes[lane] = target
        if (joined | opened) - {at}:
            yield Line(self._joint(at, joined, opened))
        self.ended = None if fresh else at
        while self.lanes and not self.lanes[-1]:
            self.lanes.pop()

    def _free(self, start: int, but: int | None = None) -> int:
        """The first empty lane from `start` on; a new one if there is none."""
        for lane in range(start, len(self.lanes)):
            if not self.lanes[lane] and lane != but:
                return lane
        while len(self.lanes) == but and self.lanes:
            self.lanes.append("")
        if len(self.lanes) >= self.most:
            raise TooWide
        self.lanes.append("")
        return len(self.lanes) - 1

    def _row(self, marks: Mapping[int, str]) -> str:
        cells = (
            marks.get(i, "│" if lane else " ") for i, lane in enumerate(self.lanes)
        )
        return " ".join(cells).rstrip()

    def _joint(self, at: int, joined: set[int], opened: set[int]) -> str:
        """The line on which the lane `at` forks into `opened` and joins `joined`."""
        first, last = min(at, *joined, *opened), max(at, *joined, *opened)
        cells: list[str] = []
        for lane, target in enumerate(self.lanes):
            inside = first <= lane <= last
            up = lane == at or lane in joined or bool(target and lane not in opened)
            down = bool(target)
            left = inside and lane > first
            right = inside and lane < last
            touched = lane == at or lane in joined or lane in opened
            if inside and not touched:
                cells.append("│" if target else "─")
            else:
                cells.append(_CORNERS[up, down, left, right])
            cells.append("─" if right else " ")
        return "".join(cells).rstrip()


_CORNERS = {
    (up, down, left, right): character
    for character, (up, down, left, right) in {
        " ": (False, False, False, False),
        "│": (True, True, False, False),
        "├": (True, True, False, True),
        "┤": (True, True, True, False),
        "┼": (True, True, True, True),
        "╮": (False, True, True, False),
        "╭": (False, True, False, True),
        "╯": (True, False, True, False),
        "╰": (True, False, False, True),
        "┴": (True, False, True, True),
        "┬": (False, True, True, True),
        "─": (False, False, True, True),
    }.items()
}
