"""The SQLite file: shared by threads and processes, and missed when it is gone."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from couler_jupyter.errors import StoreFailed
from couler_jupyter.runs.failure import Damaged, failing
from couler_jupyter.runs.fork import in_children
from couler_jupyter.runs.opening import Opened, prepare, set_aside
from couler_jupyter.runs.turn import Turn

_MOST_IDLE = 8


class Database:
    """Connections to one file: each used by one thread at a time, none across a fork.

    A file that was deleted or replaced while in use is noticed at the next use:
    SQLite would go on writing to what nobody can find any more. One that is damaged
    is renamed, and whoever comes next may begin a new one.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._turn = Turn(path.with_suffix(".lock"))
        self._lock = threading.Lock()
        self._idle: list[sqlite3.Connection] = []
        self._watch: sqlite3.Connection | None = None
        self._inherited: list[object] = []
        self._closed = False
        try:
            with self._guarded():
                self._opened = prepare(path, self._turn)
        except StoreFailed:
            self._turn.close()
            raise
        in_children(self._after_fork)

    @contextmanager
    def reading(self) -> Generator[sqlite3.Connection, None, None]:
        """Lend a connection on which all reads see the same moment."""
        with (
            self._guarded(),
            self._lent() as connection,
            _transaction(connection, "BEGIN"),
        ):
            yield connection

    @contextmanager
    def writing(self) -> Generator[sqlite3.Connection, None, None]:
        """Lend a connection in one transaction: all of it is kept, or nothing."""
        with (
            self._guarded(),
            self._lent() as connection,
            self._turn.taken(),
            _transaction(connection, "BEGIN IMMEDIATE"),
        ):
            yield connection

    def changed(self) -> int:
        """Return a number that differs once anybody, here or elsewhere, has written."""
        with self._guarded(), self._lock:
            opened = self._current()
            if self._watch is None:
                self._watch = opened.connect()
            return int(self._watch.execute("PRAGMA data_version").fetchone()[0])

    def renew(self) -> None:
        """Make the file anew if it is gone."""
        with self._guarded(), self._lock:
            if not self._closed and not self.path.exists():
                self._reopen()

    def close(self) -> None:
        """Close all connections, those that are lent once they come back."""
        with self._lock:
            self._closed = True
            self._drop()
        self._turn.close()

    @contextmanager
    def _guarded(self) -> Generator[None, None, None]:
        try:
            with failing(self.path):
                yield
        except Damaged as error:
            raise self._set_aside(error) from error

    def _set_aside(self, error: Damaged) -> StoreFailed:
        kept = set_aside(self.path, self._turn)
        if kept is None:
            return StoreFailed(
                f"{error}; the file that is there now shows no damage, try again"
            )
        return StoreFailed(
            f"{error}; the damaged file is kept as {kept}, the next run begins a new "
            "store, and logs of earlier runs stay where they were"
        )

    @contextmanager
    def _lent(self) -> Generator[sqlite3.Connection, None, None]:
        opened, connection = self._take()
        try:
            yield connection
        finally:
            self._give(opened, connection)

    def _take(self) -> tuple[Opened, sqlite3.Connection]:
        with self._lock:
            opened = self._current()
            if self._idle:
                return opened, self._idle.pop()
        return opened, opened.connect()

    def _give(self, opened: Opened, connection: sqlite3.Connection) -> None:
        with self._lock:
            wanted = opened is self._opened and not self._closed
            sound = not connection.in_transaction
            if wanted and sound and len(self._idle) < _MOST_IDLE:
                self._idle.append(connection)
                return
        connection.close()

    def _current(self) -> Opened:
        if self._closed:
            raise StoreFailed(f"{self.path}: the store was closed")
        try:
            current = self._opened.is_current()
        except FileNotFoundError:
            raise StoreFailed(
                f"{self.path} is gone: it was deleted or set aside while in use; "
                "the next run begins a new store"
            ) from None
        if not current:
            self._reopen()
        return self._opened

    def _reopen(self) -> None:
        self._drop()
        self._opened = prepare(self.path, self._turn)

    def _drop(self) -> None:
        watch, self._watch = self._watch, None
        idle, self._idle = self._idle, []
        for connection in (*idle, *([watch] if watch is not None else [])):
            connection.close()

    def _after_fork(self) -> None:
        # SQLite's must be neither used nor closed in the child: only kept
        self._inherited += [self._idle, self._watch]
        self._idle, self._watch = [], None
        self._lock = threading.Lock()


@contextmanager
def _transaction(
    connection: sqlite3.Connection, begin: str
) -> Generator[None, None, None]:
    connection.execute(begin)
    try:
        yield
        connection.commit()
    except BaseException:
        connection.rollback()
        raise
