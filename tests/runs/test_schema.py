from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from couler_jupyter.errors import StoreFailed
from couler_jupyter.ir import Phase
from couler_jupyter.runs import RunRecord, RunStore, opening, schema

NEWEST = len(schema.MIGRATIONS)
NEXT = ("ALTER TABLE runs ADD COLUMN color TEXT NOT NULL DEFAULT 'grey'",)
OLD_RUN = """
    INSERT INTO runs (id, workflow, engine, notebook, version, arguments, options,
                      created, opened, phase)
    VALUES ('20260101-000000-w-aaaa', 'w', 'local', '', '0', '{}', '{}', 1, 1, 'failed')
"""
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
    schema.migrate(raw, (*schema.MIGRATIONS, NEXT))
    assert schema.version_of(raw) == NEWEST + 1
    assert raw.execute("SELECT id, color FROM runs").fetchall() == [(run.id, "grey")]
    schema.migrate(raw, (*schema.MIGRATIONS, NEXT))
    assert schema.version_of(raw) == NEWEST + 1


def test_a_store_is_migrated_when_it_is_opened(
    raw: sqlite3.Connection,
    run: RunRecord,
    store: RunStore,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    both = (*schema.MIGRATIONS, NEXT)
    monkeypatch.setattr(opening, "MIGRATIONS", both)
    monkeypatch.setattr(schema.migrate, "__defaults__", (both,))
    newer = RunStore(store.root)
    assert newer.get(run.id).id == run.id
    assert schema.version_of(raw) == NEWEST + 1
    newer.close()
    monkeypatch.undo()
    with pytest.raises(StoreFailed, match="newer version"):
        RunStore(store.root)


def test_a_migration_is_done_whole_or_not_at_all(
    raw: sqlite3.Connection, run: RunRecord
) -> None:
    with pytest.raises(sqlite3.OperationalError):
        schema.migrate(raw, (*schema.MIGRATIONS, BROKEN))
    assert schema.version_of(raw) == NEWEST
    tables = raw.execute("SELECT name FROM sqlite_master WHERE name = 'more'")
    assert tables.fetchall() == []


def test_the_file_says_whose_it_is(raw: sqlite3.Connection) -> None:
    assert raw.execute("PRAGMA application_id").fetchone() == (0x434F554C,)
    assert raw.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert not schema.is_foreign(raw)


def test_a_store_of_the_first_schema_keeps_its_runs(tmp_path: Path) -> None:
    path = tmp_path / "runs.sqlite"
    with closing(sqlite3.connect(path, isolation_level=None)) as old:
        schema.migrate(old, schema.MIGRATIONS[:1])
        old.execute(OLD_RUN)
        old.execute("INSERT INTO documents VALUES (1, '{}')")
    store = RunStore(tmp_path)
    assert store.get("20260101-000000-w-aaaa").phase is Phase.FAILED
    assert not store.get("last").remote
