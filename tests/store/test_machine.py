"""Any order of keeping, dropping, dying and sweeping leaves the books right."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from couler_jupyter.errors import StoreFailed
from couler_jupyter.store import Missing, Object, Store, object_of
from couler_jupyter.store.source import Bytes

BUDGET = 300
_DATA = st.integers(0, 6).map(lambda number: bytes([number]) * number * 25)
_SHARED = st.integers(0, 1)


class Machine(RuleBasedStateMachine):
    """Two kernels on one folder."""

    @initialize()
    def open(self) -> None:
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(os, "fsync", lambda _: None)  # nobody pulls the plug here
        self.folder = Path(tempfile.mkdtemp())
        self.stores = [Store.open(self.folder, budget=BUDGET) for _ in range(2)]
        self.known: set[Object] = set()
        self.claims: list[tuple[str, Object, Bytes, int]] = []

    def teardown(self) -> None:
        for store in self.stores:
            store.close()
        shutil.rmtree(self.folder)
        self.patch.undo()

    @rule(data=_DATA, which=_SHARED)
    def put(self, data: bytes, which: int) -> None:
        made = self.stores[which].put(data)
        if made is not None:
            assert made == object_of(data)
            assert self.stores[which].read(made) == data
            self.known.add(made)

    @rule(data=_DATA, which=_SHARED, steps=st.integers(0, 3))
    def begin(self, data: bytes, which: int, steps: int) -> None:
        """Begin to keep something, and get so far."""
        store, given = self.stores[which], Bytes(data)
        if claim := store._ledger.reserve(given.size):
            made = object_of(data)
            if steps > 0:
                store.place.stage(claim, given)
            if steps > 1:
                store._ledger.announce(claim, made)
            if steps > 2:
                store.place.publish(claim, made, given)
            self.claims.append((claim, made, given, steps))

    @precondition(lambda self: self.claims)
    @rule(which=_SHARED)
    def end(self, which: int) -> None:
        """Go on with what was begun."""
        claim, made, given, steps = self.claims.pop(0)
        store = self.stores[which]
        if steps < 1:
            store.place.stage(claim, given)
        if steps < 2:
            store._ledger.announce(claim, made)
        if steps < 3:
            store.place.publish(claim, made, given)
        store._ledger.settle(claim, made)
        assert store.read(made) == given.data
        self.known.add(made)

    @precondition(lambda self: self.claims)
    @rule(which=_SHARED)
    def die(self, which: int) -> None:
        """Leave what was begun as it is."""
        claim = self.claims.pop(0)[0]
        self.stores[which]._ledger.disown(claim)

    @rule(which=_SHARED)
    def fail(self, which: int) -> None:
        """Have a write fail half-way."""

        class Failing:
            size = 50

            def write_to(self, out: object) -> None:
                out.write(b"x" * 20)  # type: ignore[attr-defined]
                raise StoreFailed("read error")

        store = self.stores[which]
        if claim := store._ledger.reserve(50):
            with pytest.raises(StoreFailed, match="read error"):
                store._put(claim, Failing())

    @precondition(lambda self: self.known)
    @rule(data=st.data(), which=_SHARED)
    def drop(self, data: st.DataObject, which: int) -> None:
        made = data.draw(
            st.sampled_from(sorted(self.known, key=lambda one: one.digest))
        )
        self.stores[which].drop([made.digest])
        assert not self.stores[which].holds([made])

    @precondition(lambda self: self.known)
    @rule(data=st.data(), which=_SHARED)
    def lose(self, data: st.DataObject, which: int) -> None:
        """Remove a file by hand; what is not there is a miss."""
        made = data.draw(
            st.sampled_from(sorted(self.known, key=lambda one: one.digest))
        )
        store = self.stores[which]
        if all(one.digest != made.digest for one in store._ledger.claims()):
            store.place.remove([made.digest])
            with pytest.raises(Missing):
                store.read(made)
            assert not store.holds([made])

    @rule(which=_SHARED)
    def sweep(self, which: int) -> None:
        store = self.stores[which]
        store.sweep()
        live = {claim for claim, *_ in self.claims}
        assert {claim.id for claim in store._ledger.claims()} == live
        assert set(store.place.staged()) <= live

    @rule(which=_SHARED)
    def reopen(self, which: int) -> None:
        """Let a kernel end; what it had begun is a dead writer's now."""
        held = self.stores[which]._database.presence.mine()
        dead = {
            claim.id
            for claim in self.stores[1 - which]._ledger.claims()
            if claim.writer == held
        }
        self.stores[which].close()
        self.stores[which] = Store.open(self.folder)
        self.claims = [begun for begun in self.claims if begun[0] not in dead]

    @invariant()
    def never_more_than_the_budget(self) -> None:
        files = (*self.folder.glob("objects/*/*"), *self.folder.glob("parts/*"))
        lying = sum(path.stat().st_size for path in files)
        assert lying <= self.stores[0].used <= BUDGET

    @invariant()
    def what_is_counted_is_there(self) -> None:
        store = self.stores[0]
        for digest, size in store.sizes().items():
            assert store.place.size(digest) == size
            assert object_of(store.read(Object(digest, size))).digest == digest


TestMachine = Machine.TestCase
TestMachine.settings = settings(
    max_examples=15,
    stateful_step_count=20,
    phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink),
)
