"""The store: objects, what is known of them, and the budget they stay within."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from couler_jupyter.errors import StoreFailed
from couler_jupyter.store import memory, room
from couler_jupyter.store.database import Database, sqlite_url
from couler_jupyter.store.object import Corrupt, Missing, Object
from couler_jupyter.store.objects import Objects
from couler_jupyter.store.result import Attempt, Result

_MARGIN = 1 << 20
"""Bytes that a packed folder may be larger than its files, beyond a share of them."""


class Store:
    """What several kernels and engines share. All methods raise `StoreFailed`.

    Attributes:
        objects: the bytes.
        budget: how many of them there may be.
    """

    def __init__(self, objects: Objects, database: Database, budget: int) -> None:
        self.objects = objects
        self.budget = budget
        self._database = database
        self._tables = database.tables

    @classmethod
    def open(
        cls,
        url: str | Path,
        *,
        index: str = "",
        budget: int,
        options: Mapping[str, Any] | None = None,
    ) -> Store:
        """Open a store, made if need be.

        Args:
            url: where the objects are: a folder, or what fsspec reads.
            index: URL of the database; empty for a file in the folder.
            budget: bytes at the most.
            options: for the file system; never written down.
        """
        objects = Objects(str(url), **(options or {}))
        if not index:
            if not objects.local:
                raise StoreFailed(
                    f"{url} is no folder; say where its index is, as "
                    "postgresql+psycopg://host/name or sqlite:////path/index.sqlite"
                )
            index = sqlite_url(Path(url) / "index.sqlite")
        return cls(objects, Database(index), budget)

    def close(self) -> None:
        """Close the connections to the index."""
        self._database.close()

    @property
    def used(self) -> int:
        """Bytes that are kept or being written."""
        with self._database.reading() as connection:
            return room.used(connection, self._tables)

    def kept(self) -> dict[str, int]:
        """Return the size of each kept object by its digest."""
        with self._database.reading() as connection:
            return memory.kept(connection, self._tables)

    def holds(self, wanted: Iterable[Object]) -> bool:
        """Whether all these objects are kept, as the index has it."""
        digests = {one.digest for one in wanted}
        with self._database.reading() as connection:
            return memory.holds(connection, self._tables, digests)

    def put(self, source: Path | bytes) -> Object | None:
        """Keep a file, a folder or bytes; None if there is no room in the budget."""
        size = _size(source)
        with self._database.writing() as connection:
            claim = room.reserve(connection, self._tables, size, self.budget)
        if not claim:
            return None
        try:
            made = self.objects.put(source)
        except BaseException:
            self._release(claim)
            raise
        return self._count_in(claim, made, size)

    def fetch(self, wanted: Object, target: Path, *, folder: bool = False) -> None:
        """Write an object to where it is needed; what is damaged is dropped first.

        Raises:
            Missing: it is not there; it is no longer counted either.
            Corrupt: it was damaged, and is gone now.
        """
        try:
            self.objects.fetch(wanted, target, folder=folder)
        except (Missing, Corrupt):
            self.drop((wanted.digest,))
            raise

    def read(self, wanted: Object) -> bytes:
        """Return the bytes of a small object; raises as `fetch` does."""
        try:
            return self.objects.read(wanted)
        except (Missing, Corrupt):
            self.drop((wanted.digest,))
            raise

    def drop(self, digests: Iterable[str]) -> int:
        """Remove objects and return how many bytes that freed.

        They are counted until they are really gone.
        """
        freed = 0
        for digest in digests:
            with self._database.writing() as connection:
                memory.leave(connection, self._tables, digest)
            self.objects.remove(digest)
            with self._database.writing() as connection:
                freed += memory.gone(connection, self._tables, digest)
        return freed

    def remember(self, result: Result) -> None:
        """Write down what a step left behind; it replaces an earlier result."""
        with self._database.writing() as connection:
            memory.remember(connection, self._tables, result)

    def recall(self, fingerprint: str) -> Result | None:
        """Return what a step with this fingerprint left behind, or None.

        Its objects may be gone; `holds` tells.
        """
        with self._database.reading() as connection:
            return memory.recall(connection, self._tables, fingerprint)

    def last(self, workflow: str, step: str) -> Result | None:
        """Return the latest result of a step, whatever its fingerprint."""
        with self._database.reading() as connection:
            return memory.last(connection, self._tables, workflow, step)

    def count(self, attempts: Iterable[Attempt]) -> None:
        """Write down how attempts went."""
        with self._database.writing() as connection:
            memory.count(connection, self._tables, attempts)

    def attempts(
        self, *, workflow: str = "", step: str = "", limit: int = 1000
    ) -> tuple[Attempt, ...]:
        """Return the latest attempts, newest first."""
        with self._database.reading() as connection:
            return memory.attempts(connection, self._tables, workflow, step, limit)

    def pin(self, digest: str, *, pinned: bool = True) -> None:
        """Say that an object is never given up, or that it may be again."""
        with self._database.writing() as connection:
            memory.pin(connection, self._tables, digest, pinned=pinned)

    def pins(self) -> frozenset[str]:
        """Return the digests that are never given up."""
        with self._database.reading() as connection:
            return memory.pins(connection, self._tables)

    def sweep(self) -> int:
        """Remove what dead writers left and nobody knows; return how many bytes.

        What is listed here and lost there is no longer counted.
        """
        there = {one.digest: one.size for one in self.objects.all()}
        freed = 0
        with self._database.writing() as connection:
            room.collect(connection, self._tables)
            known = memory.kept(connection, self._tables, leaving=True)
            known |= dict.fromkeys(room.reserved_digests(connection, self._tables), 0)
            leaving = memory.leaving(connection, self._tables)
            writing = bool(room.reserved_digests(connection, self._tables))
            for digest, size in there.items():
                if (digest not in known and not writing) or digest in leaving:
                    self.objects.remove(digest)
                    freed += size
            for digest in {*leaving, *(known.keys() - there.keys())}:
                memory.gone(connection, self._tables, digest)
            if not writing:
                for part in self.objects.parts():
                    self.objects.remove_part(part)
        return freed

    def _release(self, claim: str) -> None:
        with self._database.writing() as connection:
            room.release(connection, self._tables, claim)

    def _count_in(self, claim: str, made: Object, expected: int) -> Object | None:
        """Count an object that is there, and give its claim back, in one step."""
        if made.size > expected:
            self.objects.remove(made.digest)
            self._release(claim)
            raise StoreFailed(f"{made.digest[:12]}: it grew while it was being kept")
        with self._database.writing() as connection:
            memory.keep(connection, self._tables, made, time.time())
            room.release(connection, self._tables, claim)
        return made


def _size(source: Path | bytes) -> int:
    """Return how many bytes keeping something takes at the most."""
    if isinstance(source, bytes):
        return len(source)
    try:
        if not source.is_dir():
            return source.stat().st_size
        files = [path for path in source.rglob("*") if not path.is_symlink()]
        total = sum(path.stat().st_size for path in files if path.is_file())
    except OSError as error:
        raise StoreFailed(f"{source}: {error.strerror}") from None
    return total + 2048 * (len(list(source.rglob("*"))) + 16) + _MARGIN
