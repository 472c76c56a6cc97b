from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from textwrap import dedent

import psutil
import pytest

from couler_jupyter.engines.local.nursery import Nursery, ended_by

# A supervisor: forks the nursery first of all, then runs steps for ever.
SUPERVISOR = """
    import sys
    from pathlib import Path
    from couler_jupyter.engines.local.nursery import Nursery
    nursery = Nursery.fork()

    from couler_jupyter.engines.local.attempt import Attempt, FunctionCall, ProcessCall
    from couler_jupyter.engines.local.loop import Loop
    from couler_jupyter.engines.local.process_runner import ProcessRunner

    folder = Path(sys.argv[1])
    loop = Loop()
    runner = ProcessRunner(loop, nursery, print)
    source = folder / "step.py"
    source.write_text(sys.argv[3])
    calls = [
        ProcessCall(argv=("bash", "-c", sys.argv[2])),
        FunctionCall(source=source, function="step", result=folder / "result"),
    ]
    for number, call in enumerate(calls):
        log = folder / f"log{number}"
        runner.start(Attempt(id=str(number), call=call, workdir=folder, log=log))
    (folder / "nursery").write_text(str(nursery.pid))
    loop.run()
"""
SCRIPT = """
    trap '' TERM HUP INT
    bash -c 'trap "" TERM HUP; echo $$ > inner; sleep 600; true' &
    setsid bash -c 'echo $$ > apart; exec sleep 600' &
    (setsid bash -c 'echo $$ > orphan; exec sleep 600' &)
    echo $$ > main
    wait
"""
FUNCTION = """
    import os, time
    def step():
        if os.fork() == 0:
            os.setsid()
            with open("forked", "w") as file:
                file.write(str(os.getpid()))
        time.sleep(600)
"""
NAMES = ("inner", "apart", "orphan", "main", "forked", "nursery")


def test_nothing_outlives_a_supervisor_that_is_killed(tmp_path: Path) -> None:
    argv = [sys.executable, "-c", dedent(SUPERVISOR), str(tmp_path)]
    supervisor = subprocess.Popen([*argv, dedent(SCRIPT), dedent(FUNCTION)])
    files = [tmp_path / name for name in NAMES]
    _until(lambda: all(file.exists() and file.stat().st_size for file in files))
    pids = [int(file.read_text()) for file in files]
    assert all(map(psutil.pid_exists, pids))
    supervisor.kill()
    supervisor.wait()
    _until(lambda: not any(map(_runs, pids)))


def test_forked_nursery_keeps_nothing_of_its_parent_open(tmp_path: Path) -> None:
    """Else a lock that the supervisor holds would outlive it."""
    script = """
        import os, sys
        from couler_jupyter.engines.local.nursery import Nursery
        held = open(sys.argv[1], "w")
        nursery = Nursery.fork()
        print(nursery.pid, flush=True)
        sys.stdin.read()
    """
    argv = [sys.executable, "-c", dedent(script), str(tmp_path / "lock")]
    with subprocess.Popen(
        argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        nursery = int(process.stdout.readline())
        links = (Path(f"/proc/{nursery}/fd")).iterdir
        _until(lambda: all("lock" not in _target(link) for link in links()))
        process.communicate(b"")


def test_nursery_carries_little() -> None:
    """Every module it has is copied into every child."""
    script = """
        import sys
        import couler_jupyter.engines.local.nursery
        heavy = ("couler_jupyter.ir", "asyncio", "subprocess", "psutil", "threading",
                 "logging", "email", "importlib.metadata", "couler_jupyter.runs")
        print([name for name in heavy if name in sys.modules], len(sys.modules))
    """
    argv = [sys.executable, "-c", dedent(script)]
    said = subprocess.run(argv, capture_output=True, check=True, text=True).stdout
    heavy, _, count = said.rpartition(" ")
    assert heavy == "[]"
    assert int(count) < 180


def test_spawned_nursery_sees_the_modules_that_its_parent_sees(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    nursery = Nursery.spawn()
    assert nursery.close() == "exit code 0"


def test_killed_nursery_tells_what_killed_it() -> None:
    nursery = Nursery.spawn()
    os.kill(nursery.pid, signal.SIGKILL)
    assert nursery.close() == "SIGKILL"


@pytest.mark.parametrize(
    ("status", "words"), [(0, "exit code 0"), (3 << 8, "exit code 3"), (9, "SIGKILL")]
)
def test_status_in_words(status: int, words: str) -> None:
    assert ended_by(status) == words


def _target(link: Path) -> str:
    try:
        return str(link.readlink())
    except FileNotFoundError:
        return ""


def _runs(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _until(condition: object) -> None:
    assert callable(condition)
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.01)
