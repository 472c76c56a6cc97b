"""Who descends from a process, how much memory they hold, and how to signal all.

Where Linux lists children in /proc that is read; elsewhere psutil is asked.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Iterable, Iterator
from io import FileIO
from pathlib import Path

MARK = "COULER_ATTEMPT_ID"
"""Environment variable that holds the id of the attempt a process belongs to."""

_LINUX = sys.platform.startswith("linux")
_PAGE = os.sysconf("SC_PAGE_SIZE")
_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36


def adopt_orphans() -> None:
    """Make this process the parent of those descendants whose parent ends (Linux)."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def die_with_parent() -> None:
    """Have this process killed when its parent ends (Linux)."""
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def offer_for_memory() -> None:
    """Have Linux end this process's children before others when memory runs out.

    The largest of those that offer themselves goes first, and so hardly this one.
    """
    if _LINUX:
        Path("/proc/self/oom_score_adj").write_text("500", encoding="ascii")


def children(pid: int) -> list[int]:
    """Return the direct children of a process, ended ones not yet reaped included."""
    if not _LISTED:
        return _asked_of_psutil(pid, recursive=False)
    found: list[int] = []
    for thread in _threads(pid):
        found.extend(map(int, _read(f"/proc/{pid}/task/{thread}/children").split()))
    return found


def descendants(pid: int) -> list[int]:
    """Return all that descend from a process, parents before children."""
    if not _LISTED:
        return _asked_of_psutil(pid, recursive=True)
    found: list[int] = []
    level = children(pid)
    while level:
        found.extend(level)
        level = [child for parent in level for child in children(parent)]
    return found


class ChildCount:
    """Counts this process's children, in one system call where /proc lists them."""

    def __init__(self) -> None:
        self._fd = os.open(_OWN_CHILDREN, os.O_RDONLY) if _LISTED else -1

    def read(self) -> int:
        """Return how many there are, ended ones not yet reaped included."""
        if self._fd < 0:
            return len(children(os.getpid()))
        return os.pread(self._fd, 1 << 16, 0).count(b" ")


def signal_tree(pid: int, number: int) -> None:
    """Send a signal to a process that leads its group, and to all its descendants.

    The group gets it in one go; those who have left the group get it one by one.
    """
    outside = [one for one in descendants(pid) if _group(one) != pid]
    if not send(number, group=pid):
        send(number, pid=pid)  # it has only just been forked and leads nothing yet
    for one in outside:
        send(number, pid=one)


def send(number: int, *, pid: int = 0, group: int = 0) -> bool:
    """Send a signal to a process or a group; return whether somebody could get it."""
    try:
        if group:
            os.killpg(group, number)
        else:
            os.kill(pid, number)
    except (ProcessLookupError, PermissionError):
        return False  # it is gone, or (sudo) belongs to somebody else
    return True


def memory_of(pids: Iterable[int], *, shared: bool = False) -> int:
    """Return the bytes of memory that processes hold.

    Args:
        pids: the processes; those that have ended hold nothing.
        shared: divide pages that several hold among them, as forked children share
            most of theirs: exact, but slower to find out.
    """
    return sum(_proportional(pid) if shared else _resident(pid) for pid in pids)


def marked(prefix: str) -> Iterator[int]:
    """Yield the processes whose environment marks them as of an attempt `prefix`...

    Only those that a program was started in show their environment (Linux).
    """
    wanted = f"{MARK}={prefix}".encode()
    for path in Path("/proc").glob("[0-9]*/environ"):
        variables = _read(str(path)).split(b"\0")
        if any(variable.startswith(wanted) for variable in variables):
            yield int(path.parent.name)


def kill_marked(prefix: str) -> int:
    """Kill all processes of attempts whose id begins with `prefix`.

    For what is left of a run whose supervisor and fork server were both killed.

    Returns:
        How many there were.
    """
    found = list(marked(prefix))
    for pid in found:
        send(signal.SIGKILL, pid=pid)
    return len(found)


def _threads(pid: int) -> list[str]:
    try:
        return os.listdir(f"/proc/{pid}/task")  # noqa: PTH208 (on every step's way)
    except OSError:
        return []  # it has ended


def _read(path: str) -> bytes:
    """Return a file of /proc; empty if its process ended or is somebody else's."""
    try:
        with FileIO(path) as file:
            return file.readall()
    except OSError:
        return b""


def _group(pid: int) -> int:
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return 0


def _resident(pid: int) -> int:
    if not _LINUX:
        return _resident_by_psutil(pid)
    words = _read(f"/proc/{pid}/statm").split()
    return int(words[1]) * _PAGE if words else 0


def _proportional(pid: int) -> int:
    lines = _read(f"/proc/{pid}/smaps_rollup").splitlines()
    for words in map(bytes.split, lines):
        if words[0] == b"Pss:":
            return int(words[1]) * 1024
    return _resident(pid)


def _asked_of_psutil(pid: int, *, recursive: bool) -> list[int]:
    import psutil

    try:
        return [p.pid for p in psutil.Process(pid).children(recursive=recursive)]
    except psutil.NoSuchProcess:
        return []


def _resident_by_psutil(pid: int) -> int:
    import psutil

    try:
        return int(psutil.Process(pid).memory_info().rss)
    except psutil.NoSuchProcess:
        return 0


def _prctl(option: int, value: int) -> None:
    if _LINUX:
        _LIBC_PRCTL(option, value, 0, 0, 0)


_OWN_CHILDREN = "/proc/thread-self/children"
_LISTED = Path(_OWN_CHILDREN).exists()
if _LINUX:  # looked up once, since every look-up makes a new function
    _LIBC_PRCTL = ctypes.CDLL(None).prctl
