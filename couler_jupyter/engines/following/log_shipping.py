"""What steps print, from their pods into the run store, on threads of their own.

A log is read from its beginning each time, and what is there already is left out: so
nothing is doubled or lost when a connection breaks or the follower is started anew.
"""

from __future__ import annotations

import os
import queue
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Generic, TypeAlias, TypeVar

from couler_jupyter.engines.kube.closing import Closing
from couler_jupyter.engines.web.refusal import Refused
from couler_jupyter.engines.web.wire import ConnectionLost
from couler_jupyter.errors import SubmitFailed

Place = TypeVar("Place")
Lent: TypeAlias = AbstractContextManager[Iterator[bytes] | None]
Lend: TypeAlias = Callable[[Place, Closing, bool], Lent]
"""Lends the log at a place from its beginning, followed if the last says so; None if it
is gone. Its pieces may raise `ConnectionLost`, as they do once `closing` is closed."""

_THREADS = 24
"""Logs that are followed at once; those of more steps come when these have ended."""
_PAUSE = 1.0
_TRIES = 5
_APPEND = os.O_WRONLY | os.O_CREAT | os.O_APPEND


@dataclass(slots=True, eq=False)
class _Log(Generic[Place]):
    """One log that is wanted."""

    place: Place
    path: Path
    ended: Event
    tries: int = 0


class LogShipper(Generic[Place]):
    """Fetches logs of one run."""

    def __init__(self, lend: Lend[Place], *, limit: int) -> None:
        """Prepare; threads start as logs are wanted.

        Args:
            lend: opens a log.
            limit: bytes of one log after which the rest is left where it is.
        """
        self._lend = lend
        self._limit = limit
        self._lock = Lock()
        self._logs: dict[Path, _Log[Place]] = {}
        self._waiting: queue.Queue[_Log[Place]] = queue.Queue()
        self._threads: list[Thread] = []
        self._open = 0
        self._closing = Closing()

    def want(self, place: Place, path: Path, *, ended: bool) -> None:
        """Have a log fetched to `path`, and followed until its step has `ended`."""
        with self._lock:
            log = self._logs.get(path)
            if log is None:
                log = self._logs[path] = _Log(place, path, Event())
                self._open += 1
                self._waiting.put(log)
                if len(self._threads) < min(_THREADS, self._open):
                    self._start()
            if ended:
                log.ended.set()

    def finish(self, patience: float) -> bool:
        """Wait until all that is wanted is there; False if that takes too long."""
        until = time.monotonic() + patience
        while time.monotonic() < until:
            with self._lock:
                if not self._open:
                    return True
            time.sleep(0.05)
        return False

    def close(self) -> None:
        """Let go of everything; threads end by themselves, and soon."""
        self._closing.close()

    def _start(self) -> None:
        thread = Thread(target=self._serve, name="logs", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _serve(self) -> None:
        while not self._closing.closed:
            try:
                log = self._waiting.get(timeout=_PAUSE)
            except queue.Empty:
                continue
            if self._fetch(log):
                with self._lock:
                    self._open -= 1
            else:
                log.ended.wait(_PAUSE)
                self._waiting.put(log)

    def _fetch(self, log: _Log[Place]) -> bool:
        """Fetch what is new; whether that was all there will be."""
        over = log.ended.is_set()
        try:
            with self._lend(log.place, self._closing, not over) as chunks:
                if chunks is None:
                    _note(log.path, "its pod is gone, and with it its log")
                    return True
                if not self._write(log.path, chunks):
                    return True
        except Refused as error:
            # a container that has not begun is a 400; what was never there stays so
            log.tries += over
            if error.status in (401, 403) or log.tries > _TRIES:
                _note(log.path, f"the log cannot be read: {error}")
                return True
            return False
        except (ConnectionLost, SubmitFailed) as error:
            log.tries += 1
            if log.tries > _TRIES and over:
                _note(log.path, f"the log cannot be read: {error}")
                return True
            return False
        return over

    def _write(self, path: Path, chunks: Iterator[bytes]) -> bool:
        """Append what is not there yet; False once there is more than is wanted."""
        skip = _size(path)
        room = self._limit - skip
        fd = os.open(path, _APPEND, 0o600)
        try:
            for chunk in chunks:
                if self._closing.closed:
                    return True
                new = chunk[skip:]
                skip -= min(skip, len(chunk))
                if len(new) > room:
                    os.write(fd, new[: max(0, room)])
                    _note(path, f"only the first {self._limit:,} bytes are kept here")
                    return False
                _write_all(fd, new)
                room -= len(new)
        finally:
            os.close(fd)
        return True


def _write_all(fd: int, data: bytes) -> None:
    while data:
        data = data[os.write(fd, data) :]


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _note(path: Path, why: str) -> None:
    line = f"\n[couler: {why}]\n".encode()
    if _size(path) and path.read_bytes()[-len(line) :] == line:
        return
    fd = os.open(path, _APPEND, 0o600)
    try:
        _write_all(fd, line)
    finally:
        os.close(fd)
