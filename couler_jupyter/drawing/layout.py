"""Where everything stands: the one result of all ways to lay a graph out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

Point: TypeAlias = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle: its top left corner and its size, in pixels at scale 1."""

    id: str
    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> Point:
        """The point in the middle."""
        return self.x + self.width / 2, self.y + self.height / 2

    def overlaps(self, other: Box) -> bool:
        """Whether the two have a point in common."""
        return (
            self.x <= other.x + other.width
            and other.x <= self.x + self.width
            and self.y <= other.y + other.height
            and other.y <= self.y + self.height
        )


@dataclass(frozen=True, slots=True)
class Curve:
    """How an edge runs: a start, then cubic Béziers of three points each.

    `label` is the middle of its label, if it has one.
    """

    source: str
    target: str
    points: tuple[Point, ...]
    label: Point


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A graph laid out; `across` if it runs from left to right."""

    width: float
    height: float
    across: bool
    nodes: tuple[Box, ...]
    groups: tuple[Box, ...]
    curves: tuple[Curve, ...]


@dataclass(frozen=True, slots=True)
class Cluster:
    """Nodes, by index, that should stand together; inner clusters' nodes included."""

    id: str
    parent: str
    members: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """What is to be laid out: sizes and connections, no text. Equal ones look alike.

    Attributes:
        nodes: id, width and height, each node after those it comes after.
        edges: two indices into `nodes`, and the width of the label or 0.
        clusters: outer ones before those in them.
    """

    nodes: tuple[tuple[str, float, float], ...]
    edges: tuple[tuple[int, int, float], ...]
    clusters: tuple[Cluster, ...] = ()


PADDING = 14.0
"""Pixels between the outline of a group and what is in it."""


def outlines(boxes: Iterable[Box], outline: Outline) -> tuple[Box, ...]:
    """Return the boxes of the clusters that no other node stands in."""
    placed = {box.id: box for box in boxes}
    names = [name for name, _, _ in outline.nodes]
    depth = _depths(outline)
    found: list[Box] = []
    for cluster in outline.clusters:
        inside = [placed[names[index]] for index in cluster.members]
        if not inside:
            continue
        around = _around(cluster.id, inside, PADDING * (1 + depth[cluster.id]))
        within = {box.id for box in inside}
        others = (box for box in placed.values() if box.id not in within)
        if not any(around.overlaps(box) for box in others):
            found.append(around)
    return tuple(found)


def _around(name: str, boxes: list[Box], padding: float) -> Box:
    left, top = min(b.x for b in boxes), min(b.y for b in boxes)
    right = max(b.x + b.width for b in boxes)
    bottom = max(b.y + b.height for b in boxes)
    return Box(
        name,
        left - padding,
        top - padding,
        right - left + 2 * padding,
        bottom - top + 2 * padding,
    )


def _depths(outline: Outline) -> dict[str, int]:
    """How many levels of clusters are inside each."""
    depth = {cluster.id: 0 for cluster in outline.clusters}
    for cluster in reversed(outline.clusters):
        if cluster.parent in depth:
            depth[cluster.parent] = max(depth[cluster.parent], depth[cluster.id] + 1)
    return depth


def halfway(points: tuple[Point, ...]) -> Point:
    """Return the middle of the middle Bézier of a curve."""
    start = 3 * ((len(points) - 1) // 6)
    a, b, c, d = points[start : start + 4]
    x, y = ((p + 3 * q + 3 * r + s) / 8 for p, q, r, s in zip(a, b, c, d, strict=True))
    return x, y


def shifted(layout: Layout, margin: float = 12.0) -> Layout:
    """Return `layout` moved so that all of it lies `margin` inside its size."""
    boxes = (*layout.nodes, *layout.groups)
    points = [point for curve in layout.curves for point in curve.points]
    left = min((*(b.x for b in boxes), *(x for x, _ in points)), default=0.0) - margin
    top = min((*(b.y for b in boxes), *(y for _, y in points)), default=0.0) - margin
    right = max((*(b.x + b.width for b in boxes), *(x for x, _ in points)), default=0.0)
    bottom = max(
        (*(b.y + b.height for b in boxes), *(y for _, y in points)), default=0.0
    )

    def shift(point: Point) -> Point:
        return point[0] - left, point[1] - top

    def moved(box: Box) -> Box:
        return Box(box.id, *shift((box.x, box.y)), box.width, box.height)

    return Layout(
        width=right - left + margin,
        height=bottom - top + margin,
        across=layout.across,
        nodes=tuple(map(moved, layout.nodes)),
        groups=tuple(map(moved, layout.groups)),
        curves=tuple(
            Curve(c.source, c.target, tuple(map(shift, c.points)), shift(c.label))
            for c in layout.curves
        ),
    )
