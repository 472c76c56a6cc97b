"""The store: objects, what is known of them, and the budget they stay within."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from couler_jupyter.errors import StoreFailed
from couler_jupyter.store.database import Database
from couler_jupyter.store.history import History
from couler_jupyter.store.kept import Keeping, Kept
from couler_jupyter.store.ledger import Ledger
from couler_jupyter.store.object import Corrupt, Missing, Object
from couler_jupyter.store.objects import Objects
from couler_jupyter.store.pairing import check, pair
from couler_jupyter.store.places import Folder, Place, place_of
from couler_jupyter.store.results import Results
from couler_jupyter.store.source import Source, object_of, source_of
from couler_jupyter.store.sweeping import Sweeping
from couler_jupyter.store.trimming import Trimming

BUDGET = 10 << 30
"""Bytes that a new store may hold if nobody says how many."""
_TRIES = 3
"""Times that room is asked for: others may take what was freed."""


class Store:
    """What several kernels and engines share. All methods raise `StoreFailed`.

    Threads may share one too; a forked child may go on using its parent's.

    Attributes:
        place: where the bytes are.
        results: what steps left behind, by fingerprint.
        history: what earlier runs took and met.
    """

    def __init__(self, place: Place, database: Database) -> None:
        self.place = place
        self.results = Results(database)
        self.history = History(database)
        self._database = database
        self._objects = Objects(place)
        self._keeping = Keeping(database)
        self._ledger = Ledger(database, place.remove)
        self._sweeping = Sweeping(place, self._ledger, self._keeping, database.presence)
        self._trimming = Trimming(database, self.results, self.history)

    @classmethod
    def open(
        cls,
        url: str | Path,
        *,
        index: str = "",
        budget: int | None = None,
        options: Mapping[str, Any] | None = None,
    ) -> Store:
        """Open a store, made if need be.

        Args:
            url: where the objects are: a folder, or what fsspec reads.
            index: URL of the database; empty for a file in the folder.
            budget: bytes at the most, from now on, for all who share the store; None
                for what it was, or `BUDGET` for a new one.
            options: for the file system; never written down.
        """
        place = place_of(url, options)
        if not index:
            if not isinstance(place, Folder):
                raise StoreFailed(
                    f"{place.name} is no folder; say where its index is, as "
                    "postgresql+psycopg://host/name or sqlite:////path/index.sqlite"
                )
            index = f"sqlite:///{place.path / 'index.sqlite'}"
        store = cls(place, Database(index))
        try:
            if pair(place, store._database, BUDGET):
                store.sweep()
            if budget is not None and budget != store.budget:
                store.set_budget(budget)
        except BaseException:
            store.close()
            raise
        return store

    def close(self) -> None:
        """Close the connections to the index."""
        self._database.close()

    @property
    def budget(self) -> int:
        """Bytes at the most, for all who share the store."""
        return self._ledger.budget

    def set_budget(self, size: int) -> None:
        """Change it; if more than that is kept, nothing is added until it is less."""
        self._ledger.set_budget(size)

    @property
    def used(self) -> int:
        """Bytes that are kept or being written."""
        return self._ledger.used()

    def kept(self) -> tuple[Kept, ...]:
        """Return what is kept, in the order in which it was, with what it is."""
        return self._keeping.all()

    def sizes(self, digests: Iterable[str] | None = None) -> dict[str, int]:
        """Return the size of each object that is kept (of these), by digest."""
        return self._keeping.sizes(digests)

    def holds(self, wanted: Iterable[Object]) -> bool:
        """Whether all these objects are kept, as the index has it."""
        digests = {one.digest for one in wanted}
        return len(self._keeping.sizes(digests)) == len(digests)

    def put(self, source: Path | bytes) -> Object | None:
        """Keep a file, a folder or bytes; None if there is no room in the budget.

        What is kept already takes no more room.
        """
        given = source_of(source)
        if claim := self._reserve(given.size):
            return self._put(claim, given)
        if given.size not in self._keeping.sizes().values():
            return None  # nothing that is kept can be the same, and hashing takes long
        made = object_of(source)
        return made if self.holds((made,)) else None

    def fetch(self, wanted: Object, target: Path, *, folder: bool = False) -> None:
        """Write an object to where it is needed; what is damaged is dropped first.

        Args:
            wanted: what to write.
            target: a path that is not there yet, in a folder that is.
            folder: whether it is a folder that was kept.

        Raises:
            Missing: it is not there; it is no longer counted either.
            Corrupt: it was damaged, and is gone now.
        """
        try:
            self._objects.fetch(wanted, target, folder=folder)
        except (Missing, Corrupt) as error:
            self._lose(wanted, error)
            raise

    def read(self, wanted: Object) -> bytes:
        """Return the bytes of a small object; raises as `fetch` does."""
        try:
            return self._objects.read(wanted)
        except (Missing, Corrupt) as error:
            self._lose(wanted, error)
            raise

    def use(self, digests: Iterable[str]) -> None:
        """Count that objects were used, in this order."""
        self._keeping.use(digests)

    def drop(self, digests: Iterable[str], *, pinned: bool = False) -> int:
        """Give objects up and return how many bytes that frees.

        They are counted until they are really gone.

        Args:
            digests: of what to give up; what is not kept is left alone.
            pinned: whether that includes what is pinned.
        """
        return self._ledger.drop(digests, pinned=pinned)

    def clear(self) -> int:
        """Give up all that is not pinned, forget all results, and return the bytes freed."""
        self.results.forget_all()
        return self.drop(self._keeping.sizes())

    def pin(self, name: str, *, pinned: bool = True) -> None:
        """Say that an object is never given up, or that it may be again.

        Args:
            name: its digest; or another text of up to 200 characters, to which the
                store gives no sense.
            pinned: False to take it back.
        """
        self._keeping.pin(name, pinned=pinned)

    def pins(self) -> frozenset[str]:
        """Return what is pinned, kept or not."""
        return self._keeping.pins()

    def sweep(self) -> int:
        """Remove what dead writers left and nobody owns; return how many bytes.

        What is no longer there, or not as it was kept, is no longer counted. Others may
        go on writing meanwhile.
        """
        check(self.place, self._database)
        return self._sweeping.sweep()

    def trim(self) -> int:
        """Forget what is remembered beyond what anybody looks at; see `Trimming`.

        Returns:
            How many results that were; their objects stay.
        """
        return self._trimming.trim()

    def _put(self, claim: str, given: Source) -> Object:
        try:
            made = self.place.stage(claim, given)
            kept = self._ledger.announce(claim, made)
            if kept and self.place.size(made.digest) == made.size:
                self.place.unstage(claim)
            else:
                self.place.publish(claim, made, given)
            self._ledger.settle(claim, made)
        except BaseException:
            self._give_back(claim)
            raise
        return made

    def _give_back(self, claim: str) -> None:
        """Clean up after a write that failed; if that fails too, leave it to others."""
        try:
            self.place.unstage(claim)
            self._ledger.give_back(claim)
        except StoreFailed:
            self._sweeping.leave(claim)

    def _reserve(self, size: int) -> str:
        for _ in range(_TRIES):
            if size > self.budget:
                return ""
            if claim := self._ledger.reserve(size):
                return claim
            if not self._sweeping.collect():
                return ""
        return ""

    def _lose(self, wanted: Object, error: Missing | Corrupt) -> None:
        """Drop what turned out not to be there; a store that cannot be written keeps it."""
        try:
            self._ledger.drop((wanted.digest,), pinned=True)
        except StoreFailed as failed:
            error.add_note(f"it is still counted: {failed}")
