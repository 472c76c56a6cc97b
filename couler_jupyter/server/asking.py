"""Asking things of runs: each with a key, so that a second click does nothing.

A client may make a new key for each click. So what is asked again a moment later is
taken for a second click as well.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import cast

from couler_jupyter.engines import Remote
from couler_jupyter.errors import SubmitFailed
from couler_jupyter.ir import Json, from_json
from couler_jupyter.protocol import VERSION
from couler_jupyter.server.answers import DoneAnswer
from couler_jupyter.server.desk import Desk
from couler_jupyter.server.route import Given

_MOMENT = 2.0
"""Seconds in which nobody asks the same of a run twice and means it."""


def cancel(desk: Desk, given: Given) -> DoneAnswer:
    """Ask for a run to be stopped; asked with another key, its exit handlers are, too."""

    def act(run_id: str) -> str:
        desk.run(run_id).cancel()
        return run_id

    return _once(desk, given, "cancel", act)


def retry(desk: Desk, given: Given) -> DoneAnswer:
    """Run again, under the same id, what had not succeeded."""

    def act(run_id: str) -> str:
        record = desk.record(run_id)
        if not record.phase.ended:
            raise SubmitFailed(f"run {run_id} has not ended; cancel it first")
        desk.run(run_id).retry()
        return run_id

    return _once(desk, given, "retry", act)


def rerun(desk: Desk, given: Given) -> DoneAnswer:
    """Start a new run of the same workflow with the same arguments and options."""

    def act(run_id: str) -> str:
        record = desk.record(run_id)
        engine = desk.engine(record.engine)
        if isinstance(engine, Remote):
            return engine.resubmit(desk.run(run_id).run).id
        options: dict[str, Json] = json.loads(record.options)
        made = engine.submit(
            from_json(record.document),
            arguments=json.loads(record.arguments),
            options={**options, "notebook": record.notebook},
        )
        return made.id

    return _once(desk, given, "rerun", act)


def resume(desk: Desk, given: Given) -> DoneAnswer:
    """Let a suspended step go on, with what it should leave behind."""

    def act(run_id: str) -> str:
        step, outputs = given.body["step"], given.body.get("outputs", {})
        desk.run(run_id).resume(step, outputs)
        return run_id

    return _once(desk, given, "resume", act)


def delete(desk: Desk, given: Given) -> DoneAnswer:
    """Remove a run with its logs, and where it runs elsewhere, there too."""

    def act(run_id: str) -> str:
        run = desk.run(run_id)
        record = desk.record(run_id)
        if not record.phase.ended:
            raise SubmitFailed(f"run {run_id} has not ended; cancel it first")
        if record.remote:
            run.elsewhere.delete(run.run)
        desk.store.delete(run_id)
        return run_id

    return _once(desk, given, "delete", act)


def _once(desk: Desk, given: Given, what: str, act: Callable[[str], str]) -> DoneAnswer:
    """Do it, unless the same was asked with the same key, or a moment ago with any."""
    run_id = given.text("run")
    click = [what, run_id, given.body]

    def answer() -> Json:
        made = act(run_id)
        phase = "" if what == "delete" else desk.record(made).phase.value
        return {
            "type": "done",
            "version": VERSION,
            "done": what,
            "run_id": made,
            "phase": phase,
            "repeated": False,
        }

    def clicked() -> Json:
        found, repeated = once.do(json.dumps(click), answer, seconds=_MOMENT)
        return {**found, "repeated": repeated}

    once = desk.once
    asked = json.dumps([*click, given.text("Idempotency-Key")])
    found, repeated = once.do(asked, clicked)
    return cast("DoneAnswer", {**found, "repeated": repeated or found["repeated"]})
