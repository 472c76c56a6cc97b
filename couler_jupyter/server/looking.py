"""Looking at runs: lists, one run, its drawing, its steps, what happened since."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import cast

from couler_jupyter.ir import Json, Phase, RunEvent
from couler_jupyter.protocol import (
    VERSION,
    DrawingView,
    RunPatch,
    RunView,
    StepDetail,
    one_line,
    workflow_view,
)
from couler_jupyter.runs import RunRecord
from couler_jupyter.runs.listing import Listing, Order, page_of
from couler_jupyter.server.answers import (
    AboutAnswer,
    EventEntry,
    EventsAnswer,
    RunEntry,
    RunsAnswer,
    StepsAnswer,
)
from couler_jupyter.server.desk import Desk
from couler_jupyter.server.route import Given
from couler_jupyter.session.telling import told_of
from couler_jupyter.version import __version__

REQUESTS = ("cancel", "delete", "rerun", "resume", "retry")
"""What can be asked of runs, by the last part of its path."""
_NEVER = 1 << 62
"""Behind all events."""


def about(desk: Desk, given: Given) -> AboutAnswer:
    """Say what serves."""
    del given
    return {
        "type": "about",
        "version": VERSION,
        "package": __version__,
        "read_only": desk.read_only,
        "store": str(desk.root),
        "requests": [] if desk.read_only else list(REQUESTS),
    }


def list_runs(desk: Desk, given: Given) -> RunsAnswer:
    """Return one page of runs."""
    listing = Listing(
        phases=frozenset(map(Phase, given.texts("phase"))),
        workflow=given.text("workflow") or None,
        engine=given.text("engine") or None,
        search=given.text("search") or None,
        order=Order(given.text("sort")),
        ascending=given.text("order") == "asc",
    )
    limit, after = given.number("limit"), given.text("cursor")
    page = page_of(desk.store, listing, limit=limit, after=after)
    desk.attend(page.runs)
    return {
        "type": "runs",
        "version": VERSION,
        "runs": [_entry(desk, one, page.steps[one.id]) for one in page.runs],
        "next": page.next,
        "total": page.total,
        "sent": time.time(),
    }


def one_run(desk: Desk, given: Given) -> RunView:
    """Return where a run and each of its steps stand."""
    run = desk.run(given.text("run"))
    return run.view(run.whole)


def run_drawing(desk: Desk, given: Given) -> DrawingView:
    """Return a run's workflow, laid out, and where each step stands."""
    run = desk.run(given.text("run"))
    opened, closed = given.texts("open"), given.texts("closed")
    drawn = workflow_view(run.workflow, opened=opened, closed=closed)
    return desk.drawing(drawn, run, requests_of(desk, run.record))


def one_step(desk: Desk, given: Given) -> StepDetail:
    """Return what a step is: what it runs, what it is given, where it was written."""
    return told_of(desk.run(given.text("run")), given.text("step"))


def run_steps(desk: Desk, given: Given) -> StepsAnswer:
    """Return one page of a run's steps; the cursor counts, as steps are never taken away."""
    run = desk.run(given.text("run"))
    phases, text = given.texts("phase"), given.text("search").lower()
    fitting = [
        step
        for step in run.view(run.whole)["steps"]
        if (not phases or step["phase"] in phases) and text in step["id"].lower()
    ]
    begin, limit = int(given.text("cursor") or 0), given.number("limit")
    end = begin + limit
    return {
        "type": "steps",
        "version": VERSION,
        "run_id": run.id,
        "steps": fitting[begin:end],
        "next": str(end) if end < len(fitting) else "",
        "total": len(fitting),
    }


def run_events(desk: Desk, given: Given) -> EventsAnswer:
    """Return what happened in a run behind an event, and what that comes to."""
    run = desk.run(given.text("run"))
    after, limit = given.number("after"), given.number("limit")
    before = run.phase  # asked first: what ended before has told all of it
    events = desk.store.events(run.id, after, limit)
    view = run.view(run.whole, after=after if events else _NEVER)
    more = len(events) == limit
    return {
        "type": "events",
        "version": VERSION,
        "run_id": run.id,
        "events": [_event(seq, event) for seq, event in events],
        "last": events[-1][0] if events else after,
        "more": more,
        "phase": view["phase"],
        "live": more or not before.ended,
        "patch": _patch(view) if events else None,
    }


def has_news(answer: Mapping[str, Json]) -> bool:
    """Whether something happened, or will no more."""
    return bool(answer["events"]) or not answer["live"]


def requests_of(desk: Desk, record: RunRecord) -> list[str]:
    """Return what can be asked of a run now."""
    if desk.read_only:
        return []
    found = {"rerun"}
    if record.phase.ended:
        found.add("delete")
        found.update(() if record.phase.good else ("retry",))
        found.update(("cancel",) if record.phase is Phase.INTERRUPTED else ())
    else:
        found.update(("cancel", "resume"))
    return sorted(found)


def _entry(desk: Desk, run: RunRecord, steps: Mapping[Phase, int]) -> RunEntry:
    return {
        "run_id": run.id,
        "workflow": run.workflow,
        "engine": run.engine,
        "phase": run.phase.value,
        "message": one_line(run.message),
        "created": run.created,
        "started": run.started,
        "finished": run.finished,
        "seconds": run.duration,
        "notebook": run.notebook,
        "restarts": run.attempt,
        "remote": run.remote,
        "live": not run.phase.ended,
        "steps": {phase.value: count for phase, count in steps.items()},
        "requests": requests_of(desk, run),
    }


def _event(seq: int, event: RunEvent) -> EventEntry:
    return {
        "seq": seq,
        "step": event.step,
        "phase": event.phase.value,
        "time": event.time,
        "attempt": event.attempt,
        "message": one_line(event.message),
    }


def _patch(view: RunView) -> RunPatch:
    return cast(
        "RunPatch",
        {
            "type": "patch",
            "version": VERSION,
            "run_id": view["run_id"],
            "run": {
                "phase": view["phase"],
                "message": view["message"],
                "started": view["started"],
                "finished": view["finished"],
            },
            "steps": view["steps"],
            "sent": time.time(),
        },
    )
