"""Who drives a run: a lock that the system releases when its holder dies.

The lock is flock(2) on a file, not a POSIX record lock: closing any other descriptor
of the file would drop a record lock, and two threads of one process would not exclude
each other. But flock is shared with forked children, and a step that outlives its
supervisor would keep the run looking alive; so every forked child closes its copy
first thing, and the descriptor never survives exec.
"""

from __future__ import annotations

import fcntl
import os
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum, auto
from pathlib import Path

from couler_jupyter.errors import StoreFailed

_PATIENCE = 2.0
_PAUSE = 0.01
_FLAGS = os.O_CLOEXEC | os.O_NOFOLLOW


class Hold(Enum):
    """State of a lock file."""

    HELD = auto()
    LEFT = auto()
    """Somebody had it and is gone."""
    NEW = auto()
    """Nobody had it yet."""


def state(path: Path) -> Hold:
    """Return whether somebody holds the lock, without disturbing them."""
    try:
        fd = os.open(path, os.O_RDONLY | _FLAGS)
    except FileNotFoundError:
        return Hold.NEW
    try:
        if not _try(fd, fcntl.LOCK_SH):
            return Hold.HELD
        fcntl.flock(fd, fcntl.LOCK_UN)
        return Hold.LEFT if os.fstat(fd).st_size else Hold.NEW
    finally:
        os.close(fd)


@contextmanager
def hold(path: Path, what: str, *, leave: bool = True) -> Iterator[None]:
    """Hold the lock inside the `with`; the holder's process id is in the file.

    Args:
        path: an existing file.
        what: what it stands for, for the message.
        leave: whether the file shall tell, afterwards, that somebody had it; when
            not, it is as new.

    Raises:
        StoreFailed: somebody else holds it, or the file was replaced meanwhile.
    """
    grip = _Grip(os.open(path, os.O_RDWR | _FLAGS))
    _close_in_children(grip)
    try:
        _wait(grip.fd, path, what)
        os.ftruncate(grip.fd, 0)
        if leave:
            os.write(grip.fd, f"{os.getpid()}\n".encode())
        yield
    finally:
        grip.release()


class _Grip:
    """An open lock file that its owner releases and a forked child only closes."""

    def __init__(self, fd: int) -> None:
        self.fd = fd
        self._owner = os.getpid()

    def release(self) -> None:
        fd, self.fd = self.fd, -1
        if fd < 0:
            return
        if os.getpid() == self._owner:
            fcntl.flock(fd, fcntl.LOCK_UN)
        os.close(fd)


def _close_in_children(grip: _Grip) -> None:
    known = weakref.ref(grip)

    def close() -> None:
        if (inherited := known()) is not None:
            inherited.release()

    os.register_at_fork(after_in_child=close)


def _wait(fd: int, path: Path, what: str) -> None:
    # whoever only looks holds a shared lock for a moment: try a little longer
    until = time.monotonic() + _PATIENCE
    while not _try(fd, fcntl.LOCK_EX):
        if time.monotonic() > until:
            raise StoreFailed(f"{what} is already driven by {_holder(fd)}")
        time.sleep(_PAUSE)
    if not _same(fd, path):
        raise StoreFailed(f"{what} was deleted meanwhile")


def _try(fd: int, kind: int) -> bool:
    try:
        fcntl.flock(fd, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _holder(fd: int) -> str:
    pid = os.pread(fd, 32, 0).decode("ascii", "replace").strip()
    return f"process {pid}" if pid else "another process"


def _same(fd: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(fd), path.lstat())
    except FileNotFoundError:
        return False
