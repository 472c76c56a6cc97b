"""What is kept: each object with the order of its use and what it is an output of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from couler_jupyter.store.database import Database
from couler_jupyter.store.plain import NOTHING, Values, listed

if TYPE_CHECKING:
    from sqlalchemy import Connection

_MOST_NAMED = 10_000
"""Digests that are listed in a question; for more, all are asked for."""
_USE = "UPDATE objects SET used = :used, uses = uses + 1 WHERE digest = :digest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """An output that an object is.

    Attributes:
        fingerprint: of the step that left it behind.
        workflow, step, output: their names.
        seconds: how long the step took.
    """

    fingerprint: str
    workflow: str
    step: str
    output: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An object that is kept.

    Attributes:
        digest: its SHA-256.
        size: its bytes.
        number: its place in the order in which objects were kept.
        used: its place in the order in which objects were last used.
        uses: how often it was.
        made: when, in seconds since the epoch, as that machine's clock had it.
        pinned: whether it is never given up.
        origins: what it is, oldest first; empty if nobody remembers.
    """

    digest: str
    size: int
    number: int
    used: int
    uses: int
    made: float
    pinned: bool = False
    origins: tuple[Origin, ...] = ()


class Keeping:
    """Questions about what is kept. All methods raise `StoreFailed`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> tuple[Kept, ...]:
        """Return what is kept, in the order in which it was."""
        from sqlalchemy import select

        objects = self._database.tables.objects
        with self._database.reading() as connection:
            rows = connection.execute(select(objects).order_by(objects.c.number)).all()
            pins, origins = self._pins(connection), self._origins(connection)
        return tuple(
            Kept(
                digest=row.digest,
                size=row.size,
                number=row.number,
                used=row.used,
                uses=row.uses,
                made=row.made,
                pinned=row.digest in pins,
                origins=tuple(origins.get(row.digest, ())),
            )
            for row in rows
        )

    def sizes(self, digests: Iterable[str] | None = None) -> dict[str, int]:
        """Return the size of each object that is kept, by digest.

        Args:
            digests: the only ones that matter; None for all.
        """
        wanted = None if digests is None else set(digests)
        query = "SELECT digest, size FROM objects"
        given: Values = NOTHING
        if wanted is not None and len(wanted) <= _MOST_NAMED:
            among, given = listed(wanted)
            query = f"{query} WHERE digest IN {among}"
        with self._database.asking() as plain:
            rows = plain.ask(query, given)
        return {
            digest: size for digest, size in rows if wanted is None or digest in wanted
        }

    def use(self, digests: Iterable[str]) -> None:
        """Count that objects were used, in this order."""
        order = list(dict.fromkeys(digests))
        if not order:
            return
        with self._database.noting() as plain:
            ((last,),) = plain.ask("SELECT max(used) FROM objects")
            first = (last or 0) + 1
            plain.tell(
                _USE,
                [{"digest": one, "used": first + i} for i, one in enumerate(order)],
            )

    def pin(self, name: str, *, pinned: bool) -> None:
        """Pin, or no longer: a digest, or any other text the caller gives a sense."""
        from sqlalchemy import delete, insert

        pins = self._database.tables.pins
        with self._database.writing() as connection:
            connection.execute(delete(pins).where(pins.c.name == name))
            if pinned:
                connection.execute(insert(pins).values(name=name))

    def pins(self) -> frozenset[str]:
        """Return what is pinned, kept or not."""
        with self._database.reading() as connection:
            return self._pins(connection)

    def _pins(self, connection: Connection) -> frozenset[str]:
        from sqlalchemy import select

        return frozenset(
            connection.execute(select(self._database.tables.pins.c.name)).scalars()
        )

    def _origins(self, connection: Connection) -> dict[str, list[Origin]]:
        from sqlalchemy import select

        tables = self._database.tables
        uses, results, objects = tables.uses, tables.results, tables.objects
        query = (
            select(
                uses.c.digest,
                uses.c.output,
                results.c.fingerprint,
                results.c.workflow,
                results.c.step,
                results.c.seconds,
            )
            .join(results, results.c.number == uses.c.result)
            .join(objects, objects.c.digest == uses.c.digest)
            .order_by(results.c.number, uses.c.output)
        )
        found: dict[str, list[Origin]] = {}
        for row in connection.execute(query).mappings():
            values: dict[str, Any] = dict(row)
            found.setdefault(values.pop("digest"), []).append(Origin(**values))
        return found
