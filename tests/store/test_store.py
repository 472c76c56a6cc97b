"""What every store does, wherever its objects lie and whatever its index is in."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from couler_jupyter.errors import StoreFailed
from couler_jupyter.store import Missing, Object, Store, object_of
from tests.store.conftest import MIB, Opening


def test_what_is_put_is_read_back_under_its_hash(opening: Opening) -> None:
    store = opening()
    made = store.put(b"hello")
    assert made is not None
    assert made == Object(hashlib.sha256(b"hello").hexdigest(), 5)
    assert store.read(made) == b"hello"
    assert store.used == 5
    assert store.sizes() == {made.digest: 5}


def test_nothing_at_all_can_be_kept(opening: Opening, tmp_path: Path) -> None:
    store = opening(budget=0)
    made = store.put(b"")
    assert made is not None
    store.fetch(made, tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == b""
    assert store.holds((made,))
    assert store.sweep() == 0
    assert store.holds((made,))


def test_large_files_and_folders_come_back_as_they_were(
    opening: Opening, tmp_path: Path
) -> None:
    store = opening()
    folder = tmp_path / "folder"
    (folder / "deep/er").mkdir(parents=True)
    (folder / "deep/er/large").write_bytes(os.urandom(9 * MIB + 1))
    (folder / "link").symlink_to("deep/er/large")
    for source in (folder / "deep/er/large", folder):
        made = store.put(source)
        assert made is not None
        assert made == object_of(source)
        store.fetch(made, tmp_path / "back", folder=source is folder)
        assert object_of(tmp_path / "back") == made
        (tmp_path / "back").rename(tmp_path / f"back-{made.digest}")


def test_the_same_bytes_take_room_once(opening: Opening) -> None:
    store = opening(budget=1500)
    first = store.put(b"x" * 1000)
    assert store.put(b"x" * 1000) == first
    assert store.used == 1000


def test_what_has_no_room_is_not_kept_and_takes_nothing(opening: Opening) -> None:
    store = opening(budget=1000)
    assert store.put(b"x" * 1001) is None
    kept = store.put(b"x" * 600)
    assert store.put(b"y" * 600) is None
    assert store.used == 600
    assert list(store.place.objects()) == [kept]


def test_what_is_dropped_is_gone_and_its_room_free(opening: Opening) -> None:
    store = opening(budget=1000)
    made = store.put(b"x" * 600)
    assert made is not None
    assert store.drop([made.digest, "0" * 64]) == 600
    assert store.used == 0
    assert list(store.place.objects()) == []
    assert store.drop([made.digest]) == 0
    with pytest.raises(Missing):
        store.read(made)
    assert store.put(b"y" * 600) is not None


def test_what_is_pinned_is_given_up_only_on_purpose(opening: Opening) -> None:
    store = opening()
    made = store.put(b"x")
    assert made is not None
    store.pin(made.digest)
    assert store.pins() == {made.digest}
    assert store.clear() == 0
    assert store.kept()[0].pinned
    assert store.drop([made.digest], pinned=True) == 1
    store.pin(made.digest, pinned=False)
    assert store.pins() == frozenset()


def test_order_of_keeping_and_of_use_is_remembered(opening: Opening) -> None:
    store = opening()
    made = [store.put(data) for data in (b"a", b"b", b"c")]
    digests = [one.digest for one in made if one]
    store.use([digests[2], digests[0]])
    kept = store.kept()
    assert [one.digest for one in kept] == digests
    assert [one.uses for one in kept] == [1, 0, 1]
    by_use = sorted(kept, key=lambda one: one.used)
    assert [one.digest for one in by_use] == [digests[1], digests[2], digests[0]]


def test_stores_share_budget_and_objects(opening: Opening) -> None:
    one, other = opening(budget=1000), opening(budget=None)
    made = one.put(b"x" * 600)
    assert made is not None
    assert other.read(made) == b"x" * 600
    assert other.budget == 1000
    assert other.put(b"y" * 600) is None
    other.set_budget(2000)
    assert one.put(b"y" * 600) is not None


def test_a_store_can_be_opened_again(opening: Opening) -> None:
    first = opening(budget=1000)
    made = first.put(b"x")
    assert made is not None
    first.close()
    again = opening(budget=None)
    assert (again.read(made), again.budget) == (b"x", 1000)


def test_a_smaller_budget_keeps_what_is_there(opening: Opening) -> None:
    store = opening(budget=1000)
    store.put(b"x" * 600)
    store.set_budget(500)
    assert store.used == 600
    assert store.put(b"y") is None


def test_a_target_elsewhere_is_replaced_not_followed(
    opening: Opening, tmp_path: Path
) -> None:
    store = opening()
    made = store.put(b"new")
    assert made is not None
    (tmp_path / "outside").write_text("old")
    (tmp_path / "target").symlink_to("outside")
    store.fetch(made, tmp_path / "target")
    assert (tmp_path / "outside").read_text() == "old"
    assert (tmp_path / "target").read_text() == "new"


def test_a_target_that_cannot_be_made_is_named(
    folder_store: Opening, tmp_path: Path
) -> None:
    store = folder_store()
    made = store.put(b"x")
    assert made is not None
    with pytest.raises(StoreFailed, match="absent/target cannot be written"):
        store.fetch(made, tmp_path / "absent/target")
    assert store.holds((made,))


def test_a_remote_store_has_to_be_told_its_index() -> None:
    with pytest.raises(StoreFailed, match="say where its index is"):
        Store.open("memory://somewhere")


def test_what_is_not_a_digest_never_becomes_a_path() -> None:
    for text in ("../../etc/passwd", "", "A" * 64, "0" * 63, "0" * 63 + "\n"):
        with pytest.raises(ValueError, match="is no SHA-256"):
            Object(text, 1)
