from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path

import pytest

from couler_jupyter.errors import StoreFailed, UnknownName
from couler_jupyter.ir import Phase, RunEvent
from couler_jupyter.runs import RunRecord, RunStore, folder
from tests.runs.conftest import Start

NOBODY = 65534


def test_a_deleted_run_leaves_nothing(store: RunStore, run: RunRecord) -> None:
    other = store.create(workflow="other", engine="local", document="{}")
    for one in (run, other):
        event = RunEvent(step="a", phase=Phase.FAILED, time=1.0)
        store.record(one.id, [event], outputs={"a": "1"})
        store.command(one.id, "cancel")
        store.log_path(one.id, "a", 1).write_text("log")
    store.delete(run.id)
    with pytest.raises(UnknownName):
        store.get(run.id)
    assert not store.folder(run.id).exists()
    assert store.outputs(other.id) == {"a": "1"}
    assert store.log_path(other.id, "a", 1).read_text() == "log"
    with store._database.reading() as connection:
        tables = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%STRICT%'"
        ).fetchall()
        counts = {
            name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0]
            for (name,) in tables
        }
    assert len(counts) == 6
    assert set(counts.values()) == {1}


def test_a_run_that_is_driven_stays(
    store: RunStore, run: RunRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("couler_jupyter.runs.lock._PATIENCE", 0.05)
    with store.hold(run.id), pytest.raises(StoreFailed, match="is being driven by"):
        store.delete(run.id)
    assert store.get(run.id).id == run.id
    assert store.folder(run.id).is_dir()


def test_what_links_point_to_stays(
    store: RunStore, run: RunRecord, tmp_path: Path
) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "precious").write_text("kept")
    place = store.folder(run.id)
    (place / "to_folder").symlink_to(mine)
    (place / "to_file").symlink_to(mine / "precious")
    (place / "logs" / "up").symlink_to("../../..")
    store.delete(run.id)
    assert not place.exists()
    assert (mine / "precious").read_text() == "kept"
    assert (store.root / "runs.sqlite").exists()


def test_a_folder_that_became_a_link_is_only_unlinked(
    store: RunStore, run: RunRecord, tmp_path: Path
) -> None:
    place = store.folder(run.id)
    moved = tmp_path / "moved"
    place.rename(moved)
    place.symlink_to(moved)
    store.delete(run.id)
    assert not place.is_symlink()
    assert (moved / "logs").is_dir()


def test_a_folder_that_is_gone_is_no_hindrance(store: RunStore, run: RunRecord) -> None:
    folder.remove(store.folder(run.id))
    store.delete(run.id)
    assert store.runs() == ()


def test_what_a_step_made_read_only_goes_too(public: Path, start: Start) -> None:
    if os.getuid() != 0:
        pytest.skip("only root can become somebody else")
    with closing(RunStore(public / "home")) as store:
        run = store.create(workflow="w", engine="local", document="{}")
        closed = store.folder(run.id) / "work" / "closed"
        closed.mkdir(parents=True)
        (closed / "file").write_text("x")
        outside = public / "outside"
        outside.mkdir()
        outside.chmod(0o500)
        (closed / "link").symlink_to(outside)
        for path in (store.root, *store.root.rglob("*"), outside):
            os.chown(path, NOBODY, NOBODY, follow_symlinks=False)
        closed.chmod(0o500)
        closed.parent.chmod(0o000)
    worker = start("delete", store.root, run.id, NOBODY)
    assert worker.line() == "deleted"
    assert not store.folder(run.id).exists()
    assert outside.stat().st_mode & 0o777 == 0o500


def test_a_folder_that_cannot_be_removed_is_named(
    store: RunStore, run: RunRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> None:
        raise OSError(39, "Directory not empty", str(path / "work"))

    monkeypatch.setattr(folder, "remove", refuse)
    told = r"could not be removed \(Directory not empty: .*/work\); remove it by hand"
    with pytest.raises(StoreFailed, match=f"{run.id}: .*{told}"):
        store.delete(run.id)
    assert store.runs() == ()
