"""The filter of system calls, with neither bounds nor Python's own events beside it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ACTS = {
    "socket": "import _socket; _socket.socket()",
    "write": "open({place!r}, 'w')",
    "append": "open({place!r}, 'a')",
    "read and write": "open({place!r}, 'r+')",
    "folder": "os.mkdir({place!r})",
    "link": "os.symlink('/etc', {place!r})",
    "remove": "os.unlink({there!r})",
    "rename": "os.rename({there!r}, {place!r})",
    "mode": "os.chmod({there!r}, 0)",
    "fork": "os.fork()",
    "program": "os.execv('/bin/true', ['true'])",
    "signal": "os.kill(os.getppid(), 0)",
    "pipe": "os.pipe()",
    "bounds": "resource.setrlimit(resource.RLIMIT_CORE, (0, 0))",
    "terminal": "fcntl.ioctl(0, 0x5412, b'x')",
}
STILL = {"read": "open({there!r}).read()", "list": "os.listdir({folder!r})"}
PROGRAM = """
import fcntl, json, os, resource, sys
sys.path += {paths!r}
from couler_jupyter.nl.trying.calls import filter_calls
is_there = filter_calls()
told = {{}}
for name, act in {acts!r}.items():
    try:
        exec(act)
        told[name] = "done"
    except BaseException as error:
        told[name] = type(error).__name__
print(json.dumps([is_there, told]))
"""


def test_only_what_computes_and_reads_is_let_through(tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.write_text("x")
    names = {"place": f"{tmp_path}/owned", "there": str(there), "folder": str(tmp_path)}
    acts = {name: act.format(**names) for name, act in {**STILL, **ACTS}.items()}
    code = PROGRAM.format(paths=sys.path, acts=acts)
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    is_there, told = json.loads(done.stdout)
    if not is_there:
        pytest.skip("this kernel or machine has no filter of system calls")
    assert {told[name] for name in STILL} == {"done"}
    assert {name for name in ACTS if told[name] == "done"} == set()
    assert [path.name for path in tmp_path.iterdir()] == ["there"]
    assert there.stat().st_mode & 0o777
