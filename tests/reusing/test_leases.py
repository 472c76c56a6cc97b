"""What runs elsewhere will read stays, and is let go of when they are over."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from couler_jupyter.reusing import leases
from couler_jupyter.reusing.leases import lease, pin, release
from couler_jupyter.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store.open(tmp_path / "store", budget=1 << 20)
    yield made
    made.close()


def kept(store: Store, data: bytes = b"123") -> str:
    made = store.put(data)
    assert made is not None
    return made.digest


def test_what_is_leased_is_not_given_up(store: Store) -> None:
    digest = kept(store)
    lease(store, "one", [digest])
    assert store.drop([digest]) == 0
    release(store, "one")
    assert not store.pins()
    assert store.drop([digest]) == 3


def test_the_last_of_several_runs_lets_go(store: Store) -> None:
    digest = kept(store)
    lease(store, "one", [digest])
    lease(store, "two", [digest])
    release(store, "one")
    assert store.drop([digest]) == 0
    release(store, "two")
    assert store.drop([digest]) == 3


def test_what_a_person_pinned_stays_pinned(store: Store) -> None:
    digest = kept(store)
    store.pin(digest)
    lease(store, "one", [digest])
    release(store, "one")
    assert store.pins() == {digest}


def test_what_a_person_pins_meanwhile_stays_pinned(store: Store) -> None:
    digest = kept(store)
    lease(store, "one", [digest])
    pin(store, digest)
    release(store, "one")
    assert store.pins() == {digest}


def test_a_lease_of_a_run_that_nobody_looks_at_ends(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = kept(store)
    monkeypatch.setattr(leases, "LONGEST", -1.0)
    lease(store, "lost", [digest])
    release(store, "another")
    assert not store.pins()
