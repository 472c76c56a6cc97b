"""All programs in a real kernel: nothing runs, opens a socket or writes before a click.

One kernel looks at every program as a notebook's would: the gate reads it, and what the
gate lets through is written as a `%%couler` cell, which is the most that a person can do
with it short of a run. A canary counts what Python tells of while the gate reads, and
then all that comes of the program's own frames (the drawing starts a program itself).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from queue import Empty
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from tests.nl.gate.cases import Case, attacks, honest

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:jupyter_client")
LONG = 240
CONTROL = "control"
CANARY = """
import sys
COUNTED = ("socket.connect", "socket.bind", "socket.getaddrinfo", "socket.sendto",
           "subprocess.Popen", "os.system", "os.exec", "os.fork", "os.forkpty", "os.posix_spawn",
           "os.spawn", "pty.spawn", "os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.link",
           "os.symlink", "os.chmod", "os.kill", "os.putenv", "shutil.rmtree", "ctypes.dlopen",
           "urllib.Request", "webbrowser.open", "builtins.input", "builtins.breakpoint",
           "sqlite3.connect", "os.truncate", "sys.addaudithook", "os.unsetenv")
ALARMS, WATCHING, NOTEBOOK = [], ["nothing"], {}

def runs_program():
    frame, count = sys._getframe(1), 0
    while frame is not None:
        count += frame.f_globals is NOTEBOOK.get("names")
        frame = frame.f_back
    return count > 2  # the cell of this test, the line of the magic, the program

def canary(event, args):
    if WATCHING[0] == "nothing":
        return
    is_write = event == "open" and isinstance(args[2], int) and args[2] & 0o3
    if (event in COUNTED or is_write) and (WATCHING[0] == "all" or runs_program()):
        ALARMS.append(f"{event}{args!r:.80}")

sys.addaudithook(canary)
"""
LOOK = """
import builtins, json
from IPython import get_ipython
from couler_jupyter.nl.gate import gate
from couler_jupyter.nl.report import Fault
from tests.nl.gate.cases import attacks, honest

def looked_at(shell, case):
    names = set(shell.user_ns)
    WATCHING[0] = "all"
    is_blocked = any(isinstance(one, Fault) for one in gate(case.code, case.known))
    done, WATCHING[0] = None, "program"
    if not is_blocked:
        done = shell.run_cell(f"%%couler attempt\\n{case.before}\\n{case.code}")
    WATCHING[0] = "nothing"
    alarms = ALARMS[:]
    ALARMS.clear()
    return {
        "blocked": is_blocked, "alarms": alarms, "built": bool(done and done.success),
        "taken": sorted({"open", "print", "get_ipython"} & (set(shell.user_ns) - names)),
    }

def look():
    shell = get_ipython()
    NOTEBOOK["names"] = shell.user_ns
    shell.run_line_magic("load_ext", "couler_jupyter")
    shell.run_cell("import couler_jupyter as couler")
    shell.run_cell("%%couler warm\\n@couler.step\\ndef f() -> int:\\n    return 1\\nf()\\n")
    before = {name: getattr(builtins, name) for name in dir(builtins)}
    told = {case.name: looked_at(shell, case) for case in (*attacks(), *honest())}
    WATCHING[0] = "program"
    shell.run_cell("%%couler attempt\\nimport os\\nos.unsetenv('NOTHING')\\n")
    WATCHING[0] = "nothing"
    told["control"] = {"alarms": ALARMS[:], "taken": []}
    changed = [n for n, v in before.items() if getattr(builtins, n, None) is not v]
    shell.user_ns["couler_told"] = json.dumps([told, changed])

look()
"""
# a room of its own: programs must find the notebook's names, and not these
IN_A_ROOM = """
import sys, types
sys.path.insert(0, {root!r})
room = types.ModuleType("room")
exec({code!r}, vars(room))
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    from jupyter_client.manager import KernelManager

    home = tmp_path_factory.mktemp("home")
    with TemporaryDirectory(prefix="k") as sockets:  # its path has to be short
        manager = KernelManager(
            kernel_name="python3", transport="ipc", ip=f"{sockets}/k"
        )
        manager.start_kernel(cwd=str(home))
        client = manager.client()
        client.start_channels()
        try:
            client.wait_for_ready(timeout=LONG)
            yield looked(client)
        finally:
            client.stop_channels()
            manager.shutdown_kernel(now=True)
    assert list(home.iterdir()) == []


def looked(client: Any) -> dict[str, Any]:
    """Look at all programs in the kernel and return what is told of each."""
    root = str(Path(__file__).parents[3])
    run(client, IN_A_ROOM.format(root=root, code=CANARY + LOOK))
    seen, changed = json.loads(run(client, "print(couler_told)"))
    assert [name for name in changed if name != "_"] == []
    return dict(seen)


def run(client: Any, code: str) -> str:
    """Run code in the kernel and return what it prints last, failing as it fails."""
    sent = client.execute(code)
    printed: list[str] = []
    while True:
        try:
            message = client.get_iopub_msg(timeout=LONG)
        except Empty:
            pytest.fail("the kernel says nothing any more")
        if message["parent_header"].get("msg_id") != sent:
            continue
        match message["msg_type"], message["content"]:
            case "stream", {"name": "stdout", "text": text}:
                printed.append(text)
            case "error", {"traceback": trace}:
                if "canary" not in code:  # there, refused programs say so
                    pytest.fail("\n".join(trace))
            case "status", {"execution_state": "idle"}:
                return "".join(printed)
            case _:
                continue


def test_no_program_sets_off_the_canary(told: dict[str, Any]) -> None:
    alarms = {name: one["alarms"] for name, one in told.items() if one["alarms"]}
    assert alarms.keys() <= {CONTROL}, alarms
    assert len(told) == len(attacks()) + len(honest()) + 1


def test_no_program_changes_what_names_mean(told: dict[str, Any]) -> None:
    assert {name: one["taken"] for name, one in told.items() if one["taken"]} == {}


def test_honest_programs_are_written_there(told: dict[str, Any]) -> None:
    cases: list[Case] = honest()
    assert [one.name for one in cases if not told[one.name]["built"]] == []


def test_the_canary_hears_a_program_that_no_gate_stopped(told: dict[str, Any]) -> None:
    assert [one[:11] for one in told[CONTROL]["alarms"]] == ["os.unsetenv"]
