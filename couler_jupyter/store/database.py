"""The index's database: one way to read and one way to write, on SQLite and PostgreSQL.

Writing is one at a time: SQLite by `BEGIN IMMEDIATE`, PostgreSQL by an advisory lock that
goes with the transaction. Reading never waits for writing.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from couler_jupyter.errors import StoreFailed
from couler_jupyter.store.tables import VERSION, tables

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

_PATIENCE_MS = 20_000
_LOCK = 0x434F554C  # "COUL"
_SQLITE = ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON")


class Database:
    """Connections to the index, its tables made at first use."""

    def __init__(self, url: str) -> None:
        """Open the index.

        Args:
            url: as SQLAlchemy reads it; passwords in it are never told.

        Raises:
            StoreFailed: it cannot be opened, or a later version made it.
        """
        self.tables = tables()
        self._engine = _engine(url)
        self.name = self._engine.url.render_as_string(hide_password=True)
        with self._told():
            self._prepare()

    @contextmanager
    def reading(self) -> Generator[Connection]:
        """Give a connection that sees one state of the index."""
        with self._told(), self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Generator[Connection]:
        """Give a connection that no other writer disturbs; all or nothing."""
        with self._told(), self._engine.connect() as plain:
            connection = plain.execution_options(couler_writing=True)
            with connection.begin():
                if self._engine.dialect.name == "postgresql":
                    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
                yield connection

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def _prepare(self) -> None:
        from sqlalchemy import insert, inspect, select

        about = self.tables.about
        with self.writing() as connection:
            if not inspect(connection).has_table("about"):
                self.tables.metadata.create_all(connection)
                connection.execute(
                    insert(about).values(name="version", value=str(VERSION))
                )
                return
            found = connection.execute(
                select(about.c.value).where(about.c.name == "version")
            ).scalar()
        if int(found or 0) > VERSION:
            raise StoreFailed(
                f"{self.name}: its index has version {found}, a later couler made it; "
                f"this one knows {VERSION}"
            )

    @contextmanager
    def _told(self) -> Generator[None]:
        from sqlalchemy.exc import SQLAlchemyError

        try:
            yield
        except SQLAlchemyError as error:
            cause = getattr(error, "orig", None) or error
            what = f"{cause}".strip().splitlines()
            name = getattr(self, "name", "the index")
            raise StoreFailed(f"{name}: {what[0] if what else cause!r}") from error


def sqlite_url(path: Path) -> str:
    """Return the URL of an index in a file."""
    from sqlalchemy import URL

    url = URL.create("sqlite", database=str(path))
    return url.render_as_string(hide_password=False)


def _engine(url: str) -> Engine:
    from sqlalchemy import create_engine, event
    from sqlalchemy.exc import ArgumentError, NoSuchModuleError
    from sqlalchemy.pool import NullPool

    try:
        if not url.startswith("sqlite"):
            return create_engine(url, pool_pre_ping=True)
        engine = create_engine(
            url, poolclass=NullPool, connect_args={"timeout": _PATIENCE_MS / 1000}
        )
    except (ArgumentError, NoSuchModuleError) as error:
        raise StoreFailed(f"the index's URL cannot be used: {error}") from None
    except ImportError as error:
        raise StoreFailed(f"the index needs a package: {error}") from None

    def connected(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        for pragma in _SQLITE:
            connection.execute(f"PRAGMA {pragma}")

    def begun(connection: Connection) -> None:
        writing = connection.get_execution_options().get("couler_writing")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    event.listen(engine, "connect", connected)
    event.listen(engine, "begin", begun)
    return engine
