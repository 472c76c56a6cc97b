from __future__ import annotations

import os
import random
import signal
import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from couler_jupyter.errors import StoreFailed
from couler_jupyter.ir import Phase, RunEvent
from couler_jupyter.runs import RunRecord, RunStore, turn
from tests.runs.conftest import Start


def assert_consistent(store: RunStore, run_id: str) -> int:
    """Each call of `record` in the worker left both events and the output, or none."""
    events = store.events(run_id, limit=10**9)
    assert [seq for seq, _ in events] == list(range(1, len(events) + 1))
    pairs = [event for _, event in events]
    for first, second in zip(pairs[::2], pairs[1::2], strict=True):
        assert first.step == second.step
        assert (first.phase, second.phase) == (Phase.RUNNING, Phase.SUCCEEDED)
    paths = [event.step for event in pairs[::2]]
    assert list(store.steps(run_id)) == paths
    assert set(store.outputs(run_id)) == set(paths)
    with closing(sqlite3.connect(store.root / "runs.sqlite")) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    return len(paths)


def test_kill_in_the_middle_of_a_transaction_leaves_nothing_of_it(
    store: RunStore, run: RunRecord, root: Path, start: Start
) -> None:
    worker = start("stop_in_the_middle", root, run.id, "alone")
    assert worker.line() == "in the middle"
    assert (root / "runs.sqlite-wal").stat().st_size > 100_000  # really half written
    worker.kill()
    assert store.events(run.id) == ()
    store.record(run.id, [RunEvent(step="a", phase=Phase.RUNNING, time=1.0)])
    assert [(seq, e.step) for seq, e in store.events(run.id)] == [(1, "a")]


def test_a_child_of_the_killed_writer_does_not_block_others(
    store: RunStore, run: RunRecord, root: Path, start: Start
) -> None:
    worker = start("stop_in_the_middle", root, run.id, "children")
    assert worker.line() == "in the middle"
    worker.kill()
    store.record(run.id, [RunEvent(step="a", phase=Phase.RUNNING, time=1.0)])
    assert len(store.events(run.id)) == 1


@pytest.mark.parametrize("seed", range(3))
def test_kill_at_any_moment(
    store: RunStore, run: RunRecord, root: Path, start: Start, seed: int
) -> None:
    worker = start("record_for_ever", root, run.id)
    assert worker.line() == "ready"
    threading.Event().wait(random.Random(seed).uniform(0.02, 0.2))
    worker.kill()
    assert assert_consistent(store, run.id) > 0


def test_two_kernels_create_and_record_at_once(root: Path, start: Start) -> None:
    kernels = [start("create", root, 20) for _ in range(3)]  # nobody made the store yet
    for kernel in kernels:
        assert kernel.line() == "ready"
    for kernel in kernels:
        kernel.go()
    ids = [run_id for kernel in kernels for run_id in kernel.end()]
    assert len(ids) == len(set(ids)) == 60
    store = RunStore(root)
    assert {run.id for run in store.runs(limit=100)} == set(ids)
    for run_id in ids:
        assert assert_consistent(store, run_id) == 1
        assert store.folder(run_id).is_dir()
    store.close()


def test_writers_of_one_run_and_a_reader_that_misses_nothing(
    store: RunStore, run: RunRecord, root: Path, start: Start
) -> None:
    writers = [start("record", root, run.id, name, 150) for name in "ab"]
    for writer in writers:
        assert writer.line() == "ready"
    for writer in writers:
        writer.go()
    seen: list[tuple[int, RunEvent]] = []
    while len(seen) < 600:
        found = store.events(run.id, after=seen[-1][0] if seen else 0, limit=7)
        seen += found
    for writer in writers:
        writer.end()
    assert tuple(seen) == store.events(run.id)
    assert assert_consistent(store, run.id) == 300


def test_threads_share_one_store(store: RunStore, run: RunRecord) -> None:
    def write(name: str) -> None:
        for number in range(50):
            step = f"{name}[{number}]"
            store.record(
                run.id,
                [
                    RunEvent(step=step, phase=phase, time=1.0, attempt=1)
                    for phase in (Phase.RUNNING, Phase.SUCCEEDED)
                ],
                outputs={step: "1"},
            )
            assert step in store.steps(run.id)

    threads = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert assert_consistent(store, run.id) == 200


def test_a_reader_does_not_wait_for_a_writer(
    store: RunStore, run: RunRecord, root: Path, start: Start
) -> None:
    worker = start("stop_in_the_middle", root, run.id, "alone")
    worker.line()
    began = time.monotonic()
    assert store.events(run.id) == ()
    assert store.get(run.id).id == run.id
    newcomer = RunStore(root)
    assert newcomer.runs()[0].id == run.id
    newcomer.close()
    assert time.monotonic() - began < turn._PATIENCE / 2


def test_a_writer_that_stays_is_named_by_its_file(
    store: RunStore,
    run: RunRecord,
    root: Path,
    start: Start,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    worker = start("stop_in_the_middle", root, run.id, "alone")
    worker.line()
    monkeypatch.setattr(turn, "_PATIENCE", 0.05)
    with pytest.raises(StoreFailed, match=r"runs.lock stays locked by another process"):
        store.record(run.id, [])


def test_a_forked_child_opens_its_own_connections(
    store: RunStore, run: RunRecord
) -> None:
    store.steps(run.id)
    store.changed()
    child = os.fork()
    if child == 0:
        event = RunEvent(step="child", phase=Phase.RUNNING, time=1.0)
        store.record(run.id, [event])
        store.changed()
        os._exit(0 if "child" in store.steps(run.id) else 1)
    _, status = os.waitpid(child, 0)
    assert status == 0
    store.record(run.id, [RunEvent(step="parent", phase=Phase.RUNNING, time=1.0)])
    assert list(store.steps(run.id)) == ["child", "parent"]


def test_a_fork_at_a_bad_moment_leaves_the_child_a_store_that_works(
    store: RunStore, run: RunRecord
) -> None:
    with store._database._lock, store._database._turn.taken():  # as other threads might
        child = os.fork()
        if child == 0:
            signal.alarm(20)
            names = [one.id for one in store.runs()]
            store.changed()
            os._exit(0 if names == [run.id] else 1)
        _, status = os.waitpid(child, 0)
    assert status == 0
    store.record(run.id, [])


def test_each_command_is_delivered_once(
    store: RunStore, run: RunRecord, root: Path, start: Start
) -> None:
    takers = [start("take", root, run.id) for _ in range(2)]
    for taker in takers:
        assert taker.line() == "ready"
    for number in range(50):
        store.command(run.id, f"verb{number}")
    for _ in takers:  # one of them may take both
        store.command(run.id, "end")
    while any(taker.process.poll() is None for taker in takers):
        store.command(run.id, "end")
    taken = [verb for taker in takers for verb in taker.end() if verb != "end"]
    assert sorted(taken) == sorted(f"verb{number}" for number in range(50))


def test_commands_come_in_the_order_given(store: RunStore, run: RunRecord) -> None:
    store.command(run.id, "resume", "ask", '{"outputs": {}}')
    store.command(run.id, "cancel")
    first, second = store.take_commands(run.id)
    assert (first.verb, first.step, first.payload) == (
        "resume",
        "ask",
        '{"outputs": {}}',
    )
    assert (second.verb, second.step, second.payload) == ("cancel", "", "{}")
    assert first.time <= second.time
    assert store.take_commands(run.id) == ()


def test_a_change_in_another_process_shows(
    store: RunStore, run: RunRecord, root: Path, start: Start
) -> None:
    seen = store.changed()
    worker = start("record", root, run.id, "a", 1)
    worker.line()
    worker.go()
    worker.end()
    assert store.changed() != seen
