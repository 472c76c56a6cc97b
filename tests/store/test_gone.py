"""Stores and indexes that are gone, newer, or none: told as such, nothing made in their place."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from couler_jupyter.errors import StoreFailed
from couler_jupyter.store import Store
from couler_jupyter.store.places import MARK, Folder
from tests.store.conftest import Opening
from tests.store.trouble import put


def test_a_store_that_is_gone_is_not_an_empty_one(folder_store: Opening) -> None:
    store = folder_store()
    made = put(store, b"x")
    assert isinstance(store.place, Folder)
    shutil.rmtree(store.place.path)
    for use in (
        lambda: store.read(made),
        lambda: store.put(b"y"),
        store.sweep,
        lambda: store.drop([made.digest]),
        lambda: store.results.recall("a"),
    ):
        with pytest.raises(StoreFailed, match="gone"):
            use()
    assert not store.place.path.exists()


def test_a_place_that_is_gone_is_not_counted_as_lost(tmp_path: Path) -> None:
    index = f"sqlite:///{tmp_path}/index.sqlite"
    store = Store.open(tmp_path / "store", index=index)
    made = put(store, b"x")
    (tmp_path / "store").rename(tmp_path / "away")
    with pytest.raises(StoreFailed, match="the store is gone"):
        store.read(made)
    (tmp_path / "store").mkdir()  # as where nothing is mounted
    with pytest.raises(StoreFailed, match="deleted, replaced or unmounted"):
        store.sweep()
    with pytest.raises(StoreFailed, match="deleted, replaced or unmounted"):
        Store.open(tmp_path / "store", index=index)
    with pytest.raises(StoreFailed):
        store.put(b"y")
    shutil.rmtree(tmp_path / "store")
    (tmp_path / "away").rename(tmp_path / "store")
    assert store.read(made) == b"x"
    assert put(store, b"y").size == 1
    store.close()


def test_two_indexes_do_not_share_a_place(tmp_path: Path) -> None:
    first = Store.open(tmp_path / "store")
    made = put(first, b"x")
    other = f"sqlite:///{tmp_path}/other.sqlite"
    with pytest.raises(StoreFailed, match="is the store of another index"):
        Store.open(tmp_path / "store", index=other)
    assert first.read(made) == b"x"
    first.close()


def test_a_new_index_begins_with_an_empty_place(tmp_path: Path) -> None:
    first = Store.open(tmp_path / "store")
    put(first, b"x")
    first.close()
    for name in ("index.sqlite", MARK):
        (tmp_path / "store" / name).unlink()
    again = Store.open(tmp_path / "store")
    assert list(again.place.objects()) == []
    again.close()


def test_an_index_of_a_newer_version_is_left_alone(folder_store: Opening) -> None:
    store = folder_store()
    made = put(store, b"x")
    _say_version(store, "2")
    with pytest.raises(
        StoreFailed, match=r"newer version \(schema 2, this one knows 1"
    ):
        folder_store()
    # who had it open before may read, but writes no more
    assert store.read(made) == b"x"
    with pytest.raises(StoreFailed, match="newer version"):
        store.put(b"y")
    assert [one.digest for one in store.place.objects()] == [made.digest]


def _say_version(store: Store, version: str) -> None:
    from sqlalchemy import update

    about = store._database.tables.about
    with store._database.writing() as connection:
        change = update(about).where(about.c.name == "version")
        connection.execute(change.values(value=version))


def test_an_index_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "index.sqlite").write_text("no database" * 1000)
    with pytest.raises(StoreFailed, match="file is not a database"):
        Store.open(tmp_path)


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("sqlite://", "cannot be shared"),
        ("nonsense", "Could not parse"),
        ("mysql://host/name", "sqlite and postgresql are"),
        ("postgresql+psycopg://u:secret@/x?host=/nowhere", r"u:\*\*\*@"),
    ],
)
def test_an_index_that_cannot_be_used_is_told(
    tmp_path: Path, url: str, says: str
) -> None:
    with pytest.raises(StoreFailed, match=says) as told:
        Store.open(tmp_path, index=url)
    assert "secret" not in str(told.value)


def test_the_server_of_the_index_may_end_all_sessions(
    postgres_url: str, tmp_path: Path
) -> None:
    store = Store.open(tmp_path, index=postgres_url)
    made = put(store, b"x")
    mine = store._database.presence.mine()
    with store._database.reading() as connection:
        connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE pid <> pg_backend_pid() AND datname = current_database()"
        )
    assert put(store, b"y").size == 1
    assert store._database.presence.mine() != mine
    assert store.read(made) == b"x"
    store.close()
