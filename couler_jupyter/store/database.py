"""The index's database: one way to read and one way to write, on SQLite and PostgreSQL.

Writing is one at a time, among threads, processes and machines: SQLite by taking turns,
PostgreSQL by an advisory lock that goes with the transaction. Reading never waits.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING

from couler_jupyter.errors import StoreFailed
from couler_jupyter.runs.fork import in_children
from couler_jupyter.store.migrations import check_version, migrate, told
from couler_jupyter.store.presence import Locks, Presence, Sessions
from couler_jupyter.store.sqlite import SqliteFile
from couler_jupyter.store.tables import tables

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

_LOCK = 0x434F554C  # "COUL"


class Database:
    """Connections to the index, its tables made or brought up to date at first use.

    Attributes:
        name: as it is told; without passwords.
        tables: what can be asked for.
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
        self.tables = tables()
        self.name = "the index"
        self._inherited: list[object] = []
        with self._telling():
            self._open(url)
            self._prepare()
        in_children(self._after_fork)

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
            found = int(told(connection, self.tables, "version") or 0)
            check_version(found, self.name)
            yield connection

    def close(self) -> None:
        """Close all connections."""
        self.presence.close()
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

    def _open(self, url: str) -> None:
        from sqlalchemy import create_engine, make_url

        parsed = make_url(url)
        self.name = parsed.render_as_string(hide_password=True)
        self._file: SqliteFile | None = None
        match parsed.get_backend_name():
            case "sqlite":
                self._file = SqliteFile(parsed.database or "")
                self.name = self._file.name
                self._engine: Engine = self._file.engine()
                self.presence = Locks(self._file.path.with_suffix(".writers"))
            case "postgresql":
                self._engine = create_engine(parsed, pool_pre_ping=True)
                self.presence = Sessions(self._engine)
            case other:
                raise StoreFailed(
                    f"an index in {other} is not known; sqlite and postgresql are"
                )

    def _prepare(self) -> None:
        with self.reading() as connection:
            from sqlalchemy import inspect

            known = inspect(connection).has_table(self.tables.about.name)
        if known:
            with self.reading() as connection:
                found = int(told(connection, self.tables, "version") or 0)
            if not self._is_old(found):
                return
        with self._transaction() as connection:
            migrate(connection, self.tables, self.name)

    def _is_old(self, found: int) -> bool:
        from couler_jupyter.store.migrations import MIGRATIONS

        check_version(found, self.name)
        return found < len(MIGRATIONS)

    @contextmanager
    def _telling(self) -> Generator[None]:
        try:
            from sqlalchemy.exc import SQLAlchemyError
        except ImportError:
            raise StoreFailed(
                "the store needs SQLAlchemy: pip install couler-jupyter[cache]"
            ) from None
        try:
            yield
        except SQLAlchemyError as error:
            cause = getattr(error, "orig", None) or error
            what = " ".join(f"{cause}".split()) or type(cause).__name__
            raise StoreFailed(f"{self.name}: {what}") from error
        except ImportError as error:
            raise StoreFailed(f"{self.name} needs a package: {error}") from error

    def _after_fork(self) -> None:
        # the parent's connections must be neither used nor closed here, only kept
        self._inherited.append(self._engine.pool)
        self._engine.dispose(close=False)
