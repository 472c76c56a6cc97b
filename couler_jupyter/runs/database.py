"""The SQLite file: opened safely, shared by threads and processes, told of its loss."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from couler_jupyter.errors import StoreFailed
from couler_jupyter.runs.failure import failing
from couler_jupyter.runs.opening import connect, prepare


class Database:
    """Connections to one file: each used by one thread at a time, none across a fork.

    A file that was deleted or replaced while in use is noticed, because SQLite would
    go on writing to what nobody can find any more.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._start()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection for single statements."""
        with failing(self.path), self._lent() as connection:
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection on which all reads see the same moment."""
        with failing(self.path), self._lent() as connection:
            connection.execute("BEGIN")
            yield connection
            connection.commit()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection in one transaction: all of it is kept or nothing."""
        with failing(self.path), self._lent() as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.commit()

    def changed(self) -> int:
        """Return a number that differs once anybody has committed."""
        with failing(self.path), self._lock:
            self._check()
            if self._watch is None:
                self._watch = connect(self.path)
            return int(self._watch.execute("PRAGMA data_version").fetchone()[0])

    def renew(self) -> None:
        """Make the file anew if it was deleted."""
        if not self.path.exists():
            self.close()
            self._start()

    def close(self) -> None:
        """Close every connection that is not lent."""
        with self._lock:
            idle, self._idle = self._idle, []
            if self._watch is not None:
                idle.append(self._watch)
            self._watch = None
            self._closed = True
        for connection in idle:
            connection.close()

    def _start(self) -> None:
        self._lock = threading.Lock()
        self._idle: list[sqlite3.Connection] = []
        self._watch: sqlite3.Connection | None = None
        self._closed = False
        self._owner = os.getpid()
        self._identity = prepare(self.path)

    @contextmanager
    def _lent(self) -> Iterator[sqlite3.Connection]:
        connection = self._take()
        try:
            yield connection
        except BaseException:
            connection.rollback()
            raise
        finally:
            self._give(connection)

    def _take(self) -> sqlite3.Connection:
        if self._owner != os.getpid():
            self._after_fork()
        with self._lock:
            self._check()
            if self._idle:
                return self._idle.pop()
        return connect(self.path)

    def _give(self, connection: sqlite3.Connection) -> None:
        with self._lock:
            if not self._closed:
                self._idle.append(connection)
                return
        connection.close()

    def _check(self) -> None:
        if self._closed:
            raise StoreFailed(f"{self.path}: the store was closed")
        try:
            found = self.path.stat()
        except FileNotFoundError:
            raise StoreFailed(f"{self.path} was deleted while in use") from None
        if (found.st_dev, found.st_ino) != self._identity:
            raise StoreFailed(
                f"{self.path} was replaced while in use; open the store again"
            )

    def _after_fork(self) -> None:
        # a connection must not be used in a forked child, nor closed there: keep it
        self._inherited = (self._idle, self._watch)
        self._lock = threading.Lock()
        self._idle, self._watch = [], None
        self._owner = os.getpid()
