"""What is inside a node's box and where, from its corner; nothing about phases."""

from __future__ import annotations

from collections.abc import Sequence

from couler_jupyter.drawing.measure import text_width
from couler_jupyter.protocol import NodeView

LABEL_SIZE = 13.0
DETAIL_SIZE = 11.0
BADGE_SIZE = 10.0
BADGE_GAP = 5.0
TEXT_LEFT = 32.0
RIGHT = 10.0
LABEL_LINE = 19.0
DETAIL_LINE = 35.0
BADGE_LINE = 44.0
BADGE_HEIGHT = 15.0
_LOW, _HIGH = 46.0, 66.0
_NARROWEST, _NARROWEST_LOOP, _WIDEST = 152.0, 232.0, 260.0
_WIDEST_LABEL = 160.0


def node_size(node: NodeView) -> tuple[float, float]:
    """Return width and height of the box of `node`; the same with and without a run."""
    label = text_width(node["label"], LABEL_SIZE)
    detail = text_width(node["detail"], DETAIL_SIZE)
    badges = sum(badge_width(badge) + BADGE_GAP for badge in node["badges"])
    inner = max(label, detail, badges) + TEXT_LEFT + RIGHT
    narrowest = _NARROWEST_LOOP if _has_items(node) else _NARROWEST
    width = min(max(inner, narrowest), _WIDEST)
    return round(width, 0), _HIGH if node["badges"] else _LOW


def shown_badges(badges: Sequence[str], width: float) -> list[str]:
    """Return the badges that fit a box so wide, then how many do not."""
    left = room(width)
    shown: list[str] = []
    for index, badge in enumerate(badges):
        more = f"+{len(badges) - index}"
        spare = 0.0 if index == len(badges) - 1 else badge_width(more) + BADGE_GAP
        if badge_width(badge) + spare > left + BADGE_GAP:
            return [*shown, more]
        shown.append(badge)
        left -= badge_width(badge) + BADGE_GAP
    return shown


def _has_items(node: NodeView) -> bool:
    """Whether a run tells how many of its steps ended how."""
    return bool(node["loop"]) or node["kind"] in {"subworkflow", "part"}


def badge_width(badge: str) -> float:
    """Return the width of a badge."""
    return text_width(badge, BADGE_SIZE) + 10.0


def edge_label_width(label: str) -> float:
    """Return the width of the label of an edge; 0 if it has none."""
    return min(badge_width(label), _WIDEST_LABEL) if label else 0.0


def room(width: float) -> float:
    """Return how many pixels of text go on one line of a box so wide."""
    return width - TEXT_LEFT - RIGHT
