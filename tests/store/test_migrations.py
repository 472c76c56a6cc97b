"""Older indexes become this one, whole or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from couler_jupyter.store.migrations import MIGRATIONS, migrate, version_of
from tests.store.conftest import Opening

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from couler_jupyter.store.tables import Tables


def _add(connection: Connection, _tables: Tables) -> None:
    connection.exec_driver_sql("ALTER TABLE pins ADD COLUMN note TEXT")


def _fail(connection: Connection, tables: Tables) -> None:
    _add(connection, tables)
    raise OSError("no light")


def test_what_is_old_is_brought_up_to_date_with_what_it_holds(
    folder_store: Opening,
) -> None:
    store = folder_store()
    store.pin("name")
    database = store._database
    with database.writing() as connection:
        migrate(connection, database.tables, "it", (*MIGRATIONS, _add))
    with database.reading() as connection:
        assert version_of(connection, database.tables) == len(MIGRATIONS) + 1
        rows = connection.exec_driver_sql("SELECT name, note FROM pins").all()
    assert [tuple(row) for row in rows] == [("name", None)]


def test_a_migration_that_fails_leaves_all_as_it_was(folder_store: Opening) -> None:
    database = folder_store()._database
    with (
        pytest.raises(OSError, match="no light"),
        database.writing() as connection,
    ):
        migrate(connection, database.tables, "it", (*MIGRATIONS, _fail))
    with database.reading() as connection:
        assert version_of(connection, database.tables) == len(MIGRATIONS)
        columns = connection.exec_driver_sql("SELECT * FROM pins").keys()
    assert list(columns) == ["name"]


def test_all_take_the_same_road(folder_store: Opening) -> None:
    """Two that open a new index at once make it once."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(8) as pool:
        stores = list(pool.map(lambda _: folder_store(), range(8)))
    assert stores[0].put(b"x") is not None
    assert all(store.used == 1 for store in stores)
