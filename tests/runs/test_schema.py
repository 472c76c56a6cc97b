from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from couler_jupyter.errors import StoreFailed
from couler_jupyter.runs import RunRecord, RunStore, opening, schema

SECOND = ("ALTER TABLE runs ADD COLUMN color TEXT NOT NULL DEFAULT 'grey'",)
BROKEN = ("CREATE TABLE more (x)", "this is no SQL")


@pytest.fixture
def raw(store: RunStore, run: RunRecord) -> Iterator[sqlite3.Connection]:
    """The file of a store that is closed, as an older version left it."""
    store.close()
    path = store.root / "runs.sqlite"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        yield connection


def test_an_older_store_is_brought_up_to_date(
    raw: sqlite3.Connection, run: RunRecord, store: RunStore
) -> None:
    schema.migrate(raw, (*schema.MIGRATIONS, SECOND))
    assert schema.version_of(raw) == 2
    assert raw.execute("SELECT id, color FROM runs").fetchall() == [(run.id, "grey")]
    schema.migrate(raw, (*schema.MIGRATIONS, SECOND))
    assert schema.version_of(raw) == 2


def test_a_store_is_migrated_when_it_is_opened(
    raw: sqlite3.Connection,
    run: RunRecord,
    store: RunStore,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    both = (*schema.MIGRATIONS, SECOND)
    monkeypatch.setattr(opening, "MIGRATIONS", both)
    monkeypatch.setattr(schema.migrate, "__defaults__", (both,))
    newer = RunStore(store.root)
    assert newer.get(run.id).id == run.id
    assert schema.version_of(raw) == 2
    newer.close()
    monkeypatch.undo()
    with pytest.raises(StoreFailed, match="newer version"):
        RunStore(store.root)


def test_a_migration_is_done_whole_or_not_at_all(
    raw: sqlite3.Connection, run: RunRecord
) -> None:
    with pytest.raises(sqlite3.OperationalError):
        schema.migrate(raw, (*schema.MIGRATIONS, BROKEN))
    assert schema.version_of(raw) == 1
    tables = raw.execute("SELECT name FROM sqlite_master WHERE name = 'more'")
    assert tables.fetchall() == []


def test_the_file_says_whose_it_is(raw: sqlite3.Connection) -> None:
    assert raw.execute("PRAGMA application_id").fetchone() == (0x434F554C,)
    assert raw.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert not schema.is_foreign(raw)
