"""The box of one node as SVG: outline, icons, text and badges."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from couler_jupyter.drawing.box import (
    BADGE_GAP,
    BADGE_HEIGHT,
    BADGE_LINE,
    BADGE_SIZE,
    DETAIL_LINE,
    DETAIL_SIZE,
    LABEL_LINE,
    LABEL_SIZE,
    TEXT_LEFT,
    badge_width,
    room,
    shown_badges,
)
from couler_jupyter.drawing.layout import Box
from couler_jupyter.drawing.looks import KINDS, PHASES
from couler_jupyter.drawing.markup import Markup, element, isolated
from couler_jupyter.drawing.measure import fitted
from couler_jupyter.drawing.standing import Standing
from couler_jupyter.protocol import NodeKind, NodeView

_PAPER, _INK, _FAINT = "#ffffff", "#1f2328", "#57606a"
_PALE, _RIM, _STILL = "#f3f5f7", "#c4cad1", "#8c959f"
_ROUND: Final[Mapping[NodeKind, str]] = {
    "container": "3",
    "script": "3",
    "function": "12",
    "job": "3",
    "subworkflow": "8",
    "suspend": "20",
}


def node_mark(box: Box, node: NodeView, standing: Standing | None) -> Markup:
    """Return the box of `node`, in the colours of its phase if it has one."""
    kind = KINDS[node["kind"]]
    color = PHASES[standing.phase]["color"] if standing else _STILL
    about = (node["id"], kind["word"], node["detail"], *node["badges"])
    said = "; ".join(isolated(part) for part in about if part)
    detail = str(standing) if standing else node["detail"]
    return element(
        "g",
        element("title", f"{said}; {standing}" if standing else said),
        *_cards(box, node, color),
        _icon(kind["icon"], 9, 10, stroke=_FAINT, width="1.4"),
        _label(node["label"], box),
        _detail(detail, box),
        *(_phase(standing, box) if standing else ()),
        *_badges(node, box),
        transform=f"translate({box.x:.1f} {box.y:.1f})",
    )


def _cards(box: Box, node: NodeView, color: str) -> Iterator[Markup]:
    """The box; a second one behind it where one stands for many."""

    def card(at: float, fill: str, stroke: str, width: str, less: float = 0) -> Markup:
        return element(
            "rect",
            x=f"{at:g}",
            y=f"{at:g}",
            width=f"{box.width - less:g}",
            height=f"{box.height - less:g}",
            rx=_ROUND[node["kind"]],
            fill=fill,
            stroke=stroke,
            stroke_width=width,
        )

    if node["loop"]:
        yield card(4, _PAPER, color, "1")
    yield card(0, _PAPER, color, "1.6")
    if node["kind"] == "subworkflow":
        yield card(3, "none", _RIM, "1", less=6)


def _phase(standing: Standing, box: Box) -> Iterator[Markup]:
    look, x = PHASES[standing.phase], box.width - 8
    yield element("circle", cx=f"{x:g}", cy="0", r="9", fill=look["color"])
    yield _icon(look["icon"], x - 8, -8, stroke=_PAPER, width="1.9")


def _icon(path: str, x: float, y: float, *, stroke: str, width: str) -> Markup:
    return element(
        "path",
        d=path,
        transform=f"translate({x:g} {y:g})",
        fill="none",
        stroke=stroke,
        stroke_width=width,
        stroke_linecap="round",
        stroke_linejoin="round",
    )


def _label(text: str, box: Box) -> Markup:
    return element(
        "text",
        fitted(isolated(text), LABEL_SIZE, room(box.width)),
        x=f"{TEXT_LEFT:g}",
        y=f"{LABEL_LINE:g}",
        font_size=f"{LABEL_SIZE:g}",
        font_weight="600",
        fill=_INK,
    )


def _detail(text: str, box: Box) -> Markup:
    return element(
        "text",
        fitted(isolated(text), DETAIL_SIZE, room(box.width)),
        x=f"{TEXT_LEFT:g}",
        y=f"{DETAIL_LINE:g}",
        font_size=f"{DETAIL_SIZE:g}",
        fill=_FAINT,
    )


def _badges(node: NodeView, box: Box) -> Iterator[Markup]:
    x = TEXT_LEFT - 2
    for badge in shown_badges(node["badges"], box.width):
        width = badge_width(badge)
        yield pill(isolated(badge), x, BADGE_LINE, width)
        x += width + BADGE_GAP


def pill(text: str, x: float, y: float, width: float) -> Markup:
    """Return a short text in a rounded frame; `text` is known to fit."""
    return element(
        "g",
        element(
            "rect",
            x=f"{x:.1f}",
            y=f"{y:.1f}",
            width=f"{width:.1f}",
            height=f"{BADGE_HEIGHT:g}",
            rx="7.5",
            fill=_PALE,
            stroke=_RIM,
            stroke_width="0.8",
        ),
        element(
            "text",
            text,
            x=f"{x + width / 2:.1f}",
            y=f"{y + 11:.1f}",
            font_size=f"{BADGE_SIZE:g}",
            fill=_INK,
            text_anchor="middle",
        ),
    )
