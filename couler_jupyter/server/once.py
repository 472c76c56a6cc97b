"""What is asked with the same key is done once, also by two servers on one store.

An answer is kept in a file that is called by what was asked. Whoever asks the same again
waits for that file's lock and is given the same answer; if it could not be done, nothing
is kept and it may be tried again.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from couler_jupyter.errors import StoreFailed
from couler_jupyter.ir import Json

_KEPT = 24 * 3600.0
_PATIENCE = 60.0
_PAUSE = 0.02


class Once:
    """A folder of answers, each kept for a day."""

    def __init__(self, folder: Path) -> None:
        """Use `folder`, made when it is needed."""
        self._folder = folder

    def do(
        self, asked: str, act: Callable[[], Json], *, seconds: float = _KEPT
    ) -> tuple[Json, bool]:
        """Return what `act` answers, and whether it is the answer of an earlier time.

        Args:
            asked: tells one request from another.
            act: does it.
            seconds: how long its answer is that of the same request.

        Raises:
            StoreFailed: it is still being done, or the folder cannot be used.
        """
        name = hashlib.sha256(asked.encode()).hexdigest()[:32]
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._forget_old()
            flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
            fd = os.open(self._folder / name, flags, 0o600)
        except OSError as error:
            why = (error.strerror or str(error)).lower()
            raise StoreFailed(f"{self._folder} cannot be used: {why}") from None
        try:
            _wait(fd)
            about = os.fstat(fd)
            fresh = abs(time.time() - about.st_mtime) < seconds
            if fresh and (found := os.pread(fd, about.st_size, 0)):
                return json.loads(found), True
            answer = act()
            os.ftruncate(fd, 0)
            os.pwrite(fd, json.dumps(answer).encode(), 0)
            return answer, False
        finally:
            os.close(fd)

    def _forget_old(self) -> None:
        before = time.time() - _KEPT
        for entry in os.scandir(self._folder):
            with suppress(FileNotFoundError):  # another one forgets as well
                if entry.stat(follow_symlinks=False).st_mtime < before:
                    Path(entry).unlink()


def _wait(fd: int) -> None:
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                raise StoreFailed(
                    "the same was asked before and is still being done; look again later"
                ) from None
            time.sleep(_PAUSE)
        else:
            return
