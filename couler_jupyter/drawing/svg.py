"""The drawing as SVG text: no script, no style sheet, no ids, nothing from elsewhere.

It is shown on light and on dark pages it knows nothing of, so whatever carries text
has a fill of its own, and lines are of a grey that both leave visible.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Final

from couler_jupyter.drawing.box import (
    BADGE_HEIGHT,
    BADGE_SIZE,
    edge_label_width,
)
from couler_jupyter.drawing.layout import Box, Curve, Layout, Point
from couler_jupyter.drawing.looks import PHASES
from couler_jupyter.drawing.markup import Markup, element, isolated, joined
from couler_jupyter.drawing.measure import fitted, text_width
from couler_jupyter.drawing.standing import Standing, standings
from couler_jupyter.drawing.svg_node import node_mark, pill
from couler_jupyter.protocol import (
    EdgeKind,
    EdgeView,
    GroupView,
    RunView,
    WorkflowView,
)

_LINE = "#7d8590"
_FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, Arial, sans-serif"
_DASHES: Final[Mapping[EdgeKind, str]] = {
    "data": "",
    "order": "5 4",
    "phase": "1.5 3.5",
    "condition": "8 3 1.5 3",
}
_ARROW = 8.0


def svg(layout: Layout, view: WorkflowView, run: RunView | None = None) -> str:
    """Return the drawing of `view`, and of where `run` stands if there is one."""
    stand = standings(run) if run is not None else {}
    nodes = {node["id"]: node for node in view["nodes"]}
    groups = {group["id"]: group for group in view["groups"]}
    edges = {(edge["source"], edge["target"]): edge for edge in view["edges"]}
    inner = [
        element("title", summary(view, run)),
        *(_group(box, stand.get(box.id)) for box in layout.groups),
        *(_curve(curve, edges[curve.source, curve.target]) for curve in layout.curves),
        *(node_mark(box, nodes[box.id], stand.get(box.id)) for box in layout.nodes),
        *_edge_labels(layout, edges),
        *(_tab(box, groups[box.id], stand.get(box.id)) for box in layout.groups),
    ]
    width, height = f"{layout.width:.0f}", f"{layout.height:.0f}"
    return element(
        "svg",
        *inner,
        xmlns="http://www.w3.org/2000/svg",
        width=width,
        height=height,
        viewBox=f"0 0 {width} {height}",
        role="img",
        font_family=_FONT,
    )


def summary(view: WorkflowView, run: RunView | None = None) -> str:
    """Return the drawing in one sentence, for who does not see it."""
    count = len(view["nodes"])
    what = f"workflow {isolated(view['name'])}: {count} step{'s' if count != 1 else ''}"
    if run is None:
        return what
    tally: dict[str, int] = {}
    for standing in standings(run).values():
        word = PHASES[standing.phase]["word"]
        tally[word] = tally.get(word, 0) + 1
    return f"{what}; {', '.join(f'{count} {word}' for word, count in tally.items())}"


def _group(box: Box, standing: Standing | None) -> Markup:
    return element(
        "rect",
        x=f"{box.x:.1f}",
        y=f"{box.y:.1f}",
        width=f"{box.width:.1f}",
        height=f"{box.height:.1f}",
        rx="10",
        fill=_LINE,
        fill_opacity="0.09",
        stroke=PHASES[standing.phase]["color"] if standing else _LINE,
        stroke_width="1",
        stroke_dasharray="6 3",
    )


def _tab(box: Box, group: GroupView, standing: Standing | None) -> Markup:
    """The name of a group, on the upper edge of its outline."""
    label = " · ".join((isolated(group["label"]), *group["badges"]))
    if standing:
        label = f"{PHASES[standing.phase]['glyph']} {label} · {standing}"
    shown = fitted(label, BADGE_SIZE, box.width - 20)
    width = text_width(shown, BADGE_SIZE) + 10
    return element(
        "g",
        element("title", f"sub-workflow {label}"),
        pill(shown, box.x + 8, box.y - BADGE_HEIGHT / 2, width),
    )


def _curve(curve: Curve, edge: EdgeView) -> Markup:
    points = trimmed(curve.points)
    start, *rest = (f"{x:.1f} {y:.1f}" for x, y in points)
    return joined(
        element(
            "path",
            d=f"M{start}C{' '.join(rest)}",
            fill="none",
            stroke=_LINE,
            stroke_width="1.5",
            stroke_dasharray=_DASHES[edge["kind"]] or None,
        ),
        element("path", d=arrow(curve.points), fill=_LINE),
    )


def trimmed(points: tuple[Point, ...]) -> tuple[Point, ...]:
    """Return a curve that ends where its arrow head begins."""
    (x, y), (along, down) = points[-1], _heading(points)
    return (*points[:-1], (x - along * _ARROW * 0.8, y - down * _ARROW * 0.8))


def arrow(points: tuple[Point, ...]) -> str:
    """Return the path of the head at the end of a curve."""
    (x, y), (along, down) = points[-1], _heading(points)
    back_x, back_y = x - along * _ARROW, y - down * _ARROW
    side_x, side_y = -down * _ARROW * 0.42, along * _ARROW * 0.42
    return (
        f"M{x:.1f} {y:.1f}L{back_x + side_x:.1f} {back_y + side_y:.1f}"
        f"L{back_x - side_x:.1f} {back_y - side_y:.1f}z"
    )


def _heading(points: tuple[Point, ...]) -> Point:
    """The direction a curve ends in, of length 1."""
    x, y = points[-1]
    for before_x, before_y in reversed(points[:-1]):
        length = math.hypot(x - before_x, y - before_y)
        if length > 0.01:
            return (x - before_x) / length, (y - before_y) / length
    return 0.0, 1.0


def _edge_labels(
    layout: Layout, edges: Mapping[tuple[str, str], EdgeView]
) -> Iterator[Markup]:
    for curve in layout.curves:
        if label := edges[curve.source, curve.target]["label"]:
            width = edge_label_width(label)
            shown = fitted(isolated(label), BADGE_SIZE, width - 10)
            x, y = curve.label
            label_pill = pill(shown, x - width / 2, y - BADGE_HEIGHT / 2, width)
            yield element("g", element("title", isolated(label)), label_pill)
