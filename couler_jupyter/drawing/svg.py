"""The drawing as SVG text: no script, no style sheet, no ids, nothing from elsewhere.

It is shown on light and on dark pages it knows nothing of, so whatever carries text
has a fill of its own, and lines are of a grey that both leave visible.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from couler_jupyter.drawing.arrow import cut_path
from couler_jupyter.drawing.box import BADGE_HEIGHT, BADGE_SIZE
from couler_jupyter.drawing.layout import Layout
from couler_jupyter.drawing.looks import PHASES
from couler_jupyter.drawing.markup import Markup, element, isolated, joined
from couler_jupyter.drawing.measure import text_width
from couler_jupyter.drawing.scene import layout_view
from couler_jupyter.drawing.standing import Standing, standings
from couler_jupyter.drawing.svg_node import node_mark, pill
from couler_jupyter.protocol import (
    CurveView,
    EdgeKind,
    GroupBoxView,
    RunView,
    WorkflowView,
)

_LINE = "#7d8590"
_CUT = "#b3631f"
_MEANS = "from one part to another"
_LEGEND, _LEGEND_WIDTH = 26.0, 210.0
_FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, Arial, sans-serif"
_DASHES: Final[Mapping[EdgeKind, str]] = {
    "data": "",
    "order": "5 4",
    "phase": "1.5 3.5",
    "condition": "8 3 1.5 3",
}


def svg(layout: Layout, view: WorkflowView, run: RunView | None = None) -> str:
    """Return the drawing of `view`, and of where `run` stands if there is one."""
    stand = standings(run) if run is not None else {}
    nodes = {node["id"]: node for node in view["nodes"]}
    places = layout_view(layout, view)
    groups = [(group, stand.get(group["id"])) for group in places["groups"]]
    has_cut = any(edge["cut"] for edge in places["edges"])
    inner = [
        element("title", summary(view, run)),
        *(_outline(group, standing) for group, standing in groups),
        *(_edge(edge) for edge in places["edges"]),
        *(
            node_mark(box, nodes[box["id"]], stand.get(box["id"]))
            for box in places["nodes"]
        ),
        *(pill(edge["label"]) for edge in places["edges"] if edge["label"]),
        *(_tab(group, standing) for group, standing in groups),
        *(_legend(layout.height) if has_cut else ()),
    ]
    width = f"{max(layout.width, _LEGEND_WIDTH) if has_cut else layout.width:.0f}"
    height = f"{layout.height + (_LEGEND if has_cut else 0):.0f}"
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
    closed = [one for one in view["parts"] if one["closed"]]
    count = len(view["nodes"]) + sum(len(one["steps"]) - 1 for one in closed)
    what = f"workflow {isolated(view['name'])}: {count} step{'s' if count != 1 else ''}"
    if parts := len(view["parts"]):
        what += f" in {parts} part{'s' * (parts != 1)}"
    if run is None:
        return what
    tally: dict[str, int] = {}
    for standing in standings(run).values():
        word = PHASES[standing.phase]["word"]
        tally[word] = tally.get(word, 0) + 1
    return f"{what}; {', '.join(f'{count} {word}' for word, count in tally.items())}"


def _outline(group: GroupBoxView, standing: Standing | None) -> Markup:
    return element(
        "rect",
        element("title", _what(group)),
        x=f"{group['x']:g}",
        y=f"{group['y']:g}",
        width=f"{group['width']:g}",
        height=f"{group['height']:g}",
        rx="10",
        fill=_LINE,
        fill_opacity="0.09",
        stroke=PHASES[standing.phase]["color"] if standing else _LINE,
        stroke_width="1",
        stroke_dasharray="1.5 3" if group["kind"] == "part" else "6 3",
    )


def _what(group: GroupBoxView) -> str:
    return group["text"] if group["kind"] == "part" else f"sub-workflow {group['text']}"


def _tab(group: GroupBoxView, standing: Standing | None) -> Markup:
    """The name of a group, on the upper edge of its outline."""
    return pill(group["tab"], PHASES[standing.phase]["glyph"] if standing else "")


def _edge(edge: CurveView) -> Markup:
    color = _CUT if edge["cut"] else _LINE
    return joined(
        element(
            "path",
            d=edge["line"],
            fill="none",
            stroke=color,
            stroke_width="1.5",
            stroke_dasharray=_DASHES[edge["kind"]] or None,
        ),
        element("path", d=edge["head"], fill=color),
        *(_strokes(edge["cut"]) if edge["cut"] else ()),
    )


def _strokes(path: str) -> Iterator[Markup]:
    """The mark of an edge that leads from one part to another."""
    yield element("path", d=path, fill="none", stroke=_CUT, stroke_width="1.8")


def _legend(top: float) -> Iterator[Markup]:
    """What the marks mean, below the drawing."""
    y = top + BADGE_HEIGHT / 2
    points = ((14.0, y), (24.0, y), (34.0, y), (44.0, y))
    line = f"M14 {y:.1f}H44"
    yield element("path", d=line, fill="none", stroke=_CUT, stroke_width="1.5")
    yield from _strokes(cut_path(points, aside=False))
    width = text_width(_MEANS, BADGE_SIZE) + 14
    yield pill(
        {
            "id": "",
            "x": 52.0,
            "y": top,
            "width": round(width, 1),
            "height": BADGE_HEIGHT,
            "text": _MEANS,
        }
    )
