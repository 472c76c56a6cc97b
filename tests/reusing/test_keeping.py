"""What is decided and what is kept agree, whatever fails."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from couler_jupyter.caching import Artifact
from couler_jupyter.caching.plain import Fifo
from couler_jupyter.errors import StoreFailed
from couler_jupyter.reusing.keeping import Keeping, Source
from couler_jupyter.store import Object, Store, object_of


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "store", budget=100)
    yield opened
    opened.close()


def artifact(key: str, size: int) -> Artifact:
    return Artifact(key=key, workflow="w", step=key, own=key, seconds=1.0, size=size)


def bytes_of(*parts: bytes) -> dict[Object, Source]:
    return {object_of(data): lambda data=data: data for data in parts}  # type: ignore[misc]


def there(store: Store) -> int:
    return sum(one.size for one in store.place.objects())


def test_an_artifact_of_several_objects_is_kept_whole(store: Store) -> None:
    keeping = Keeping(store, Fifo)
    verdict, kept = keeping.offer(artifact("a", 30), bytes_of(b"a" * 10, b"b" * 20))
    assert verdict.keep
    assert sorted(one.size for one in kept.values()) == [10, 20]
    assert store.used == keeping.keeper.shelf.used == 30


def test_or_not_at_all_if_a_part_cannot_be_read(store: Store, tmp_path: Path) -> None:
    keeping = Keeping(store, Fifo)
    lost = tmp_path / "lost"
    wanted = bytes_of(b"a" * 10) | {Object("0" * 64, 20): lambda: lost}
    with pytest.raises(StoreFailed, match="lost"):
        keeping.offer(artifact("a", 30), wanted)
    assert keeping.keeper.shelf.used == store.used == there(store) == 0
    verdict, _ = keeping.offer(artifact("a", 10), bytes_of(b"a" * 10))
    assert verdict.keep
    assert store.used == 10


def test_nothing_is_given_up_for_what_cannot_be_read(
    store: Store, tmp_path: Path
) -> None:
    keeping = Keeping(store, Fifo)
    keeping.offer(artifact("a", 60), bytes_of(b"a" * 60))
    with pytest.raises(StoreFailed, match="lost"):
        keeping.offer(
            artifact("b", 50), {Object("0" * 64, 50): lambda: tmp_path / "lost"}
        )
    assert store.read(object_of(b"a" * 60)) == b"a" * 60
    assert keeping.keeper.shelf.used == store.used == 60
    verdict, _ = keeping.offer(artifact("b", 50), bytes_of(b"b" * 50))
    assert verdict.keep
    assert store.used == 50


def test_or_not_at_all_if_others_took_the_room(store: Store) -> None:
    keeping = Keeping(store, Fifo)
    assert keeping.keeper.shelf.used == 0
    other = Store.open(store.place.path, budget=None)  # type: ignore[attr-defined]
    other.put(b"x" * 75)
    wanted = bytes_of(b"a" * 10, b"b" * 20)
    verdict, kept = keeping.offer(artifact("a", 30), wanted)
    assert (verdict.keep, kept) == (False, {})
    assert store.used == there(store) == 75
    # from now on it knows of what others keep, and makes room
    verdict, kept = keeping.offer(artifact("a", 30), wanted)
    assert verdict.keep
    assert store.used == there(store) == 30
    other.close()


def test_what_two_artifacts_share_stays_until_the_last_goes(store: Store) -> None:
    keeping = Keeping(store, Fifo)
    shared = b"s" * 40
    keeping.offer(artifact("a", 40), bytes_of(shared))
    keeping.offer(artifact("b", 10), bytes_of(shared, b"b" * 10))
    keeping.keeper.drop("a")
    assert store.holds([object_of(shared)])
    keeping.keeper.drop("b")
    assert store.used == 0


def test_what_is_rejected_costs_nobody_anything(store: Store) -> None:
    keeping = Keeping(store, Fifo)
    keeping.offer(artifact("a", 60), bytes_of(b"a" * 60))
    keeping.keeper.shelf.pinned.add("a")
    verdict, _ = keeping.offer(artifact("b", 50), bytes_of(b"b" * 50))
    assert not verdict.keep
    assert store.used == there(store) == 60
