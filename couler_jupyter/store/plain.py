"""The index without SQLAlchemy: for what every run asks and tells, in SQL itself.

Importing SQLAlchemy takes longer than all else that a run has to do of which every step
is reused. So that little is said in words that SQLite and PostgreSQL both know, with
values by name (`:name`), and SQLite's own driver takes it as it is.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

if TYPE_CHECKING:
    from sqlalchemy import Connection

Values: TypeAlias = Mapping[str, Any]
NOTHING: Values = MappingProxyType({})


class Plain(Protocol):
    """A connection to the index that takes SQL."""

    def ask(self, sql: str, given: Values = NOTHING) -> Sequence[Sequence[Any]]:
        """Return all rows of an answer."""
        ...

    def tell(self, sql: str, rows: Sequence[Values]) -> None:
        """Carry out a statement once for each row of values."""
        ...


class OnSqlite:
    """A connection of SQLite's own driver."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def ask(self, sql: str, given: Values = NOTHING) -> Sequence[Sequence[Any]]:
        """Return all rows of an answer."""
        return self._connection.execute(sql, dict(given)).fetchall()

    def tell(self, sql: str, rows: Sequence[Values]) -> None:
        """Carry out a statement once for each row of values."""
        self._connection.executemany(sql, rows)


class OnServer:
    """A connection of SQLAlchemy, whatever the database."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def ask(self, sql: str, given: Values = NOTHING) -> Sequence[Sequence[Any]]:
        """Return all rows of an answer."""
        from sqlalchemy import text

        return self._connection.execute(text(sql), dict(given)).all()

    def tell(self, sql: str, rows: Sequence[Values]) -> None:
        """Carry out a statement once for each row of values."""
        from sqlalchemy import text

        if rows:
            self._connection.execute(text(sql), [dict(row) for row in rows])


def listed(names: Iterable[str]) -> tuple[str, dict[str, str]]:
    """Return what stands behind `IN` for these names, and the values for it.

    >>> listed(["a", "b"])
    ('(:n0, :n1)', {'n0': 'a', 'n1': 'b'})
    """
    given = {f"n{place}": name for place, name in enumerate(names)}
    return f"({', '.join(f':{place}' for place in given)})", given


def inserting(table: str, columns: Iterable[str]) -> str:
    """Return the statement that adds a row to a table.

    >>> inserting("pins", ["name"])
    'INSERT INTO pins (name) VALUES (:name)'
    """
    names = tuple(columns)
    values = ", ".join(f":{name}" for name in names)
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({values})"  # noqa: S608
