"""From a plan to its view: plain JSON that a browser, a terminal and a file share."""

from __future__ import annotations

from couler_jupyter.ir import Workflow
from couler_jupyter.planning.plan import Part, Plan, Row, Size, Span, Total
from couler_jupyter.protocol import (
    VERSION,
    HandingView,
    PartPlanView,
    PlanView,
    RowView,
    SizeView,
    SpanView,
    TotalView,
    one_line,
)


def plan_view(plan: Plan) -> PlanView:
    """Return a plan as JSON."""
    return {
        "type": "plan",
        "version": VERSION,
        "workflow": plan.original.name,
        "engine": plan.engine,
        "passes": plan.passes,
        "targets": list(plan.targets),
        "rows": [_row(one) for one in plan.rows],
        "before": _total(plan.before),
        "after": _total(plan.after),
        "waves": len(plan.waves),
        "widest": max(plan.waves, default=0),
        "critical": list(plan.critical),
        "workers": plan.workers,
        "start_seconds": plan.start_seconds,
        "parts": [_part(one) for one in plan.parts],
        "handing": _handing(plan.workflow),
        "sizes": list(map(_size, plan.sizes)),
        "refused": [one_line(f"{problem}") for problem in plan.refused],
        "notes": [one_line(note) for note in plan.notes],
        "decisions": [
            {
                "pass": one.pass_name,
                "step": one.step,
                "word": one.word.value,
                "to": one.to,
                "reason": one_line(one.reason),
            }
            for one in plan.decisions
        ],
        "currency": plan.currency,
    }


def _handing(workflow: Workflow) -> HandingView | None:
    parts = workflow.parts
    return None if parts is None else {"mode": parts.mode.value, "live": parts.live}


def _part(part: Part) -> PartPlanView:
    return {
        "number": part.number,
        "id": part.id,
        "steps": part.steps,
        "sizes": list(map(_size, part.sizes)),
        "waits_for": list(part.waits_for),
        "edges": part.edges,
        "since": part.since,
        "done": part.done,
    }


def _size(one: Size) -> SizeView:
    return {
        "of": one.of,
        "amount": one.amount,
        "most": one.most,
        "reason": one.reason,
    }


def _row(row: Row) -> RowView:
    return {
        "id": row.step,
        "fate": row.fate.value,
        "to": row.to,
        "why": one_line(row.why),
        "part": row.part,
        "times": row.times,
        "seconds": _span(row.seconds),
        "bytes": row.bytes,
        "cost": row.cost,
        "basis": one_line(row.basis),
        "critical": row.critical,
    }


def _total(total: Total) -> TotalView:
    return {
        "steps": total.steps,
        "unknown": total.unknown,
        "seconds": _span(total.seconds),
        "cost": total.cost,
        "bytes": total.bytes,
    }


def _span(span: Span | None) -> SpanView | None:
    if span is None:
        return None
    return {
        "middle": round(span.middle, 3),
        "low": round(span.low, 3),
        "high": round(span.high, 3),
    }
