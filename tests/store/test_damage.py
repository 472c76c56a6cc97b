"""What was changed by hand, cut off or put there by others: nothing wrong is served."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from couler_jupyter.errors import StoreFailed
from couler_jupyter.store import Corrupt, Missing, Object, Store
from couler_jupyter.store.places import Folder, path_of
from tests.store.conftest import Opening
from tests.store.trouble import put


def path_in(store: Store, made: Object) -> Path:
    assert isinstance(store.place, Folder)
    return store.place.path / path_of(made.digest)


def _change(path: Path) -> None:
    path.chmod(0o644)
    path.write_bytes(b"y" * 100)


def _cut(path: Path) -> None:
    path.chmod(0o644)
    os.truncate(path, 50)


def _grow(path: Path) -> None:
    path.chmod(0o644)
    with path.open("ab") as file:
        file.write(b"x")


def _link(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))
    path.symlink_to("elsewhere")


def _pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


@pytest.mark.parametrize("damage", [_change, _cut, _grow, _link, _pipe, Path.unlink])
def test_what_was_changed_by_hand_is_dropped_and_never_served(
    folder_store: Opening, tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    store = folder_store()
    made = put(store, b"x" * 100)
    damage(path_in(store, made))
    with pytest.raises((Corrupt, Missing)):
        store.fetch(made, tmp_path / "target")
    assert not (tmp_path / "target").exists()
    assert store.sizes() == {}
    assert store.used == 0
    assert put(store, b"x" * 100) == made
    assert store.read(made) == b"x" * 100
    store.sweep()
    assert store.read(made) == b"x" * 100


@pytest.mark.parametrize("damage", [_cut, _grow, _link, _pipe, Path.unlink])
def test_a_sweep_finds_what_is_not_there_as_it_was_kept(
    folder_store: Opening, damage: Callable[[Path], None]
) -> None:
    store = folder_store()
    made, sound = put(store, b"x" * 100), put(store, b"sound")
    damage(path_in(store, made))
    store.sweep()
    assert store.sizes() == {sound.digest: 5}


def test_damage_in_a_packed_folder_is_damage_not_a_broken_archive(
    folder_store: Opening, tmp_path: Path
) -> None:
    store = folder_store()
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder/file").write_text("text")
    made = store.put(tmp_path / "folder")
    assert made is not None
    path = path_in(store, made)
    path.chmod(0o644)
    data = bytearray(path.read_bytes())
    data[0:600] = os.urandom(600)
    path.write_bytes(data)
    with pytest.raises(Corrupt):
        store.fetch(made, tmp_path / "target", folder=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder", "store"]


def test_bytes_that_are_no_folder_are_refused_but_kept(
    folder_store: Opening, tmp_path: Path
) -> None:
    store = folder_store()
    made = put(store, b"no archive" * 100)
    with pytest.raises(StoreFailed, match="cannot be unpacked"):
        store.fetch(made, tmp_path / "target", folder=True)
    assert store.holds((made,))
    assert not (tmp_path / "target").exists()


def test_a_sweep_removes_what_nobody_knows_and_touches_nothing_else(
    folder_store: Opening,
) -> None:
    store = folder_store()
    assert isinstance(store.place, Folder)
    made, folder = put(store, b"kept"), store.place.path
    orphan, part = folder / path_of("a" * 64), folder / "parts" / ("b" * 32)
    others = [folder / "notes", folder / "parts/notes", folder / "objects/notes"]
    others += [orphan.with_name("notes"), folder / "objects/ab/cd"]
    for path in (orphan, part, *others):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"12345")
    assert store.sweep() == 5
    assert (orphan.exists(), part.exists()) == (False, False)
    assert all(path.exists() for path in others)
    assert store.read(made) == b"kept"
