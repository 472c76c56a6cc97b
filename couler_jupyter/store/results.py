"""What steps left behind, by fingerprint; it is remembered longer than the bytes are kept."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

from couler_jupyter.store.database import Database
from couler_jupyter.store.object import Object
from couler_jupyter.store.plain import listed
from couler_jupyter.store.result import Made, Parts, Result

if TYPE_CHECKING:
    from sqlalchemy import Connection

_AT_ONCE = 10_000
"""Fingerprints that one question is about."""
_COLUMNS = tuple(field.name for field in fields(Result))
_SELECT = f"SELECT {', '.join(_COLUMNS)} FROM results"  # noqa: S608


class Results:
    """Remembers and recalls. All methods raise `StoreFailed`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def remember(self, result: Result, parts: Parts = ()) -> None:
        """Write down what a step left behind, in place of an earlier result.

        Args:
            result: its objects need not be kept.
            parts: what its fingerprint is made of.
        """
        self.remember_many([(result, parts)])

    def remember_many(self, some: Iterable[tuple[Result, Parts]]) -> None:
        """Write several results down, all or none."""
        latest = {result.fingerprint: (result, parts) for result, parts in some}
        with self._database.writing() as connection:
            self._forget(connection, list(latest))
            for result, parts in latest.values():
                self._write(connection, result, parts)

    def recall(self, fingerprint: str) -> Result | None:
        """Return what a step with this fingerprint left behind, or None."""
        return self.recall_many([fingerprint]).get(fingerprint)

    def recall_many(self, fingerprints: Iterable[str]) -> dict[str, Result]:
        """Return what is known of these fingerprints: one question for 10,000."""
        wanted = list(dict.fromkeys(fingerprints))
        found: dict[str, Result] = {}
        for start in range(0, len(wanted), _AT_ONCE):
            among, given = listed(wanted[start : start + _AT_ONCE])
            query = f"{_SELECT} WHERE fingerprint IN {among}"
            with self._database.asking() as plain:
                rows = plain.ask(query, given)
            found |= {row[0]: _result(row) for row in rows}
        return found

    def last(self, workflow: str, step: str) -> Result | None:
        """Return the result of a step that was remembered last, whatever its fingerprint."""
        where = "WHERE workflow = :workflow AND step = :step"
        query = f"{_SELECT} {where} ORDER BY number DESC LIMIT 1"
        with self._database.asking() as plain:
            rows = plain.ask(query, {"workflow": workflow, "step": step})
        return _result(rows[0]) if rows else None

    def parts(self, fingerprint: str) -> Parts:
        """Return what a fingerprint is made of; empty if nobody remembers."""
        from sqlalchemy import select

        results, parts = self._database.tables.results, self._database.tables.parts
        query = (
            select(parts.c.parts)
            .join(results, results.c.number == parts.c.result)
            .where(results.c.fingerprint == fingerprint)
        )
        with self._database.reading() as connection:
            packed = connection.execute(query).scalar()
        if packed is None:
            return ()
        found = json.loads(zlib.decompress(packed))
        return tuple((one[0], one[1], one[2]) for one in found)

    def forget(self, fingerprints: Iterable[str]) -> None:
        """Have steps with these fingerprints run again; their objects stay."""
        with self._database.writing() as connection:
            self._forget(connection, list(fingerprints))

    def forget_all(self) -> None:
        """Forget every result."""
        from sqlalchemy import delete

        with self._database.writing() as connection:
            connection.execute(delete(self._database.tables.results))

    def _forget(self, connection: Connection, fingerprints: list[str]) -> None:
        from sqlalchemy import delete

        table = self._database.tables.results
        for start in range(0, len(fingerprints), _AT_ONCE):
            some = fingerprints[start : start + _AT_ONCE]
            connection.execute(delete(table).where(table.c.fingerprint.in_(some)))

    def _write(self, connection: Connection, result: Result, parts: Parts) -> None:
        from sqlalchemy import insert

        row = {
            "fingerprint": result.fingerprint,
            "workflow": result.workflow,
            "step": result.step,
            "run": result.run,
            "outputs": _text(result.outputs),
            "seconds": result.seconds,
            "made": result.made,
        }
        table = self._database.tables.results
        done = connection.execute(insert(table).values(**row).returning(table.c.number))
        number = done.scalar_one()
        uses = [
            {"digest": one.object.digest, "result": number, "output": name}
            for name, one in result.outputs.items()
            if one.object is not None
        ]
        if uses:
            connection.execute(insert(self._database.tables.uses), uses)
        if parts:
            packed = zlib.compress(json.dumps(parts).encode())
            values = {"result": number, "parts": packed}
            connection.execute(insert(self._database.tables.parts).values(**values))


def _text(outputs: Mapping[str, Made]) -> str:
    return json.dumps({name: asdict(made) for name, made in outputs.items()})


def _result(row: Sequence[Any]) -> Result:
    values: dict[str, Any] = dict(zip(_COLUMNS, row, strict=True))
    outputs = json.loads(values.pop("outputs"))
    return Result(
        **values, outputs={name: _made(made) for name, made in outputs.items()}
    )


def _made(fields: dict[str, Any]) -> Made:
    found = fields.pop("object")
    return Made(**fields, object=None if found is None else Object(**found))
