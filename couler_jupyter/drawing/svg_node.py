"""The box of one node as SVG: outline, icons, text and badges."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from couler_jupyter.drawing.box import (
    BADGE_SIZE,
    DETAIL_LINE,
    DETAIL_SIZE,
    LABEL_LINE,
    LABEL_SIZE,
    TEXT_LEFT,
)
from couler_jupyter.drawing.looks import KINDS, PHASES
from couler_jupyter.drawing.markup import Markup, element, isolated
from couler_jupyter.drawing.measure import fitted
from couler_jupyter.drawing.standing import Standing
from couler_jupyter.protocol import BoxView, NodeBoxView, NodeKind, NodeView

_PAPER, _INK, _FAINT = "#ffffff", "#1f2328", "#57606a"
_PALE, _RIM, _STILL = "#f3f5f7", "#c4cad1", "#8c959f"
_ROUND: Final[Mapping[NodeKind, str]] = {
    "container": "3",
    "script": "3",
    "function": "12",
    "job": "3",
    "subworkflow": "8",
    "suspend": "20",
    "foreign": "3",
    "part": "8",
}


def node_mark(box: NodeBoxView, node: NodeView, standing: Standing | None) -> Markup:
    """Return the box of `node`, in the colours of its phase if it has one."""
    kind = KINDS[node["kind"]]
    color = PHASES[standing.phase]["color"] if standing else _STILL
    part = "" if node["part"] is None else f"part {node['part']}"
    about = [node["id"], kind["word"], node["detail"], *node["badges"]]
    if part != node["id"]:
        about.append(part)
    said = "; ".join(isolated(part) for part in about if part)
    detail = box["detail"]
    if standing:
        detail = fitted(str(standing), DETAIL_SIZE, box["room"])
    return element(
        "g",
        element("title", f"{said}; {standing}" if standing else said),
        *_cards(box, node, color),
        _icon(kind["icon"], 9, 10, stroke=_FAINT, width="1.4"),
        _text(box["text"], LABEL_LINE, LABEL_SIZE, font_weight="600", fill=_INK),
        _text(detail, DETAIL_LINE, DETAIL_SIZE, fill=_FAINT),
        *(_phase(standing, box["width"]) if standing else ()),
        *(pill(badge) for badge in box["badges"]),
        transform=f"translate({box['x']:g} {box['y']:g})",
    )


def _cards(box: BoxView, node: NodeView, color: str) -> Iterator[Markup]:
    """The box; a second one behind it where one stands for many."""

    def card(at: float, fill: str, stroke: str, width: str, less: float = 0) -> Markup:
        return element(
            "rect",
            x=f"{at:g}",
            y=f"{at:g}",
            width=f"{box['width'] - less:g}",
            height=f"{box['height'] - less:g}",
            rx=_ROUND[node["kind"]],
            fill=fill,
            stroke=stroke,
            stroke_width=width,
        )

    if node["loop"]:
        yield card(4, _PAPER, color, "1")
    yield card(0, _PAPER, color, "1.6")
    if node["kind"] in {"subworkflow", "part"}:
        yield card(3, "none", _RIM, "1", less=6)


def _phase(standing: Standing, width: float) -> Iterator[Markup]:
    look, x = PHASES[standing.phase], width - 8
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


def _text(text: str, y: float, size: float, **font: str) -> Markup:
    return element(
        "text", text, x=f"{TEXT_LEFT:g}", y=f"{y:g}", font_size=f"{size:g}", **font
    )


def pill(box: BoxView, glyph: str = "") -> Markup:
    """Return a short text in a rounded frame, after a glyph if there is one."""
    x, y, width = box["x"], box["y"], box["width"]
    return element(
        "g",
        element(
            "rect",
            x=f"{x:g}",
            y=f"{y:g}",
            width=f"{width:g}",
            height=f"{box['height']:g}",
            rx="7.5",
            fill=_PALE,
            stroke=_RIM,
            stroke_width="0.8",
        ),
        element(
            "text",
            f"{glyph} {box['text']}" if glyph else box["text"],
            x=f"{x + width / 2:.1f}",
            y=f"{y + 11:.1f}",
            font_size=f"{BADGE_SIZE:g}",
            fill=_INK,
            text_anchor="middle",
        ),
    )
