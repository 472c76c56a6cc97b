"""What a notebook keeps of a view: the same drawing in every form that may be shown."""

from __future__ import annotations

from couler_jupyter.drawing.html import MOST_BOXES, html
from couler_jupyter.drawing.layouts import Layouts
from couler_jupyter.drawing.text import run_text, workflow_text
from couler_jupyter.protocol import RunView, WorkflowView


def bundle(
    view: WorkflowView, run: RunView | None = None, layouts: Layouts | None = None
) -> dict[str, str]:
    """Return a MIME bundle: HTML with a picture, and plain text.

    Args:
        view: what to draw.
        run: where a run of it stands, if there is one.
        layouts: kept by whoever draws the same workflow again.
    """
    drawn = len(view["nodes"]) <= MOST_BOXES
    layout = (layouts or Layouts()).of(view) if drawn else None
    plain = workflow_text(view) if run is None else run_text(view, run)
    return {"text/html": html(layout, view, run), "text/plain": plain}
