"""Who drives a run: a lock that the system releases when its holder dies.

The lock is flock(2) on a file and not a POSIX record lock, which would be dropped as
soon as any descriptor of the file is closed in the process, and would not keep two
threads apart. But flock is shared with forked children, and a step that outlives its
supervisor would make the run look alive; so a forked child closes its copy first
thing, and no copy survives exec. A holder that dies just after it began a child keeps
the lock for the moment that takes.
"""

from __future__ import annotations

import fcntl
import os
import time
from enum import Enum, auto
from pathlib import Path

from couler_jupyter.errors import StoreFailed
from couler_jupyter.runs.fork import in_children

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
        return _history(fd)
    finally:
        os.close(fd)


class Grip:
    """A lock that is held until `release`, or until this process dies.

    Attributes:
        before: LEFT or NEW, as it was found.
    """

    def __init__(self, path: Path, what: str) -> None:
        """Take the lock.

        Args:
            path: an existing file.
            what: what it stands for, for messages.

        Raises:
            StoreFailed: somebody else holds it, or the file was deleted meanwhile.
            OSError: it cannot be opened.
        """
        self._fd = os.open(path, os.O_RDWR | _FLAGS)
        in_children(self._close)
        try:
            _wait(self._fd, path, what)
            self.before = _history(self._fd)
        except BaseException:
            self._close()
            raise

    def sign(self) -> None:
        """Leave this process's id, so that the file tells of it afterwards."""
        os.ftruncate(self._fd, 0)
        os.pwrite(self._fd, f"{os.getpid()}\n".encode(), 0)

    def forget(self) -> None:
        """Let the file tell that nobody had it."""
        os.ftruncate(self._fd, 0)

    def release(self) -> None:
        """Let go; in a forked child, which holds nothing, do nothing."""
        if self._fd >= 0:
            fcntl.flock(self._fd, fcntl.LOCK_UN)
            self._close()

    def _close(self) -> None:
        fd, self._fd = self._fd, -1
        if fd >= 0:
            os.close(fd)


def _wait(fd: int, path: Path, what: str) -> None:
    # whoever only looks holds a shared lock for a moment: try a little longer
    until = time.monotonic() + _PATIENCE
    while not _try(fd, fcntl.LOCK_EX):
        if time.monotonic() > until:
            raise StoreFailed(
                f"{what} is being driven by {_holder(fd)}; cancel it first"
            )
        time.sleep(_PAUSE)
    if not _same(fd, path):
        raise StoreFailed(f"{what} was deleted meanwhile")


def _try(fd: int, kind: int) -> bool:
    try:
        fcntl.flock(fd, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _history(fd: int) -> Hold:
    return Hold.LEFT if os.fstat(fd).st_size else Hold.NEW


def _holder(fd: int) -> str:
    pid = os.pread(fd, 32, 0).decode("ascii", "replace").strip()
    return f"process {pid}" if pid else "another process"


def _same(fd: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(fd), path.lstat())
    except FileNotFoundError:
        return False
