from __future__ import annotations

import sys
import threading
import time
from itertools import islice
from pathlib import Path

import pytest

from couler_jupyter.errors import UnknownName
from couler_jupyter.ir import Phase, RunEvent
from couler_jupyter.runs import Batch, RunRecord, RunStore, follow
from tests.runs.conftest import Start


def event(step: str, phase: Phase) -> RunEvent:
    return RunEvent(step=step, phase=phase, time=1.0)


def test_an_ended_run_is_told_at_once(store: RunStore, run: RunRecord) -> None:
    events = (event("a", Phase.SUCCEEDED), event("", Phase.SUCCEEDED))
    store.record(run.id, events)
    (batch,) = follow(store, run.id, poll=60)
    assert batch == Batch(events=events, last=2, phase=Phase.SUCCEEDED)
    (batch,) = follow(store, run.id, after=1, poll=60)
    assert batch == Batch(events=events[1:], last=2, phase=Phase.SUCCEEDED)
    (batch,) = follow(store, run.id, after=2, poll=60)
    assert batch == Batch(events=(), last=2, phase=Phase.SUCCEEDED)


def test_another_process_follows_to_the_end(
    store: RunStore, run: RunRecord, root: Path, start: Start
) -> None:
    with store.hold(run.id):
        store.record(run.id, [event("", Phase.RUNNING)])
        follower = start("follow_all", root, run.id)
        assert follower.line() == " running"
        assert follower.line() == "now running"
        store.record(run.id, [event("a", Phase.RUNNING), event("a", Phase.FAILED)])
        assert [follower.line() for _ in range(3)] == [
            "a running",
            "a failed",
            "now running",
        ]
        store.record(run.id, [event("", Phase.FAILED)])
        assert follower.end() == [" failed", "now failed"]


def test_it_ends_when_the_driver_is_killed(
    store: RunStore, run: RunRecord, root: Path, start: Start
) -> None:
    driver = start("hold", root, run.id)
    driver.line()
    store.record(run.id, [event("", Phase.RUNNING)])
    follower = start("follow_all", root, run.id)
    assert [follower.line(), follower.line()] == [" running", "now running"]
    driver.kill()
    assert follower.end() == ["now interrupted"]


def test_nothing_is_missed_while_others_write(
    store: RunStore, run: RunRecord, root: Path, start: Start
) -> None:
    writer = start("record", root, run.id, "a", 200)
    writer.line()
    seen: list[RunEvent] = []
    with store.hold(run.id):
        writer.go()
        for batch in follow(store, run.id, poll=0.001):
            seen += batch.events
            assert batch.last == len(seen)
            if len(seen) == 400:
                store.record(run.id, [event("", Phase.SUCCEEDED)])
    assert seen == [one for _, one in store.events(run.id)]
    assert len(seen) == 401


def test_a_long_past_comes_in_several_batches(
    store: RunStore, run: RunRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules[follow.__module__], "_MOST", 10)
    store.record(run.id, [event(f"s[{n}]", Phase.SUCCEEDED) for n in range(24)])
    store.record(run.id, [event("", Phase.SUCCEEDED)])
    with store.hold(run.id):
        batches = list(islice(follow(store, run.id, poll=0.001, idle=True), 3))
    assert [len(batch.events) for batch in batches] == [10, 10, 5]


def test_waiting_costs_little(
    store: RunStore, run: RunRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads: list[int] = []
    real = store.events

    def counted(*arguments: object) -> object:
        reads.append(1)
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(store, "events", counted)
    with store.hold(run.id):
        looks = follow(store, run.id, poll=0.001, idle=True)
        began = time.monotonic()
        batches = [next(looks) for _ in range(20)]
        assert time.monotonic() - began >= 19 * 0.001
    assert {batch.events for batch in batches} == {()}
    assert {batch.phase for batch in batches} == {Phase.PENDING}
    assert len(reads) == 1


def test_a_run_that_was_deleted_meanwhile(store: RunStore, run: RunRecord) -> None:
    with pytest.raises(UnknownName):
        next(follow(store, "20200101-000000-no-such"))
    looks = follow(store, run.id, poll=0.001, idle=True)
    next(looks)
    thread = threading.Thread(target=store.delete, args=(run.id,))
    thread.start()
    thread.join()
    with pytest.raises(UnknownName):
        for _ in looks:
            pass
