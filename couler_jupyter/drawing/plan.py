"""A plan as text and as HTML: a line for each step, the whole below, the DAG with marks."""

from __future__ import annotations

from collections.abc import Iterator

from couler_jupyter.drawing.html import picture
from couler_jupyter.drawing.layouts import Layouts
from couler_jupyter.drawing.markup import Markup, element, isolated, joined
from couler_jupyter.drawing.measure import columns
from couler_jupyter.drawing.plan_words import (
    UNKNOWN,
    bytes_text,
    cost_text,
    fate_text,
    heading,
    row_time,
    total_lines,
)
from couler_jupyter.drawing.rows import padded
from couler_jupyter.drawing.table import row, table
from couler_jupyter.protocol import NodeView, PlanView, RowView, WorkflowView

_MOST_ROWS = 200
_LONGEST = 40
_HEADS = ("step", "what", "time", "leaves", "cost", "known from", "why")
_SAYS_SO = frozenset({"refused", "noted", "tuned"})
"""Words of decisions that stand by themselves below the table."""


def plan_bundle(plan: PlanView, workflow: WorkflowView) -> dict[str, str]:
    """Return a MIME bundle of a plan: a table, the DAG with marks, and plain text."""
    return {"text/html": plan_html(plan, workflow), "text/plain": plan_text(plan)}


def plan_text(plan: PlanView) -> str:
    """Return a plan as text."""
    return "\n".join(_lines(plan))


def plan_html(plan: PlanView, workflow: WorkflowView) -> str:
    """Return a plan as HTML that needs no script."""
    shown = marked(workflow, plan)
    cells = [_html_row(one, plan) for one in plan["rows"][:_MOST_ROWS]]
    whole = [row(name, text) for name, text in total_lines(plan)]
    return element(
        "div",
        element("p", element("b", heading(plan))),
        *(
            element("p", element("b", "refused: "), isolated(one))
            for one in plan["refused"]
        ),
        picture(Layouts().of(shown), shown),
        table("steps", _HEADS, cells, len(plan["rows"])),
        element("table", element("tbody", *whole)),
        *_remarks(plan),
    )


def _lines(plan: PlanView) -> Iterator[str]:
    yield heading(plan)
    shown = plan["rows"][:_MOST_ROWS]
    width = min(
        max((columns(isolated(one["id"])) for one in shown), default=0), _LONGEST
    )
    told = [(_mark(one), fate_text(one), row_time(one)) for one in shown]
    fates = max((columns(fate) for _, fate, _ in told), default=0)
    for one, (mark, fate, time) in zip(shown, told, strict=True):
        name = padded(isolated(one["id"]), width)
        more = "; ".join(isolated(text) for text in (one["basis"], one["why"]) if text)
        line = f"  {mark} {name}  {padded(fate, fates)}  {time}"
        yield f"{line}  ({more})" if more else line.rstrip()
    if hidden := len(plan["rows"]) - len(shown):
        yield f"    … and {hidden} more"
    for name, text in total_lines(plan):
        yield f"{name:<9} {text}"
    yield from (f"refused   {isolated(one)}" for one in plan["refused"])
    yield from (f"note      {isolated(one)}" for one in plan["notes"])


def _mark(one: RowView) -> str:
    """Return the column that says what is critical and what does not run."""
    if one["critical"]:
        return "*"
    return " " if one["fate"] == "run" else "-"


def _html_row(one: RowView, plan: PlanView) -> Markup:
    name = isolated(one["id"])
    runs = one["fate"] == "run"
    return row(
        element("b", name) if one["critical"] else name,
        fate_text(one),
        row_time(one),
        bytes_text(one["bytes"]) if runs else "",
        cost_text(one["cost"], plan["currency"]) if runs else "",
        isolated(one["basis"]),
        isolated(one["why"]),
    )


def _remarks(plan: PlanView) -> Iterator[Markup]:
    if plan["notes"]:
        told = (element("li", isolated(one)) for one in plan["notes"])
        yield joined(element("p", "notes"), element("ul", *told))
    if said := decision_lines(plan):
        lines = said[:_MOST_ROWS]
        yield element(
            "details",
            element(
                "summary", f"{len(said)} decision{'s' * (len(said) > 1)} of passes"
            ),
            element("ul", *(element("li", isolated(line)) for line in lines)),
        )


def decision_lines(plan: PlanView) -> list[str]:
    """Return what passes decided, a line each, but what is told anyway."""
    return [
        f"{one['pass']}: {one['step'] or 'workflow'} {one['word']} {one['to']}: {one['reason']}"
        for one in plan["decisions"]
        if one["word"] not in _SAYS_SO
    ]


def marked(workflow: WorkflowView, plan: PlanView) -> WorkflowView:
    """Return the DAG with what becomes of each step on its box."""
    rows = {one["id"]: one for one in plan["rows"]}
    nodes = [_marked_node(node, rows.get(node["id"])) for node in workflow["nodes"]]
    return {**workflow, "nodes": nodes}


def _marked_node(node: NodeView, one: RowView | None) -> NodeView:
    if one is None:
        return node
    marks: list[str] = []
    if one["fate"] != "run":
        marks.append(fate_text({**one, "part": None}).partition(" from ")[0])
    if one["part"] is not None:
        marks.append(f"part {one['part']}")
    if one["critical"]:
        marks.append("critical")
    if one["fate"] == "run" and (time := row_time(one)) != UNKNOWN:
        marks.append(time)
    return {**node, "badges": [*node["badges"], *marks]}
