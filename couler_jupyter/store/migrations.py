"""The way from older indexes to this one, and what an index says about itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeAlias

from couler_jupyter.errors import StoreFailed

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from couler_jupyter.store.tables import Tables

Migration: TypeAlias = "Callable[[Connection, Tables], None]"


def _first(connection: Connection, tables: Tables) -> None:
    tables.metadata.create_all(connection)


MIGRATIONS: tuple[Migration, ...] = (_first,)
"""Number n takes an index from version n to n + 1; only ever append.

A new index takes all of them, so the first must go on making what it makes now.
"""


def migrate(
    connection: Connection,
    tables: Tables,
    name: str,
    migrations: Sequence[Migration] = MIGRATIONS,
) -> None:
    """Bring an index up to date, inside the caller's transaction.

    Raises:
        StoreFailed: a later version of this package made it.
    """
    found = version_of(connection, tables)
    check_version(found, name, len(migrations))
    for step in migrations[found:]:
        step(connection, tables)
    if found < len(migrations):
        tell(connection, tables, "version", str(len(migrations)))


def version_of(connection: Connection, tables: Tables) -> int:
    """Return how many migrations an index had; 0 for an empty database."""
    from sqlalchemy import inspect

    if not inspect(connection).has_table(tables.about.name):
        return 0
    return int(told(connection, tables, "version") or 0)


def check_version(found: int, name: str, known: int = len(MIGRATIONS)) -> None:
    """Refuse an index that a later version made.

    Raises:
        StoreFailed: as it says.
    """
    if found > known:
        raise StoreFailed(
            f"{name} was written by a newer version (schema {found}, this one knows "
            f"{known}); update couler-jupyter"
        )


def told(connection: Connection, tables: Tables, name: str) -> str | None:
    """Return what the index says about itself under a name."""
    from sqlalchemy import select

    table = tables.about
    query = select(table.c.value).where(table.c.name == name)
    return connection.execute(query).scalar()


def tell(connection: Connection, tables: Tables, name: str, value: str) -> None:
    """Have the index say something about itself."""
    from sqlalchemy import delete, insert

    table = tables.about
    connection.execute(delete(table).where(table.c.name == name))
    connection.execute(insert(table).values(name=name, value=value))
