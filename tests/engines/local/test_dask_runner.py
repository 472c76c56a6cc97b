from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from couler_jupyter.engines.local.attempt import (
    Attempt,
    Ending,
    FunctionCall,
    Inline,
    Outcome,
    ProcessCall,
)
from couler_jupyter.engines.local.dask_runner import (
    DaskRunner,
    cluster_room,
    connect,
    stop_left_over,
)
from couler_jupyter.engines.local.loop import Loop
from couler_jupyter.errors import SubmitFailed

pytest.importorskip("distributed")
# distributed's own threads warn about their sockets when the interpreter ends
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(what: Callable[[], object], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.02)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A scheduler and two worker processes on loopback."""
    address = f"tcp://127.0.0.1:{free_port()}"
    folder = tmp_path_factory.mktemp("dask")
    command = [sys.executable, "-m", "distributed.cli.dask_scheduler"]
    scheduler = subprocess.Popen(
        [
            *command,
            "--host",
            "127.0.0.1",
            "--port",
            address.rpartition(":")[2],
            "--no-dashboard",
        ],
        cwd=folder,
        stderr=subprocess.DEVNULL,
    )
    workers = [start_worker(address, folder) for _ in range(2)]
    try:
        client = None
        deadline = time.monotonic() + 60
        while client is None:
            try:
                client = connect(address)
                if cluster_room(client)[0] < 2:
                    client.close()
                    client = None
            except SubmitFailed:
                assert time.monotonic() < deadline, "no cluster"
        client.close()
        yield address
    finally:
        for process in (*workers, scheduler):
            process.terminate()
        for process in (*workers, scheduler):
            process.wait(timeout=60)


def start_worker(address: str, folder: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "distributed.cli.dask_worker", address]
    options = ["--host", "127.0.0.1", "--nthreads", "1", "--no-dashboard"]
    return subprocess.Popen(
        [*command, *options, "--local-directory", str(folder)],
        cwd=folder,
        stderr=subprocess.DEVNULL,
    )


class Desk:
    """A runner on the cluster and what has come of its attempts."""

    def __init__(self, address: str, folder: Path) -> None:
        self.folder = folder
        self.outcomes: dict[str, Outcome] = {}
        self.loop = Loop()
        self.runner = DaskRunner(self.loop, connect(address), self._keep)

    def _keep(self, outcome: Outcome) -> None:
        self.outcomes[outcome.id] = outcome

    def attempt(
        self, name: str, call: FunctionCall | ProcessCall, **more: float
    ) -> Attempt:
        log = self.folder / f"{name}.log"
        return Attempt(id=name, call=call, workdir=self.folder, log=log, **more)  # type: ignore[arg-type]

    def wait(self, *ids: str, seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while not self.outcomes.keys() >= {*ids}:
            assert time.monotonic() < deadline, f"no outcome for {ids}: {self.outcomes}"
            self.loop.run_once(timeout=0.05)


@pytest.fixture
def desk(cluster: str, tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(cluster, tmp_path)
    yield desk
    desk.runner.close()
    desk.loop.close()


def sh(text: str) -> ProcessCall:
    return ProcessCall(argv=("sh", "-c", text))


def test_functions_and_commands_run_on_workers(desk: Desk, tmp_path: Path) -> None:
    source = tmp_path / "source.py"
    source.write_text(
        "import os\ndef add(a, b):\n    print('adding')\n    return [a + b, os.getppid()]\n"
    )
    call = FunctionCall(
        source=source,
        function="add",
        positional=(Inline(2), Inline(3)),
        result=tmp_path / "result",
    )
    desk.runner.start(desk.attempt("function", call))
    desk.runner.start(desk.attempt("command", sh("echo hello; exit 3")))
    desk.wait("function", "command")
    function, command = desk.outcomes["function"], desk.outcomes["command"]
    assert function.ending is Ending.SUCCEEDED
    assert function.value.startswith("[5,")
    assert (tmp_path / "function.log").read_text() == "adding\n"
    assert (command.ending, command.exit_code) == (Ending.FAILED, 3)


def test_two_workers_work_at_once(desk: Desk, tmp_path: Path) -> None:
    meet = "touch {0}; while [ ! -e {1} ]; do sleep 0.02; done"
    one, other = tmp_path / "one", tmp_path / "other"
    desk.runner.start(desk.attempt("a", sh(meet.format(one, other)), timeout=90))
    desk.runner.start(desk.attempt("b", sh(meet.format(other, one)), timeout=90))
    desk.wait("a", "b")
    assert {outcome.ending for outcome in desk.outcomes.values()} == {Ending.SUCCEEDED}


def test_killing_ends_the_whole_tree(desk: Desk, tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    desk.runner.start(
        desk.attempt("long", sh(f"sleep 600 & echo $! >{pid_file}; wait"))
    )
    until(lambda: pid_file.exists() and pid_file.read_text().strip())
    desk.runner.kill("long", 0.2)
    desk.wait("long")
    assert desk.outcomes["long"].ending is Ending.KILLED
    until(lambda: not psutil.pid_exists(int(pid_file.read_text())))


def test_what_waits_for_a_worker_can_be_killed_before_it_begins(
    desk: Desk, tmp_path: Path
) -> None:
    begun, proof = tmp_path / "begun", tmp_path / "proof"
    for name in ("first", "second"):
        desk.runner.start(desk.attempt(name, sh(f"touch {begun}.{name}; sleep 600")))
    until(lambda: len(list(tmp_path.glob("begun.*"))) == 2)
    desk.runner.start(desk.attempt("third", sh(f"touch {proof}")))
    desk.runner.kill("third")
    desk.wait("third")
    for name in ("first", "second"):
        desk.runner.kill(name, 0)
    desk.wait("first", "second")
    assert desk.outcomes["third"].ending is Ending.KILLED
    desk.runner.start(desk.attempt("last", sh("true")))
    desk.wait("last")
    assert not proof.exists()


def test_what_a_dead_supervisor_left_running_is_stopped(
    desk: Desk, tmp_path: Path
) -> None:
    """Only that of its own run, whose name another may begin with."""
    files = {name: tmp_path / name for name in ("run:a:1", "run2:a:1")}
    for name, file in files.items():
        call = sh(f"sleep 600 & echo $! >{file}.new; mv {file}.new {file}; wait")
        desk.runner.start(desk.attempt(name, call))
    until(lambda: all(file.exists() for file in files.values()))
    ours, other = (int(file.read_text()) for file in files.values())
    stop_left_over(desk.runner._client, "run")
    until(lambda: not psutil.pid_exists(ours))
    assert psutil.pid_exists(other)
    desk.runner.kill("run2:a:1", 0)
    desk.wait("run:a:1", "run2:a:1")


def test_time_out(desk: Desk) -> None:
    desk.runner.start(desk.attempt("slow", sh("sleep 600"), timeout=0.3, grace=0.1))
    desk.wait("slow")
    assert desk.outcomes["slow"].ending is Ending.TIMED_OUT


def test_a_step_of_a_lost_worker_is_not_run_twice_in_silence(
    desk: Desk, tmp_path: Path
) -> None:
    count = tmp_path / "count"
    desk.runner.start(desk.attempt("lost", sh(f"echo x >>{count}; sleep 600")))
    until(lambda: count.exists() and count.read_text())
    before = {process.pid for process in workers_of(desk)}
    for pid in before_running(desk):
        os.kill(pid, signal.SIGKILL)
    desk.wait("lost")
    assert desk.outcomes["lost"].ending is Ending.ERRORED
    assert "lost" in desk.outcomes["lost"].reason
    assert count.read_text() == "x\n"
    until(lambda: len(workers_of(desk)) == len(before))


def workers_of(desk: Desk) -> list[psutil.Process]:
    pids: Any = desk.runner._client.run(os.getpid)
    return [psutil.Process(pid) for pid in pids.values()]


def before_running(desk: Desk) -> list[int]:
    """Return the worker process whose child is the one that sleeps."""
    from couler_jupyter.engines.local.dask_host import PLUGIN

    def runs(dask_worker: object) -> int:
        return len(dask_worker.plugins[PLUGIN]._waiting) and os.getpid()  # type: ignore[attr-defined]

    found: Any = desk.runner._client.run(runs)
    return [pid for pid in found.values() if pid]


def test_no_cluster_is_one_line() -> None:
    address = f"tcp://127.0.0.1:{free_port()}"
    with pytest.raises(SubmitFailed, match="no dask scheduler answers at"):
        connect(address)
