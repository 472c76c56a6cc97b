"""Following a run from any process: what is new, until it has ended."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

from couler_jupyter.ir.run import Phase, RunEvent
from couler_jupyter.runs.store import RunStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What happened since the batch before.

    Attributes:
        events: in order; may be empty in the last batch, when a run was interrupted.
        last: seq of the newest event so far: pass it as `after` to go on later.
        phase: where the run stood just before they were read.
    """

    events: tuple[RunEvent, ...]
    last: int
    phase: Phase


def follow(
    store: RunStore, run_id: str, after: int = 0, poll: float = 0.1
) -> Iterator[Batch]:
    """Yield new events as they come, at most one batch each `poll` seconds.

    Ends when the run has ended or is interrupted and everything was yielded.

    Raises:
        UnknownName: there is no such run, or it was deleted meanwhile.
        StoreFailed: the store cannot be read.
    """
    last = after
    while True:
        phase = store.phase(run_id)  # before the events, so that none is missed
        found = store.events(run_id, after=last)
        if found:
            last = found[-1][0]
        over = phase.ended and not store.events(run_id, after=last, limit=1)
        if found or over:
            events = tuple(event for _, event in found)
            yield Batch(events=events, last=last, phase=phase)
        if over:
            return
        time.sleep(poll)
