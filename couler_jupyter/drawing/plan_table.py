"""A plan's rows for a table that a person sorts and filters, in the words of all views."""

from __future__ import annotations

from base64 import b64encode

from couler_jupyter.drawing.html import MOST_BOXES
from couler_jupyter.drawing.layouts import Layouts
from couler_jupyter.drawing.markup import isolated
from couler_jupyter.drawing.plan import decision_lines, marked
from couler_jupyter.drawing.plan_words import (
    bytes_text,
    cost_text,
    fate_text,
    heading,
    row_time,
    total_lines,
)
from couler_jupyter.drawing.scene import drawing_view
from couler_jupyter.drawing.svg import summary, svg
from couler_jupyter.protocol import (
    VERSION,
    DrawingView,
    PlanView,
    RowView,
    WorkflowView,
)
from couler_jupyter.protocol.plan_table import PlanRowView, PlanTableView

_MOST_ROWS = 2000
_MOST_REMARKS = 200


def plan_table_view(
    plan: PlanView, workflow: WorkflowView | None = None
) -> PlanTableView:
    """Return a plan for a table; with a picture of the `workflow` if one is given."""
    picture, alt = _picture(workflow, plan) if workflow is not None else ("", "")
    return {
        "type": "plan_table",
        "version": VERSION,
        "heading": heading(plan),
        "rows": [_row(one, plan) for one in plan["rows"][:_MOST_ROWS]],
        "hidden": max(len(plan["rows"]) - _MOST_ROWS, 0),
        "whole": [[name, text] for name, text in total_lines(plan)],
        "refused": _some(plan["refused"]),
        "notes": _some(plan["notes"]),
        "decisions": _some(decision_lines(plan)),
        "picture": picture,
        "alt": alt,
    }


def plan_drawing(
    plan: PlanView, workflow: WorkflowView, whole: WorkflowView | None = None
) -> DrawingView:
    """Return the DAG before and after a plan, for a browser to draw.

    Args:
        plan: what becomes of each step.
        workflow: what is drawn at first.
        whole: the same with all groups open, where that is another.
    """
    drawn = marked(workflow, plan)
    return drawing_view(
        Layouts().of(drawn) if len(drawn["nodes"]) <= MOST_BOXES else None,
        drawn,
        whole=None if whole is None else marked(whole, plan),
        plan=plan,
    )


def _row(one: RowView, plan: PlanView) -> PlanRowView:
    runs = one["fate"] == "run"
    return {
        "id": one["id"],
        "fate": one["fate"],
        "told": fate_text(one),
        "seconds": _seconds(one),
        "time": row_time(one),
        "bytes": one["bytes"] if runs else None,
        "leaves": bytes_text(one["bytes"]) if runs else "",
        "amount": one["cost"] if runs else None,
        "cost": cost_text(one["cost"], plan["currency"]) if runs else "",
        "basis": one["basis"],
        "why": one["why"],
        "critical": one["critical"],
    }


def _seconds(one: RowView) -> float | None:
    """Return what all times of a step take, one after the other."""
    span, times = one["seconds"], one["times"]
    return None if span is None or times is None else span["middle"] * times


def _some(lines: list[str]) -> list[str]:
    shown = [isolated(line) for line in lines[:_MOST_REMARKS]]
    more = len(lines) - len(shown)
    return [*shown, f"and {more} more"] if more > 0 else shown


def _picture(workflow: WorkflowView, plan: PlanView) -> tuple[str, str]:
    drawn = marked(workflow, plan)
    if len(drawn["nodes"]) > MOST_BOXES:
        return "", summary(drawn)
    picture = svg(Layouts().of(drawn), drawn).encode()
    return f"data:image/svg+xml;base64,{b64encode(picture).decode()}", summary(drawn)
