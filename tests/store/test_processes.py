"""Real processes that share a store, and are killed at any moment."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from couler_jupyter.store import Store, object_of
from couler_jupyter.store.places import place_of

BUDGET = 3 << 20
LARGEST = 1 << 20
_PATIENCE = 60.0


@pytest.fixture(params=["sqlite", "postgres"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "postgres":
        return str(request.getfixturevalue("postgres_url"))
    return f"sqlite:///{tmp_path}/store/index.sqlite"


@pytest.fixture
def store(tmp_path: Path, index: str) -> Iterator[Store]:
    opened = Store.open(tmp_path / "store", index=index, budget=BUDGET)
    yield opened
    opened.close()


def on_disk(folder: Path) -> int:
    """Return the bytes of all objects and parts."""
    files = (*folder.glob("objects/*/*"), *folder.glob("parts/*"))
    return sum(path.stat().st_size for path in files)


def at_once(folder: Path, running: list[subprocess.Popen[str]]) -> int:
    """Return the same of one moment, while others write."""
    for process in running:
        process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
    try:
        return on_disk(folder)
    finally:
        for process in running:
            process.send_signal(signal.SIGCONT)


@contextmanager
def writers(
    number: int, url: str, index: str
) -> Generator[list[subprocess.Popen[str]]]:
    """Have processes write; those that are left are killed."""
    started = [writer(url, index, seed) for seed in range(number)]
    try:
        yield started
    finally:
        for process in started:
            process.kill()
            process.communicate()


def writer(url: str, index: str, seed: int) -> subprocess.Popen[str]:
    """Start a process that writes."""
    program = [sys.executable, "-m", "tests.store.writer", url, index, str(seed)]
    return subprocess.Popen(
        [*program, str(LARGEST)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wrote(process: subprocess.Popen[str]) -> str:
    """Wait until a process has kept something."""
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        assert process.stderr is not None
        pytest.fail(process.stderr.read())
    return line


@pytest.mark.slow
def test_writers_that_are_killed_never_exceed_the_budget(
    store: Store, index: str, tmp_path: Path
) -> None:
    folder, chance = tmp_path / "store", random.Random(7)
    with writers(2, str(folder), index) as running:
        for round_ in range(8):
            victim = running[round_ % 2]
            for _ in range(chance.randrange(1, 6)):
                wrote(victim)
            for _ in range(chance.randrange(10)):
                assert at_once(folder, running) <= BUDGET
            victim.kill()
            victim.communicate()
            other = [running[(round_ + 1) % 2]]
            assert at_once(folder, other) <= BUDGET
            store.sweep()  # while the other one writes
            assert at_once(folder, other) <= BUDGET
            running[round_ % 2] = writer(str(folder), index, 100 + round_)
            assert running[(round_ + 1) % 2].poll() is None
    store.sweep()
    assert store._ledger.claims() == ()
    assert {one.digest: one.size for one in store.place.objects()} == store.sizes()
    assert list(store.place.staged()) == []
    assert on_disk(folder) == store.used <= BUDGET
    for one in store.kept():
        path = folder / "objects" / one.digest[:2] / one.digest[2:]
        assert object_of(path).digest == one.digest
    assert list((folder / "index.writers").glob("*")) == []


def test_a_sweep_leaves_alone_what_a_living_writer_stages(
    store: Store, tmp_path: Path
) -> None:
    other = place_of(tmp_path / "store")
    claim = store._ledger.reserve(100)
    made = other.stage(claim, _Slow(store))
    assert list(other.staged()) == [claim]
    store._ledger.announce(claim, made)
    store.sweep()
    other.publish(claim, made, _Slow(store))
    store.sweep()
    store._ledger.settle(claim, made)
    assert store.read(made) == b"slow" * 25
    assert store.sweep() == 0


class _Slow:
    """Bytes during whose writing others sweep."""

    size = 100

    def __init__(self, store: Store) -> None:
        self._store = store

    def write_to(self, out: object) -> None:
        for _ in range(25):
            out.write(b"slow")  # type: ignore[attr-defined]
            self._store.sweep()


@pytest.mark.parametrize("died", ["reserved", "staged", "announced", "published"])
def test_what_a_writer_left_at_any_moment_is_collected(
    store: Store, index: str, tmp_path: Path, died: str
) -> None:
    program = _DYING.format(url=str(tmp_path / "store"), index=index, died=died)
    subprocess.run([sys.executable, "-c", program], check=False, timeout=_PATIENCE)
    assert store.used == 100
    assert on_disk(tmp_path / "store") == (0 if died == "reserved" else 100)
    assert store._sweeping.collect() == 1
    assert store.used == 0
    assert on_disk(tmp_path / "store") == 0


@pytest.mark.parametrize("died", ["staged", "published"])
def test_room_of_the_dead_is_given_back_when_it_is_needed(
    store: Store, index: str, tmp_path: Path, died: str
) -> None:
    store.set_budget(150)
    program = _DYING.format(url=str(tmp_path / "store"), index=index, died=died)
    subprocess.run([sys.executable, "-c", program], check=False, timeout=_PATIENCE)
    assert store.put(b"x" * 51) is not None
    assert on_disk(tmp_path / "store") == 51


def test_the_dead_take_nothing_along_that_others_have_kept(
    store: Store, index: str, tmp_path: Path
) -> None:
    program = _DYING.format(url=str(tmp_path / "store"), index=index, died="published")
    subprocess.run([sys.executable, "-c", program], check=False, timeout=_PATIENCE)
    made = store.put(b"x" * 100)
    assert made is not None
    store.sweep()
    assert store.read(made) == b"x" * 100


def test_a_dropped_object_stays_while_another_writer_brings_it(store: Store) -> None:
    made = store.put(b"x" * 100)
    assert made is not None
    claim = store._ledger.reserve(100)
    store._ledger.announce(claim, made)
    assert store.drop([made.digest]) == 100
    assert store.place.size(made.digest) == 100
    store._ledger.give_back(claim)
    assert store.place.size(made.digest) is None


def test_a_writer_taken_for_dead_keeps_nothing(store: Store) -> None:
    given = b"x" * 100

    class Stolen:
        size = 100

        def write_to(self, out: object) -> None:
            out.write(given)  # type: ignore[attr-defined]
            for claim in store._ledger.claims():
                store._ledger.disown(claim.id)
            store._sweeping.collect()

    claim = store._ledger.reserve(100)
    with pytest.raises(Exception, match="took its writer for dead"):
        store._put(claim, Stolen())
    assert store.used == 0
    assert list(store.place.objects()) == []


def test_a_forked_child_writes_as_itself_and_its_parent_goes_on(
    store: Store, tmp_path: Path
) -> None:
    store.put(b"parent")
    mine = store._database.presence.mine()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            made = store.put(b"child")
            alone = store._database.presence.mine() != mine
            code = 0 if alone and made and store.read(made) == b"child" else 2
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert store._database.presence.mine() == mine
    assert store._database.presence.lives(mine)
    assert store.put(b"again") is not None
    assert len(store.sizes()) == 3


def test_a_child_that_outlives_its_parent_does_not_keep_it_alive(
    store: Store, index: str, tmp_path: Path
) -> None:
    program = _FORKING.format(url=str(tmp_path / "store"), index=index)
    process = subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdin is not None
    assert process.stdout.readline() == b"forked\n"
    assert store._sweeping.collect() == 0
    process.kill()
    process.wait()
    until = time.monotonic() + _PATIENCE
    while not store._sweeping.collect() and time.monotonic() < until:
        pass
    assert store.used == 0
    process.stdin.close()  # lets the child go
    process.stdout.close()


_DYING = """
import os, signal
from couler_jupyter.store import Store
from couler_jupyter.store.source import source_of
store = Store.open({url!r}, index={index!r})
given = source_of(b"x" * 100)
steps = {{
    "reserved": lambda: None,
    "staged": lambda: store.place.stage(claim, given),
    "announced": lambda: store._ledger.announce(claim, made),
    "published": lambda: store.place.publish(claim, made, given),
}}
claim = store._ledger.reserve(100)
for name, step in steps.items():
    made = step() if name == "staged" else (step(), made)[1] if name != "reserved" else None
    if name == {died!r}:
        os.kill(os.getpid(), signal.SIGKILL)
"""
_FORKING = """
import os, sys
from couler_jupyter.store import Store
store = Store.open({url!r}, index={index!r})
store._ledger.reserve(100)
if os.fork() == 0:
    sys.stdin.read()
    os._exit(0)
sys.stdout.write("forked\\n")
sys.stdout.flush()
os.wait()
"""
