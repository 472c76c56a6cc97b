"""Everything a browser needs to draw a workflow, measured and cut to fit already."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from couler_jupyter.drawing.arrow import cut_path, head_path, line_path
from couler_jupyter.drawing.box import (
    BADGE_GAP,
    BADGE_HEIGHT,
    BADGE_LINE,
    BADGE_SIZE,
    DETAIL_SIZE,
    LABEL_SIZE,
    TEXT_LEFT,
    badge_width,
    edge_label_width,
    room,
    shown_badges,
)
from couler_jupyter.drawing.layout import Box, Curve, Layout
from couler_jupyter.drawing.looks import KINDS, PHASES
from couler_jupyter.drawing.markup import isolated
from couler_jupyter.drawing.measure import fitted, text_width
from couler_jupyter.protocol import (
    VERSION,
    BoxView,
    CurveView,
    DrawingView,
    EdgeView,
    GroupBoxView,
    GroupView,
    LayoutView,
    NodeBoxView,
    NodeView,
    PlanView,
    RunView,
    WorkflowView,
)

_NOWHERE: Final[LayoutView] = {
    "width": 0,
    "height": 0,
    "nodes": [],
    "groups": [],
    "edges": [],
}


def drawing_view(
    layout: Layout | None,
    workflow: WorkflowView,
    run: RunView | None = None,
    *,
    requests: Collection[str] = (),
    whole: WorkflowView | None = None,
    plan: PlanView | None = None,
) -> DrawingView:
    """Return what a widget starts from.

    Args:
        layout: of `workflow`; None to have the browser group and lay out what is too
            big to be read.
        workflow: what is drawn at first.
        run: where a run of it stands, if there is one.
        requests: what may be asked of whoever shows it.
        whole: the same with all groups open, where that is another.
        plan: of that workflow, if there is one.
    """
    whole = whole or workflow
    return {
        "type": "drawing",
        "version": VERSION,
        "workflow": whole,
        "layout": layout_view(layout, workflow) if layout else _NOWHERE,
        "phases": {phase.value: look for phase, look in PHASES.items()},
        "kinds": {str(kind): look for kind, look in KINDS.items()},
        "closed": closed_groups(whole, workflow),
        "run": run,
        "plan": plan,
        "requests": sorted(requests),
    }


def closed_groups(whole: WorkflowView, drawn: WorkflowView) -> list[str]:
    """Return the groups of `whole` that are not open in `drawn`."""
    opened = {group["id"] for group in drawn["groups"]}
    return [one["id"] for one in whole["groups"] if one["id"] not in opened]


def layout_view(layout: Layout, workflow: WorkflowView) -> LayoutView:
    """Return where everything in `workflow` is drawn, in tenths of a pixel."""
    nodes = {node["id"]: node for node in workflow["nodes"]}
    groups = {group["id"]: group for group in workflow["groups"]}
    edges = {(edge["source"], edge["target"]): edge for edge in workflow["edges"]}
    return {
        "width": round(layout.width, 1),
        "height": round(layout.height, 1),
        "nodes": [_node(box, nodes[box.id]) for box in layout.nodes],
        "groups": [_group(box, groups[box.id]) for box in layout.groups],
        "edges": [_edge(one, edges[one.source, one.target]) for one in layout.curves],
    }


def _node(box: Box, node: NodeView) -> NodeBoxView:
    space = room(box.width)
    return {
        **_box(box, fitted(isolated(node["label"]), LABEL_SIZE, space)),
        "detail": fitted(isolated(node["detail"]), DETAIL_SIZE, space),
        "badges": list(_badges(node["badges"], box.width)),
        "room": space,
    }


def _badges(badges: list[str], width: float) -> Iterator[BoxView]:
    x = TEXT_LEFT - 2
    for badge in shown_badges(badges, width):
        box = Box("", x, BADGE_LINE, badge_width(badge), BADGE_HEIGHT)
        yield _box(box, isolated(badge))
        x += box.width + BADGE_GAP


def _group(box: Box, group: GroupView) -> GroupBoxView:
    label = " · ".join((isolated(group["label"]), *group["badges"]))
    shown = fitted(label, BADGE_SIZE, box.width - 26)
    width = text_width(shown, BADGE_SIZE) + 26
    tab = Box("", box.x + 8, box.y - BADGE_HEIGHT / 2, width, BADGE_HEIGHT)
    return {**_box(box, label), "kind": group["kind"], "tab": _box(tab, shown)}


def _edge(curve: Curve, edge: EdgeView) -> CurveView:
    return {
        "source": curve.source,
        "target": curve.target,
        "kind": edge["kind"],
        "line": line_path(curve.points),
        "head": head_path(curve.points),
        "cut": cut_path(curve.points, aside=bool(edge["label"])) if edge["cut"] else "",
        "label": _label(curve, edge["label"]) if edge["label"] else None,
    }


def _label(curve: Curve, text: str) -> BoxView:
    (x, y), width = curve.label, edge_label_width(text)
    box = Box("", x - width / 2, y - BADGE_HEIGHT / 2, width, BADGE_HEIGHT)
    return _box(box, fitted(isolated(text), BADGE_SIZE, width - 10))


def _box(box: Box, text: str) -> BoxView:
    return {
        "id": box.id,
        "x": round(box.x, 1),
        "y": round(box.y, 1),
        "width": round(box.width, 1),
        "height": round(box.height, 1),
        "text": text,
    }
