"""Why a step ran, or will: what changed since the last time, as a diff."""

from __future__ import annotations

from collections.abc import Iterator

from couler_jupyter.fingerprint import (
    Part,
    changes,
    never_reused,
    parts_of,
    told_changes,
)
from couler_jupyter.ir import Step
from couler_jupyter.store import Attempt, Store

_GIVEN = ("input ", "value of ")
_LOOK_BACK = 200


def why_lines(
    store: Store, workflow: str, path: str, step: Step | None
) -> Iterator[str]:
    """Yield what there is to say of a step.

    Args:
        store: where its history is.
        workflow: the name of the workflow; empty for any.
        path: of the step, as runs call it.
        step: as it is written now; None where nobody knows.
    """
    attempts = store.history.attempts(workflow=workflow, limit=_LOOK_BACK * 50)
    mine = [one for one in attempts if path in (one.path, one.step)][:_LOOK_BACK]
    if not mine:
        yield f"{path} has not run yet, as far as the cache knows"
    else:
        yield from _last(store, mine)
    if step is None:
        return
    if why := never_reused(step):
        yield f"it is never reused: {why}"
    if mine:
        yield from _edits(store, mine, step)


def last_engine(store: Store, workflow: str, path: str) -> str:
    """Return the name of the engine that last had a step; empty if none is known."""
    attempts = store.history.attempts(workflow=workflow, limit=_LOOK_BACK * 50)
    return next((one.engine for one in attempts if path in (one.path, one.step)), "")


def _last(store: Store, mine: list[Attempt]) -> Iterator[str]:
    last = mine[0]
    yield f"{last.path} {last.phase} in run {last.run}{_reason(store, last)}"
    earlier = next((one for one in mine if one.fingerprint != last.fingerprint), None)
    if earlier is None:
        return
    before = _parts(store, earlier.fingerprint)
    now = _parts(store, last.fingerprint)
    if before and now:
        yield f"what had changed since run {earlier.run}:"
        yield from (f"  {line}" for line in told_changes(changes(before, now)))


def _edits(store: Store, mine: list[Attempt], step: Step) -> Iterator[str]:
    """Yield what was edited since it last left something behind."""
    for one in mine:
        if before := _parts(store, one.fingerprint):
            found = changes(_own(before), _own(parts_of(step, {})))
            if not found:
                yield f"it was not edited since run {one.run}"
                return
            yield f"edited since run {one.run}, so it will run:"
            yield from (f"  {line}" for line in told_changes(found))
            return


def _reason(store: Store, attempt: Attempt) -> str:
    for past in reversed(store.history.pasts(workflow=attempt.workflow, limit=50)):
        if past.run == attempt.run:
            for visit in past.visits:
                if visit.step == attempt.path and visit.reason:
                    return f": {visit.reason}"
    return ""


def _parts(store: Store, fingerprint: str) -> tuple[Part, ...]:
    return tuple(Part(*one) for one in store.results.parts(fingerprint))


def _own(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    return tuple(one for one in parts if not one.name.startswith(_GIVEN))
