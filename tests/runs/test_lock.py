from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from couler_jupyter.errors import StoreFailed, UnknownName
from couler_jupyter.ir import Phase, RunEvent
from couler_jupyter.runs import RunRecord, RunStore, lock
from tests.runs.conftest import Start


@pytest.fixture
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "_PATIENCE", 0.05)


def test_a_run_is_held_inside_the_with_only(store: RunStore, run: RunRecord) -> None:
    assert not store.held(run.id)
    with store.hold(run.id):
        assert store.held(run.id)
    assert not store.held(run.id)


def test_another_process_sees_the_holder(
    store: RunStore, run: RunRecord, root: Path, start: Start
) -> None:
    worker = start("hold", root, run.id)
    assert worker.line() == "held"
    assert store.held(run.id)
    worker.go()
    assert worker.line() == "released"
    assert not store.held(run.id)


@pytest.mark.usefixtures("_impatient")
def test_a_second_holder_is_told_who_has_it(
    store: RunStore, run: RunRecord, root: Path, start: Start
) -> None:
    worker = start("hold", root, run.id)
    worker.line()
    told = f"{run.id} is being driven by process {worker.process.pid}"
    with pytest.raises(StoreFailed, match=told), store.hold(run.id):
        pass


@pytest.mark.usefixtures("_impatient")
def test_two_threads_and_two_stores_exclude_each_other(
    store: RunStore, run: RunRecord, root: Path
) -> None:
    refused: list[str] = []

    def second() -> None:
        other = RunStore(root)
        try:
            with other.hold(run.id):
                pass
        except StoreFailed as error:
            refused.append(str(error))
        other.close()

    with store.hold(run.id):
        thread = threading.Thread(target=second)
        thread.start()
        thread.join()
    assert len(refused) == 1


def test_death_lets_go(
    store: RunStore, run: RunRecord, root: Path, start: Start
) -> None:
    worker = start("hold", root, run.id)
    worker.line()
    worker.kill()
    assert not store.held(run.id)
    with store.hold(run.id):
        assert store.held(run.id)


def test_children_that_outlive_the_holder_do_not_keep_it(
    store: RunStore, run: RunRecord, root: Path, start: Start
) -> None:
    worker = start("hold_with_orphan", root, run.id)
    orphans = [int(pid) for pid in worker.line().split()]
    assert store.held(run.id)
    worker.kill()
    try:
        # a child has a copy until it first runs, or has its new program: wait for it
        end = time.monotonic() + 60
        while store.held(run.id):
            assert time.monotonic() < end, "a child keeps it"
            time.sleep(0.01)
        assert all(Path(f"/proc/{pid}").exists() for pid in orphans)
    finally:
        for pid in orphans:
            os.kill(pid, signal.SIGKILL)


def test_a_child_that_leaves_through_finally_does_not_let_go(
    store: RunStore, run: RunRecord, root: Path, start: Start
) -> None:
    worker = start("fork_and_leave", root, run.id)
    assert worker.line() == "left"
    assert store.held(run.id)


def test_looking_at_it_in_the_holder_does_not_drop_it(
    store: RunStore, run: RunRecord, root: Path
) -> None:
    with store.hold(run.id):
        path = store.folder(run.id) / "lock"
        path.read_bytes()
        other = RunStore(root)
        assert other.held(run.id)
        other.close()
        look = "import sys; from pathlib import Path; from couler_jupyter.runs import"
        look += " lock; print(lock.state(Path(sys.argv[1])).name)"
        said = subprocess.check_output([sys.executable, "-c", look, str(path)])
        assert said.strip() == b"HELD"


def test_many_who_look_do_not_keep_a_holder_out(
    store: RunStore, run: RunRecord
) -> None:
    stop = threading.Event()

    def look() -> None:
        while not stop.is_set():
            store.held(run.id)

    lookers = [threading.Thread(target=look) for _ in range(4)]
    for thread in lookers:
        thread.start()
    try:
        for _ in range(50):
            with store.hold(run.id):
                assert store.held(run.id)
    finally:
        stop.set()
        for thread in lookers:
            thread.join()


def test_a_live_run_without_a_driver_is_interrupted(
    store: RunStore, run: RunRecord, root: Path, start: Start
) -> None:
    store.record(run.id, [RunEvent(step="", phase=Phase.RUNNING, time=1.0)])
    worker = start("hold", root, run.id)
    worker.line()
    assert store.get(run.id).phase is Phase.RUNNING
    worker.kill()
    assert store.get(run.id).phase is Phase.INTERRUPTED
    assert store.phase(run.id) is Phase.INTERRUPTED
    assert store.runs()[0].phase is Phase.INTERRUPTED


def test_an_ended_run_needs_no_driver(store: RunStore, run: RunRecord) -> None:
    with store.hold(run.id):
        store.record(run.id, [RunEvent(step="", phase=Phase.SUCCEEDED, time=1.0)])
    assert store.get(run.id).phase is Phase.SUCCEEDED


def test_a_new_run_has_some_seconds_to_begin(
    store: RunStore, run: RunRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert store.phase(run.id) is Phase.PENDING
    monkeypatch.setattr("couler_jupyter.runs.standing.GRACE", -1.0)
    assert store.phase(run.id) is Phase.INTERRUPTED


def test_a_clock_set_back_does_not_prolong_them(
    store: RunStore, run: RunRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.time", lambda: run.created - 3600)
    assert store.phase(run.id) is Phase.INTERRUPTED


def test_an_end_between_two_looks_is_not_an_interruption(
    store: RunStore, run: RunRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    # the driver ends the run and lets go after its row was read, before its lock is
    real = lock.state

    def ends_first(path: Path) -> lock.Hold:
        monkeypatch.setattr(lock, "state", real)
        with store.hold(run.id):
            store.record(run.id, [RunEvent(step="", phase=Phase.SUCCEEDED, time=1.0)])
        return real(path)

    monkeypatch.setattr(lock, "state", ends_first)
    assert store.phase(run.id) is Phase.SUCCEEDED


def test_a_reopening_between_two_looks_is_not_an_interruption(
    store: RunStore, run: RunRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    with store.hold(run.id):
        pass
    real = lock.state

    def reopened_after(path: Path) -> lock.Hold:
        found = real(path)
        monkeypatch.setattr(lock, "state", real)
        store.reopen(run.id)
        return found

    monkeypatch.setattr(lock, "state", reopened_after)
    assert store.phase(run.id) is Phase.PENDING


def test_a_run_deleted_while_waiting_for_it(
    store: RunStore, run: RunRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = lock._try

    def deleted_first(fd: int, kind: int) -> bool:
        monkeypatch.setattr(lock, "_try", real)
        store.delete(run.id)
        return real(fd, kind)

    monkeypatch.setattr(lock, "_try", deleted_first)
    with pytest.raises(StoreFailed, match="was deleted meanwhile"), store.hold(run.id):
        pass


def test_holding_what_is_not_there(store: RunStore, run: RunRecord) -> None:
    with (
        pytest.raises(UnknownName, match="20200101"),
        store.hold("20200101-000000-a-b"),
    ):
        pass
    store.delete(run.id)
    with pytest.raises(UnknownName), store.hold(run.id):
        pass
    assert not store.held(run.id)


def test_a_run_that_goes_on_elsewhere_is_never_interrupted(store: RunStore) -> None:
    run = store.create(workflow="w", engine="argo", document="{}", remote=True)
    with store.hold(run.id):
        event = RunEvent(step="", phase=Phase.RUNNING, time=1.0)
        store.record(run.id, [event])
    assert store.get(run.id).remote
    assert store.phase(run.id) is Phase.RUNNING
    assert store.runs(phase=Phase.RUNNING)[0].id == run.id
    with pytest.raises(StoreFailed, match="has not ended"):
        store.reopen(run.id)
