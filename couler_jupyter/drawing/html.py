"""The drawing as HTML that needs no script: a picture and a table of the steps.

It keeps to what JupyterLab lets through in a notebook that is not trusted: no SVG but
as the source of an image, no style sheet, no class, every colour with its ground.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator

from couler_jupyter.drawing.amount import duration_text, memory_text, span_text
from couler_jupyter.drawing.layout import Layout
from couler_jupyter.drawing.looks import KINDS, PHASES
from couler_jupyter.drawing.markup import Markup, element, isolated, joined
from couler_jupyter.drawing.svg import summary, svg
from couler_jupyter.drawing.table import row, table
from couler_jupyter.drawing.text import heading
from couler_jupyter.ir.run import Phase
from couler_jupyter.protocol import NodeView, RunView, StepView, WorkflowView

MOST_BOXES = 500
"""A picture of more is too small to read, and half a megabyte in each notebook."""
_MOST_ROWS = 200
_WIDEST = 1000.0


def html(layout: Layout | None, view: WorkflowView, run: RunView | None = None) -> str:
    """Return `view` as HTML, with phases and durations if there is a `run`."""
    listed = _steps(run) if run is not None and run["steps"] else _nodes(view)
    return element(
        "div",
        picture(layout, view, run),
        element(
            "details",
            element("summary", heading(view, run)),
            listed,
            open="open" if _opens(view, run) else None,
        ),
    )


def _opens(view: WorkflowView, run: RunView | None) -> bool:
    return run is not None and len(view["nodes"]) <= 30


def picture(
    layout: Layout | None, view: WorkflowView, run: RunView | None = None
) -> Markup:
    """Return the drawing as an image, or a sentence where it would be too big."""
    if layout is None or len(view["nodes"]) > MOST_BOXES:
        return element("p", f"{summary(view, run)}; too many for a picture")
    picture = svg(layout, view, run).encode()
    return element(
        "img",
        src=f"data:image/svg+xml;base64,{b64encode(picture).decode()}",
        alt=summary(view, run),
        width=f"{min(layout.width, _WIDEST):.0f}",
    )


def _nodes(view: WorkflowView) -> Markup:
    rows = [row(*_node(node)) for node in view["nodes"][:_MOST_ROWS]]
    title = f"steps of {isolated(view['name'])}"
    return table(title, ("step", "kind", "what", "marks"), rows, len(view["nodes"]))


def _node(node: NodeView) -> Iterator[str]:
    yield isolated(node["id"])
    yield KINDS[node["kind"]]["word"]
    yield isolated(node["detail"])
    yield isolated(", ".join(node["badges"]))


def _steps(run: RunView) -> Markup:
    rows = [row(*_step(step)) for step in run["steps"][:_MOST_ROWS]]
    heads = ("step", "phase", "duration", "attempts", "CPU", "memory", "message")
    title = f"steps of run {isolated(run['run_id'])} on {isolated(run['engine'])}"
    return table(title, heads, rows, len(run["steps"]))


def _step(step: StepView) -> Iterator[str]:
    look = PHASES[Phase(step["phase"])]
    cpu, memory = step["cpu_seconds"], step["peak_memory"]
    yield isolated(step["id"])
    glyph = element("b", look["glyph"], style=_coloured(look["color"]))
    yield joined(glyph, f" {look['word']}")
    yield span_text(step["started"], step["finished"])
    yield str(step["attempts"] or "")
    yield duration_text(cpu) if cpu is not None else ""
    yield memory_text(memory) if memory is not None else ""
    yield isolated(step["message"])


def _coloured(color: str) -> str:
    return f"color: #ffffff; background-color: {color}; padding: 0 4px"
