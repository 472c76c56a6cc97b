"""Following a run from any process: what is new, until it has ended."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

from couler_jupyter.ir.run import Phase, RunEvent
from couler_jupyter.runs.store import RunStore

_MOST = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What happened since the batch before.

    Attributes:
        events: in order.
        last: seq of the newest event so far: as `after`, it goes on from here.
        phase: where the run stood once they were read; ended in the last batch.
    """

    events: tuple[RunEvent, ...]
    last: int
    phase: Phase


def follow(
    store: RunStore,
    run_id: str,
    after: int = 0,
    poll: float = 0.1,
    *,
    idle: bool = False,
) -> Iterator[Batch]:
    """Yield new events as they come, a batch every `poll` seconds at the most.

    Ends when the run has ended or is interrupted, and all was yielded; the last batch
    may be empty. While nothing is written, it costs one cheap look per `poll`.

    Args:
        store: where the run is.
        run_id: its whole id.
        after: seq of the last event already seen.
        poll: seconds between looks.
        idle: whether to yield an empty batch, too, when nothing happened.

    Raises:
        UnknownName: there is no such run, or it was deleted meanwhile.
        StoreFailed: the store cannot be read.
    """
    batch, seen = Batch(events=(), last=after, phase=Phase.PENDING), -1
    while True:
        over = False
        version = store.changed()  # before reading: what comes later counts again
        if version != seen or not store.held(run_id):
            batch, over = _read(store, run_id, batch.last)
            seen = -1 if len(batch.events) == _MOST else version
        else:
            batch = replace(batch, events=())
        if batch.events or over or idle:
            yield batch
        if over:
            return
        time.sleep(poll)


def _read(store: RunStore, run_id: str, last: int) -> tuple[Batch, bool]:
    found = store.events(run_id, last, _MOST)
    if found:
        last = found[-1][0]
    phase = store.phase(run_id)
    events = tuple(event for _, event in found)
    over = phase.ended and not store.events(run_id, last, 1)
    return Batch(events=events, last=last, phase=phase), over
