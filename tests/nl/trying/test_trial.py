"""What a program may do while it is tried: compute, and nothing else.

No gate stands before these: each wall holds by itself.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from couler_jupyter.nl.report import Check
from couler_jupyter.nl.trying import try_program

LONG = 120.0
HONEST = """
from typing import NamedTuple

class Split(NamedTuple):
    train: list
    test: list

@couler.step
def split(rows: list) -> Split:
    return Split(rows[1:], rows[:1])

@couler.step
def count(rows: list) -> int:
    return len(rows)

count(split([1, 2, 3]).train)
"""
SPEAKS = "import json\nraise ValueError(json.dumps({found}))\n"


def fault_of(code: str, seconds: float = LONG) -> str:
    tried = try_program(code, "w", seconds=seconds)
    assert tried.workflow is None
    assert tried.fault is not None
    return tried.fault.what


def outcomes(acts: Sequence[str]) -> dict[str, str]:
    """Return what comes of each of these, tried in one process, one after another."""
    code = f"""
import json
told = {{}}
for act in {list(acts)!r}:
    try:
        exec(act)
        told[act] = "done"
    except BaseException as error:
        told[act] = f"{{type(error).__name__}}: {{error}}"
raise ValueError(json.dumps(told))
"""
    found: dict[str, str] = json.loads(fault_of(code).removeprefix("ValueError: "))
    return found


def test_an_honest_program_gives_its_workflow() -> None:
    tried = try_program(HONEST, "rows", seconds=LONG)
    assert tried.fault is None
    assert tried.workflow is not None
    assert tried.workflow.name == "rows"
    assert [step.name for step in tried.workflow.steps] == ["split", "count"]
    origins = [step.origin.line for step in tried.workflow.steps if step.origin]
    assert origins == [16, 16]


@pytest.mark.parametrize(
    ("code", "check", "line", "says"),
    [
        ("x = 1\ny = x / 0\n", Check.DRY_RUN, 2, "ZeroDivisionError"),
        ("def f(:\n", Check.PARSE, 1, "invalid syntax"),
        ("x = 1\n", Check.DRY_RUN, 0, "no step was added"),
        (
            "@couler.step\ndef a(x):\n    return 1\n\na()\n",
            Check.DRY_RUN,
            5,
            "missing a required argument",
        ),
        ("couler.run_container('a:1', step_name='<b>')\n", Check.VALIDATE, 1, "<b>"),
        ("raise SystemExit(3)\n", Check.DRY_RUN, 1, "SystemExit"),
        ("a = couler.run_containr('x')\n", Check.DRY_RUN, 1, "run_containr"),
    ],
)
def test_a_fault_is_told_with_its_line(
    code: str, check: Check, line: int, says: str
) -> None:
    fault = try_program(code, "w", seconds=LONG).fault
    assert fault is not None
    assert (fault.check, fault.line) == (check, line)
    assert says in fault.what
    assert "cell [1]" not in fault.what


SOCKETS = (
    "import socket; socket.socket()",
    "import _socket; _socket.socket()",
    "import urllib.request; urllib.request.urlopen('http://127.0.0.1:9')",
    "import sys; sys.modules['socket'].socket()",
    "import asyncio; asyncio.run(asyncio.open_connection('127.0.0.1', 9))",
)


def test_no_socket_is_opened() -> None:
    for act, said in outcomes(SOCKETS).items():
        assert any(w in said for w in ("not there", "refused", "KeyError")), act


def test_nobody_is_reached_however_hard_it_is_tried() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        port = server.getsockname()[1]
        fault_of(f"import _socket as s\ns.socket().connect(('127.0.0.1', {port}))\n")
        with pytest.raises(BlockingIOError):
            server.accept()


WRITES = (
    "open({0!r}, 'w').write('x')",
    "import os; os.mkdir({0!r})",
    "import os; os.open({0!r}, os.O_CREAT | os.O_WRONLY)",
    "import os; os.symlink('/etc', {0!r})",
    "import os; os.mkfifo({0!r})",
    "import pathlib; pathlib.Path({0!r}).touch()",
    "import posix; posix.open({0!r}, 65)",
    "import sqlite3; sqlite3.connect({0!r}).execute('create table t (x)')",
)
STARTS = (
    "import os; os.system('touch ' + {0!r})",
    "import subprocess; subprocess.run('touch ' + {0!r}, shell=True)",
    "import os; os.posix_spawn('/bin/touch', ['touch', {0!r}], {{}})",
    "import posix; posix.system('touch ' + {0!r})",
    "import os; os.fork() or os.system('touch ' + {0!r})",
    "import pty; pty.spawn(['touch', {0!r}])",
    "import ctypes; ctypes.CDLL(None).system(('touch ' + {0!r}).encode())",
    "import multiprocessing as m; m.Process(target=print).start()",
    "import os; os.execv('/bin/touch', ['touch', {0!r}])",
)


@pytest.mark.parametrize("acts", [WRITES, STARTS], ids=["files", "programs"])
def test_nothing_is_written_or_started(tmp_path: Path, acts: tuple[str, ...]) -> None:
    tmp_path.chmod(0o777)
    told = outcomes([act.format(str(tmp_path / "owned")) for act in acts])
    assert len(told) == len(acts)
    assert "done" not in told.values()
    assert list(tmp_path.iterdir()) == []


def test_nothing_of_the_person_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COULER_LLM_API_KEY", "a-key-of-mine")
    said = fault_of("import os\n" + SPEAKS.format(found="dict(os.environ)"))
    assert said == "ValueError: {}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["a-key-of-mine"])
        said = fault_of("import sys\n" + SPEAKS.format(found="sys.argv"))
    assert "a-key" not in said


def test_no_file_is_read() -> None:
    paths = [
        "/etc/passwd",
        "/proc/self/environ",
        f"/proc/{os.getpid()}/environ",
        __file__,
    ]
    for path, said in outcomes([f"open({path!r}).read()" for path in paths]).items():
        assert "no file can be opened" in said, path
    for path, said in outcomes(
        [f"import os; os.listdir({path!r})" for path in "/."]
    ).items():
        assert "no folder can be read" in said, path


def test_the_folder_is_empty_and_no_file_is_open() -> None:
    code = "import os\nfound = []\nfor n in range(5_000):\n    if True:\n"
    code += "        try:\n            os.fstat(n)\n            found.append(n)\n"
    code += "        except OSError:\n            pass\n"
    said = fault_of(code + SPEAKS.format(found="found"))
    numbers = said.partition("[")[2].partition("]")[0].split(",")
    assert len(numbers) == 4  # the three streams, which lead nowhere, and the answer


def test_a_signal_reaches_nobody() -> None:
    said = fault_of(f"import os\nos.kill({os.getpid()}, 0)\n")
    assert "os.kill is refused" in said


def test_what_hangs_is_ended_when_time_is_up() -> None:
    started = time.monotonic()
    fault = try_program("while True:\n    pass\n", "w", seconds=1.5).fault
    assert fault is not None
    assert fault.rule == "dry-run-time"
    assert time.monotonic() - started < LONG


def test_memory_is_bounded() -> None:
    said = fault_of("x = [0] * 10**9\n")
    assert "memory" in said


def test_prints_do_not_flood() -> None:
    code = "for n in range(20_000):\n    print('x' * 1_000)\n"
    tried = try_program(code + "couler.run_container('a:1')\n", "w", seconds=LONG)
    assert tried.workflow is not None


def test_a_long_error_is_cut() -> None:
    assert len(fault_of("raise ValueError('x' * 10_000_000)\n")) <= 4_000


def test_an_answer_too_big_is_not_taken() -> None:
    code = "couler.run_container('a:1', args=['x' * 1_000_000] * 40)\n"
    fault = try_program(code, "w", seconds=LONG).fault
    assert fault is not None
    assert fault.rule in {"dry-run-size", "dry-run-failed", "dry-run-ended"}


def test_no_process_and_no_folder_is_left(tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tempfile.tempdir", str(tmp_path))
        try_program("couler.run_container('a:1')\n", "w", seconds=LONG)
        try_program("while True:\n    pass\n", "w", seconds=1.0)
    assert list(tmp_path.iterdir()) == []
