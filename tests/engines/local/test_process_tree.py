from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from couler_jupyter.engines.local.process_tree import (
    MARK,
    ChildCount,
    children,
    descendants,
    kill_marked,
    marked,
    memory_of,
    send,
    signal_tree,
)

Start = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts a bash script in a group of its own."""
    started: list[subprocess.Popen[bytes]] = []

    def begin(script: str, **env: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            ["bash", "-c", script], start_new_session=True, env=os.environ | env
        )
        started.append(process)
        return process

    yield begin
    for process in started:
        if process.poll() is None:
            signal_tree(process.pid, signal.SIGKILL)
        process.wait()


def test_children_and_descendants(start: Start) -> None:
    process = start("bash -c 'sleep 60; true' & wait")
    _until(lambda: len(descendants(process.pid)) == 2)
    (child,) = children(process.pid)
    assert descendants(process.pid) == [child, *children(child)]
    assert process.pid in children(os.getpid())


def test_process_that_is_gone_has_none() -> None:
    process = subprocess.Popen(["true"])
    process.wait()
    assert children(process.pid) == []
    assert memory_of([process.pid]) == 0


def test_count_sees_every_child(start: Start) -> None:
    count = ChildCount()
    before = count.read()
    processes = [start("sleep 60") for _ in range(3)]
    assert count.read() == before + 3
    processes[0].kill()
    processes[0].wait()
    assert count.read() == before + 2


def test_signal_reaches_the_group_and_who_left_it(start: Start) -> None:
    process = start("setsid sleep 60 & sleep 60 & wait")
    _until(lambda: len(descendants(process.pid)) == 2)
    pids = descendants(process.pid)
    _until(lambda: len({os.getpgid(pid) for pid in pids}) == 2)
    signal_tree(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    _until(lambda: not any(map(_runs, pids)))


def test_signal_to_nobody_is_told() -> None:
    process = subprocess.Popen(["true"])
    process.wait()
    assert not send(signal.SIGTERM, pid=process.pid)
    assert send(0, pid=os.getpid())


def test_memory_shared_by_a_fork_is_divided() -> None:
    script = (
        "import os, sys, time; x = b'x' * 60_000_000; r = os.fork();"
        "print(r, flush=True) if r else None; time.sleep(60)"
    )
    argv = [sys.executable, "-c", script]
    with subprocess.Popen(argv, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        pids = [process.pid, int(process.stdout.readline())]
        quick, exact = memory_of(pids), memory_of(pids, shared=True)
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
    assert quick > 120_000_000
    assert 60_000_000 < exact < 110_000_000


def test_marked_processes_are_found_wherever_they_hang(start: Start) -> None:
    start("(setsid sleep 60 &); sleep 60", **{MARK: "run-7/a"})
    start("sleep 60", **{MARK: "run-70/a"})
    _until(lambda: len(list(marked("run-7/"))) == 2)
    pids = list(marked("run-7/"))
    assert kill_marked("run-7/") == 2
    _until(lambda: not any(map(_runs, pids)))
    assert len(list(marked("run-70/"))) == 1


def _runs(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.01)
