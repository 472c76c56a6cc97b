"""Writers take turns: among threads and processes, until the checkpoint is done.

SQLite keeps writers apart by itself, but before 3.51.3 (and 3.50.7, 3.44.6) pages can
be lost when one connection checkpoints while another one's commit restarts the log
(sqlite.org/wal.html, "the WAL-reset bug"). Who writes here checkpoints here, inside
its turn, so the two never meet. Waiting for a turn is also fairer than SQLite's
growing pauses.
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from couler_jupyter.errors import StoreFailed
from couler_jupyter.runs.fork import in_children

_PATIENCE = 10.0
_PAUSE = 0.0005


class Turn:
    """The right to write, shared through a file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._fd = -1
        self._threads = threading.Lock()
        in_children(self._after_fork)

    @contextmanager
    def taken(self) -> Generator[None, None, None]:
        """Wait for the turn and keep it inside the `with`.

        Raises:
            StoreFailed: somebody keeps it for too long.
            OSError: the file cannot be opened.
        """
        until = time.monotonic() + _PATIENCE
        if not self._threads.acquire(timeout=_PATIENCE):
            raise self._stuck()
        try:
            self._lock(until)
            try:
                yield
            finally:
                fcntl.flock(self._fd, fcntl.LOCK_UN)
        finally:
            self._threads.release()

    def close(self) -> None:
        """Give the file back; the next turn opens it again."""
        with self._threads:
            if self._fd >= 0:
                os.close(self._fd)
            self._fd = -1

    def _lock(self, until: float) -> None:
        if self._fd < 0:
            self._fd = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        while True:
            try:
                fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > until:
                    raise self._stuck() from None
                time.sleep(_PAUSE)
            else:
                return

    def _stuck(self) -> StoreFailed:
        return StoreFailed(
            f"{self._path} stays locked by another process; end that one or try again"
        )

    def _after_fork(self) -> None:
        # the open file is the parent's: its lock must not live on in the child
        fd, self._fd = self._fd, -1
        if fd >= 0:
            os.close(fd)
        self._threads = threading.Lock()
