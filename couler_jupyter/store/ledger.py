"""The budget: who owns which bytes of what lies there, and how many that may be.

Whatever lies in the place has an owner here before it is there, and until it is gone:
a kept object has its row, and what is on its way has a claim, reserved before the first
byte. All owners together never exceed the budget, however many processes write.
A digest may have several owners; who gives up the last one removes the object, in
the same transaction, so that nobody can come to own it in between.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING
from uuid import uuid4

from couler_jupyter.errors import StoreFailed
from couler_jupyter.store.database import Database
from couler_jupyter.store.migrations import tell, told
from couler_jupyter.store.object import Object

if TYPE_CHECKING:
    from sqlalchemy import Connection

_AT_ONCE = 500
"""Digests that one transaction is about: others wait for as long."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Room that a writer has reserved.

    Attributes:
        id: also the name of what it stages.
        bytes: at the most.
        digest: of what it is about to publish; empty until that is known.
        writer: whose it is; empty if nobody's any more.
    """

    id: str
    bytes: int
    digest: str
    writer: str


class Ledger:
    """Reserves, counts and gives back. All methods raise `StoreFailed`."""

    def __init__(
        self, database: Database, remove: Callable[[Collection[str]], None]
    ) -> None:
        """Keep the ledger of a place.

        Args:
            database: where it is written down.
            remove: removes objects from the place, those that are there.
        """
        self._database = database
        self._remove = remove

    @property
    def budget(self) -> int:
        """Bytes at the most, for all who share the store."""
        with self._database.reading() as connection:
            return self._budget(connection)

    def set_budget(self, size: int) -> None:
        """Change the budget; what is kept stays, even if it is more."""
        with self._database.writing() as connection:
            tell(connection, self._database.tables, "budget", str(size))

    def used(self) -> int:
        """Return the bytes that are kept or reserved."""
        with self._database.reading() as connection:
            return self._used(connection)

    def reserve(self, size: int) -> str:
        """Claim room and return the claim's id; an empty text if there is not enough."""
        from sqlalchemy import insert

        writer = self._database.presence.mine()
        with self._database.writing() as connection:
            if self._used(connection) + size > self._budget(connection):
                return ""
            claim = uuid4().hex
            row = {"id": claim, "bytes": size, "digest": "", "writer": writer}
            connection.execute(insert(self._database.tables.claims).values(**row))
        return claim

    def announce(self, claim: str, made: Object) -> bool:
        """Own what is about to be published; True if it is kept already.

        Raises:
            StoreFailed: the claim was given to others; this writer was taken for dead.
        """
        from sqlalchemy import select, update

        claims, objects = self._database.tables.claims, self._database.tables.objects
        with self._database.writing() as connection:
            change = update(claims).where(claims.c.id == claim)
            done = connection.execute(change.values(digest=made.digest))
            if done.rowcount == 0:
                raise _lost(made)
            query = select(objects.c.digest).where(objects.c.digest == made.digest)
            return connection.execute(query).first() is not None

    def settle(self, claim: str, made: Object) -> None:
        """Turn a claim into a kept object.

        Raises:
            StoreFailed: the claim was given to others; the object is gone again.
        """
        from sqlalchemy import delete, insert, select

        claims, objects = self._database.tables.claims, self._database.tables.objects
        with self._database.writing() as connection:
            mine = connection.execute(delete(claims).where(claims.c.id == claim))
            if mine.rowcount == 0:
                self._remove_unowned(connection, {made.digest})
            else:
                query = select(objects.c.digest).where(objects.c.digest == made.digest)
                if connection.execute(query).first() is None:
                    row = {"digest": made.digest, "size": made.size, "uses": 0}
                    used = self._next_use(connection)
                    row |= {"used": used, "made": time.time()}
                    connection.execute(insert(objects).values(**row))
        if mine.rowcount == 0:
            raise _lost(made)

    def give_back(self, claim: str) -> None:
        """Give room back; what was published for it goes, unless others own it."""
        from sqlalchemy import delete, select

        claims = self._database.tables.claims
        with self._database.writing() as connection:
            query = select(claims.c.digest).where(claims.c.id == claim)
            digest = connection.execute(query).scalar()
            connection.execute(delete(claims).where(claims.c.id == claim))
            if digest:
                self._remove_unowned(connection, {digest})

    def disown(self, claim: str) -> None:
        """Leave a claim, with what it stands for, to whoever collects next."""
        from sqlalchemy import update

        claims = self._database.tables.claims
        with self._database.writing() as connection:
            change = update(claims).where(claims.c.id == claim)
            connection.execute(change.values(writer=""))

    def claims(self) -> tuple[Claim, ...]:
        """Return what is reserved."""
        from sqlalchemy import select

        with self._database.reading() as connection:
            rows = connection.execute(select(self._database.tables.claims)).all()
        return tuple(Claim(row.id, row.bytes, row.digest, row.writer) for row in rows)

    def drop(self, digests: Iterable[str], *, pinned: bool) -> int:
        """Give objects up and return how many bytes that frees.

        Args:
            digests: of what to give up; what is not kept is left alone.
            pinned: whether that includes what is pinned.
        """
        from sqlalchemy import delete, select

        objects, pins = self._database.tables.objects, self._database.tables.pins
        freed = 0
        for some in _portions(digests):
            with self._database.writing() as connection:
                query = select(objects.c.digest, objects.c.size)
                query = query.where(objects.c.digest.in_(some))
                if not pinned:
                    query = query.where(objects.c.digest.not_in(select(pins.c.name)))
                sizes = {row.digest: row.size for row in connection.execute(query)}
                gone = objects.c.digest.in_(sizes)
                connection.execute(delete(objects).where(gone))
                self._remove_unowned(connection, set(sizes))
            freed += sum(sizes.values())
        return freed

    def remove_orphans(self, digests: Iterable[str]) -> set[str]:
        """Remove those of the digests that nobody owns, and return them."""
        removed: set[str] = set()
        for some in _portions(digests):
            with self._database.writing() as connection:
                removed |= self._remove_unowned(connection, set(some))
        return removed

    def _remove_unowned(self, connection: Connection, digests: set[str]) -> set[str]:
        from sqlalchemy import select

        owned: set[str] = set()
        for table in (self._database.tables.objects, self._database.tables.claims):
            query = select(table.c.digest).where(table.c.digest.in_(digests))
            owned |= set(connection.execute(query).scalars())
        if unowned := digests - owned:
            self._remove(unowned)
        return unowned

    def _next_use(self, connection: Connection) -> int:
        from sqlalchemy import func, select

        last = select(func.coalesce(func.max(self._database.tables.objects.c.used), 0))
        return int(connection.execute(last).scalar_one()) + 1

    def _used(self, connection: Connection) -> int:
        from sqlalchemy import func, select

        kept = func.coalesce(func.sum(self._database.tables.objects.c.size), 0)
        reserved = func.coalesce(func.sum(self._database.tables.claims.c.bytes), 0)
        found = [
            connection.execute(select(one)).scalar_one() for one in (kept, reserved)
        ]
        return int(found[0]) + int(found[1])

    def _budget(self, connection: Connection) -> int:
        return int(told(connection, self._database.tables, "budget") or 0)


def _lost(made: Object) -> StoreFailed:
    return StoreFailed(
        f"object {made.digest[:12]} was not kept: the index took its writer for dead"
    )


def _portions(digests: Iterable[str]) -> Iterator[list[str]]:
    left = iter(sorted(set(digests)))
    while some := list(islice(left, _AT_ONCE)):
        yield some
