"""The index's database: one way to read and one way to write, on SQLite and PostgreSQL.

Writing is one at a time, among threads, processes and machines: SQLite by taking turns,
PostgreSQL by an advisory lock that goes with the transaction. Reading never waits.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Generator
from contextlib import contextmanager, nullcontext
from functools import cached_property
from typing import TYPE_CHECKING

from couler_jupyter.errors import StoreFailed
from couler_jupyter.runs.fork import in_children
from couler_jupyter.store.migrations import MIGRATIONS, check_version, migrate
from couler_jupyter.store.plain import OnServer, OnSqlite, Plain
from couler_jupyter.store.presence import Locks, Presence, Sessions
from couler_jupyter.store.sqlite import SqliteFile
from couler_jupyter.store.tables import Tables, tables

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

_LOCK = 0x434F554C  # "COUL"
_SQLITE = "sqlite:///"
_VERSION = "SELECT value FROM about WHERE name = 'version'"


class Database:
    """Connections to the index, its tables made or brought up to date at first use.

    Attributes:
        name: as it is told; without passwords.
        presence: who of those that write is still there.
    """

    presence: Presence

    def __init__(self, url: str) -> None:
        """Open the index.

        Args:
            url: as SQLAlchemy reads it.

        Raises:
            StoreFailed: it cannot be opened, or a later version made it.
        """
        self._url = url
        self.name = "the index"
        self._inherited: list[object] = []
        self._file: SqliteFile | None = None
        with self._telling():
            self._open()
            self._prepare()
        in_children(self._after_fork)

    @cached_property
    def tables(self) -> Tables:
        """What can be asked for."""
        return tables()

    @contextmanager
    def asking(self) -> Generator[Plain]:
        """Give a connection for questions in SQL."""
        if self._file is None:
            with self.reading() as connection:
                yield OnServer(connection)
            return
        with self._telling():
            self._file.check()
            with self._file.lent() as driver:
                yield OnSqlite(driver)

    @contextmanager
    def noting(self) -> Generator[Plain]:
        """Give a connection in SQL that no other writer disturbs; all or nothing.

        Raises:
            StoreFailed: as `writing` does.
        """
        if self._file is None:
            with self.writing() as connection:
                yield OnServer(connection)
            return
        with self._telling(), self._file.turn(), self._file.lent() as driver:
            driver.execute("BEGIN IMMEDIATE")
            plain = OnSqlite(driver)
            check_version(_version(plain), self.name)
            yield plain
            driver.execute("COMMIT")

    @contextmanager
    def reading(self) -> Generator[Connection]:
        """Give a connection for questions."""
        with self._telling():
            if self._file is not None:
                self._file.check()
            with self._engine.connect() as connection:
                yield connection

    @contextmanager
    def writing(self) -> Generator[Connection]:
        """Give a connection that no other writer disturbs; all or nothing.

        Raises:
            StoreFailed: the index cannot be written; or a later version has taken it
                over, and this one must not write any more.
        """
        with self._transaction() as connection:
            check_version(_version(OnServer(connection)), self.name)
            yield connection

    def close(self) -> None:
        """Close all connections."""
        self.presence.close()
        if "_engine" in self.__dict__:
            self._engine.dispose()
        if self._file is not None:
            self._file.close()

    @contextmanager
    def _transaction(self) -> Generator[Connection]:
        turn = nullcontext() if self._file is None else self._file.turn()
        with self._telling(), turn, self._engine.connect() as plain:
            connection = plain.execution_options(couler_writing=True)
            with connection.begin():
                if self._file is None:
                    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
                yield connection

    def _open(self) -> None:
        if self._url.startswith(_SQLITE) and "?" not in self._url:
            self._open_file(self._url.removeprefix(_SQLITE))
            return
        from sqlalchemy import make_url

        parsed = make_url(self._url)
        self.name = parsed.render_as_string(hide_password=True)
        match parsed.get_backend_name():
            case "sqlite":
                self._open_file(parsed.database or "")
            case "postgresql":
                self.presence = Sessions(self._engine)
            case other:
                raise StoreFailed(
                    f"an index in {other} is not known; sqlite and postgresql are"
                )

    def _open_file(self, path: str) -> None:
        self._file = SqliteFile(path)
        self.name = self._file.name
        self.presence = Locks(self._file.path.with_suffix(".writers"))

    @cached_property
    def _engine(self) -> Engine:
        """What connects by way of SQLAlchemy; a run that is all reused needs it not."""
        with self._telling():
            if self._file is not None:
                return self._file.engine()
            from sqlalchemy import create_engine

            return create_engine(self._url, pool_pre_ping=True)

    def _prepare(self) -> None:
        with self.asking() as plain:
            found = _version(plain) if self._is_made(plain) else 0
        check_version(found, self.name)
        if found < len(MIGRATIONS):
            with self._transaction() as connection:
                migrate(connection, self.tables, self.name)

    def _is_made(self, plain: Plain) -> bool:
        if self._file is not None:
            return bool(plain.ask("SELECT 1 FROM sqlite_master WHERE name = 'about'"))
        return bool(plain.ask("SELECT to_regclass('about')")[0][0])

    @contextmanager
    def _telling(self) -> Generator[None]:
        """Tell what goes wrong as `StoreFailed`, whoever says it."""
        try:
            yield
        except StoreFailed:
            raise
        except ModuleNotFoundError as error:
            if error.name != "sqlalchemy":
                raise StoreFailed(f"{self.name} needs a package: {error}") from error
            raise StoreFailed(
                "the store needs SQLAlchemy: pip install couler-jupyter[cache]"
            ) from None
        except Exception as error:
            if not _is_database_error(error):
                raise
            cause = getattr(error, "orig", None) or error
            what = " ".join(f"{cause}".split()) or type(cause).__name__
            raise StoreFailed(f"{self.name}: {what}") from error

    def _after_fork(self) -> None:
        # the parent's connections must be neither used nor closed here, only kept
        if "_engine" in self.__dict__:
            self._inherited.append(self._engine.pool)
            self._engine.dispose(close=False)
        if self._file is not None:
            self._inherited += self._file.leave()


def _version(plain: Plain) -> int:
    rows = plain.ask(_VERSION)
    return int(rows[0][0]) if rows else 0


def _is_database_error(error: Exception) -> bool:
    """Whether an error is a database's; that of SQLAlchemy only where it was imported."""
    if isinstance(error, sqlite3.Error):
        return True
    alchemy = sys.modules.get("sqlalchemy.exc")
    return alchemy is not None and isinstance(error, alchemy.SQLAlchemyError)
