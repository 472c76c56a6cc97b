"""An index in a SQLite file: shared by threads and processes, and missed when it is gone."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from couler_jupyter.errors import StoreFailed
from couler_jupyter.runs.turn import Turn
from couler_jupyter.store.packing import shown

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

_PATIENCE = 20.0
_PRAGMAS = ("synchronous=NORMAL", "foreign_keys=ON")
_MODE = "PRAGMA journal_mode"


class SqliteFile:
    """The file, made if need be; one that cannot be written can still be read.

    Attributes:
        path: where it is.
        name: the same, as it is told.
        fixed: whether it can only be read.
    """

    def __init__(self, path: str) -> None:
        if not path or path == ":memory:":
            raise StoreFailed("an index in memory cannot be shared; name a file")
        self.path = Path(path).expanduser().absolute()
        self.name = shown(self.path)
        self._turn = Turn(self.path.with_suffix(".lock"))
        self.fixed = self.path.exists() and not os.access(self.path.parent, os.W_OK)
        if not self.path.exists():
            self._make()
        self._identity = self._found()
        self._idle: list[sqlite3.Connection] = []
        if not self.fixed:
            self._use_a_log()

    def check(self) -> None:
        """See that the file is the one that was opened.

        Raises:
            StoreFailed: it is gone; SQLite would go on writing to what nobody finds.
        """
        if self._found() != self._identity:
            raise StoreFailed(
                f"{self.name} is gone: the store was deleted or unmounted"
            )

    @contextmanager
    def turn(self) -> Generator[None]:
        """Wait until nobody else writes."""
        self.check()
        if self.fixed:
            raise StoreFailed(
                f"{self.name} cannot be written; make its folder writable"
            )
        with ExitStack() as stack:
            try:
                stack.enter_context(self._turn.taken())
            except OSError as error:
                raise StoreFailed(f"{self.name}: {error.strerror}") from error
            yield

    @contextmanager
    def lent(self) -> Generator[sqlite3.Connection]:
        """Lend a connection; what was begun on it and not ended is taken back."""
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = self._connect()
        try:
            yield connection
        except BaseException:
            connection.close()
            raise
        self._idle.append(connection)

    def leave(self) -> list[sqlite3.Connection]:
        """Return the connections that are a parent's, which others must not use."""
        left, self._idle = self._idle, []
        return left

    def close(self) -> None:
        """Close what is not lent, and give the turn's file back."""
        while self._idle:
            self._idle.pop().close()
        self._turn.close()

    def engine(self) -> Engine:
        """Return what connects to it."""
        from sqlalchemy import create_engine, event
        from sqlalchemy.pool import QueuePool

        engine = create_engine(
            "sqlite://", creator=self._connect, poolclass=QueuePool, max_overflow=-1
        )
        event.listen(engine, "begin", _begin)
        return engine

    def _make(self) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
            os.close(os.open(self.path, flags, 0o666))
        except OSError as error:
            raise StoreFailed(f"{self.name} cannot be made: {error.strerror}") from None

    def _connect(self) -> sqlite3.Connection:
        log = self.path.with_name(f"{self.path.name}-wal")
        mode = "ro" if self.fixed else "rw"
        # SQLite reads a WAL database by way of a file beside it, which it cannot make
        # here; without pending changes it can do without
        alone = "&immutable=1" if self.fixed and not log.exists() else ""
        connection = sqlite3.connect(
            f"file:{quote(os.fsencode(self.path))}?mode={mode}{alone}",
            uri=True,
            timeout=_PATIENCE,
            isolation_level=None,
            check_same_thread=False,
        )
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        return connection

    def _use_a_log(self) -> None:
        """Have writers not disturb readers; who comes first says so, for good."""
        with self.lent() as connection:
            if connection.execute(_MODE).fetchone() != ("wal",):
                with self.turn():  # two at once would be in each other's way
                    connection.execute(f"{_MODE}=WAL")

    def _found(self) -> tuple[int, int] | None:
        try:
            found = self.path.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino


def _begin(connection: Connection) -> None:
    writing = connection.get_execution_options().get("couler_writing")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
