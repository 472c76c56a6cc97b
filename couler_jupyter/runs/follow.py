"""Following a run from any process: what is new, until it has ended."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

from couler_jupyter.ir.run import Phase, RunEvent
from couler_jupyter.runs.store import RunStore

_MOST = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What happened since the batch before.

    Attributes:
        events: in order; empty only in the last batch, where a run was interrupted or
            had ended before.
        last: seq of the newest event so far: as `after`, it goes on from here.
        phase: where the run stood once they were read; ended in the last batch.
    """

    events: tuple[RunEvent, ...]
    last: int
    phase: Phase


def follow(
    store: RunStore, run_id: str, after: int = 0, poll: float = 0.1
) -> Iterator[Batch]:
    """Yield new events as they come, a batch every `poll` seconds at the most.

    Ends when the run has ended or is interrupted, and all was yielded. While nothing
    is written, it costs one cheap look per `poll`.

    Raises:
        UnknownName: there is no such run, or it was deleted meanwhile.
        StoreFailed: the store cannot be read.
    """
    last, seen = after, -1
    while True:
        version = store.changed()  # before reading: what comes later counts again
        if version != seen or not store.held(run_id):
            seen = version
            batch, over = _read(store, run_id, last)
            last = batch.last
            if batch.events or over:
                yield batch
            if over:
                return
            if len(batch.events) == _MOST:
                seen = -1
        time.sleep(poll)


def _read(store: RunStore, run_id: str, last: int) -> tuple[Batch, bool]:
    found = store.events(run_id, last, _MOST)
    if found:
        last = found[-1][0]
    phase = store.phase(run_id)
    events = tuple(event for _, event in found)
    over = phase.ended and not store.events(run_id, last, 1)
    return Batch(events=events, last=last, phase=phase), over
