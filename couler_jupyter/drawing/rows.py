"""One line for each node of a drawing, as the plain-text views share them."""

from __future__ import annotations

from couler_jupyter.drawing.looks import PHASES
from couler_jupyter.drawing.markup import isolated
from couler_jupyter.drawing.measure import columns, fitted_columns
from couler_jupyter.drawing.standing import Standing
from couler_jupyter.protocol import NodeView

_NO_RUN = "●"


def mark_of(standing: Standing | None) -> str:
    """Return the one column that says where a node stands."""
    return PHASES[standing.phase]["glyph"] if standing else _NO_RUN


def about(node: NodeView, standing: Standing | None) -> str:
    """Return where a node stands, or what it is while there is no run; and its part."""
    told = [str(standing)] if standing else [node["detail"], *node["badges"]]
    if node["part"] is not None and node["kind"] != "part":
        told.append(f"part {node['part']}")
    return " · ".join(isolated(one) for one in told if one)


def padded(text: str, width: int) -> str:
    """Return `text` in exactly `width` columns, cut or filled up with spaces."""
    shown = fitted_columns(text, width)
    return shown + " " * (width - columns(shown))
