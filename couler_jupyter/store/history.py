"""What earlier runs took and met: durations, sizes, edits, in the order of the runs."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from couler_jupyter.ir import Phase
from couler_jupyter.store.attempt import Attempt, Past, Typical, Visit
from couler_jupyter.store.database import Database
from couler_jupyter.store.plain import Plain, inserting

if TYPE_CHECKING:
    from sqlalchemy import RowMapping

_LATELY = 5
"""Attempts that a mean is taken of."""
_MEANS = ("seconds", "output_bytes", "cpu_seconds", "peak_memory")
_ATTEMPT = tuple(field.name for field in fields(Attempt))
_VISIT = tuple(field.name for field in fields(Visit))
_FAST = 1
"""How hard is tried to make visits small: runs wait for it."""
_READS = 100
"""Attempts that the rate of reading is taken of."""


class History:
    """Counts and tells. All methods raise `StoreFailed`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def count(self, attempts: Iterable[Attempt]) -> None:
        """Write down how attempts went."""
        rows = [_row(one) for one in attempts]
        if rows:
            with self._database.noting() as plain:
                plain.tell(inserting("attempts", _ATTEMPT), rows)

    def attempts(
        self, *, workflow: str = "", step: str = "", run: str = "", limit: int = 1000
    ) -> tuple[Attempt, ...]:
        """Return the latest attempts, newest first."""
        from sqlalchemy import select

        table = self._database.tables.attempts
        query = select(table).order_by(table.c.number.desc()).limit(limit)
        for column, wanted in (("workflow", workflow), ("step", step), ("run", run)):
            if wanted:
                query = query.where(table.c[column] == wanted)
        with self._database.reading() as connection:
            return tuple(map(_attempt, connection.execute(query).mappings()))

    def typical(self, workflow: str) -> dict[str, Typical]:
        """Return what each step of a workflow has taken lately, when it succeeded."""
        from sqlalchemy import func, select

        table = self._database.tables.attempts
        newest = func.row_number().over(
            partition_by=table.c.step, order_by=table.c.number.desc()
        )
        succeeded = (
            select(table, newest.label("place"))
            .where(
                table.c.workflow == workflow,
                table.c.phase == Phase.SUCCEEDED.value,
            )
            .subquery()
        )
        columns = succeeded.c
        query = (
            select(
                columns.step,
                func.avg(columns.seconds).label("seconds"),
                func.avg(columns.output_bytes).label("output_bytes"),
                func.avg(columns.cpu_seconds).label("cpu_seconds"),
                func.avg(columns.peak_memory).label("peak_memory"),
                func.count().label("attempts"),
            )
            .where(columns.place <= _LATELY)
            .group_by(columns.step)
        )
        with self._database.reading() as connection:
            rows = connection.execute(query).mappings().all()
        return {row["step"]: _typical(row) for row in rows}

    def read_rate(self) -> float | None:
        """Return how many bytes a second were read from the store lately, if any were."""
        from sqlalchemy import func, select

        table = self._database.tables.attempts
        latest = (
            select(table.c.read_bytes, table.c.read_seconds)
            .where(table.c.read_bytes > 0, table.c.read_seconds > 0)
            .order_by(table.c.number.desc())
            .limit(_READS)
            .subquery()
        )
        sums = select(func.sum(latest.c.read_bytes), func.sum(latest.c.read_seconds))
        with self._database.reading() as connection:
            size, seconds = connection.execute(sums).one()
        return None if size is None else float(size) / float(seconds)

    def began(self, past: Past) -> None:
        """Write down what a run meets; runs are ordered by these calls."""
        visits = [tuple(getattr(one, name) for name in _VISIT) for one in past.visits]
        row = {
            "run": past.run,
            "workflow": past.workflow,
            "visits": zlib.compress(json.dumps(visits).encode(), _FAST),
            "finished": None if past.finished is None else int(past.finished),
        }
        with self._database.noting() as plain:
            plain.tell(inserting("pasts", row), [row])

    def ended(self, run: str, *, finished: bool) -> None:
        """Write down that a run ended by itself, or was broken off."""
        from sqlalchemy import update

        table = self._database.tables.pasts
        with self._database.writing() as connection:
            change = update(table).where(table.c.run == run)
            connection.execute(change.values(finished=int(finished)))

    def pasts(self, *, workflow: str = "", limit: int = 300) -> tuple[Past, ...]:
        """Return the latest runs, oldest first."""
        which = "WHERE workflow = :workflow " if workflow else ""
        query = (
            "SELECT run, workflow, visits, finished FROM pasts "  # noqa: S608
            f"{which}ORDER BY number DESC LIMIT :limit"
        )
        given = {"limit": limit} | ({"workflow": workflow} if workflow else {})
        with self._database.asking() as plain:
            rows = plain.ask(query, given)
        return tuple(map(_past, reversed(rows)))

    def met(self, workflow: str, *, limit: int) -> tuple[tuple[str, ...], ...]:
        """Return the fingerprints that the latest runs of a workflow met, newest first."""
        query = (
            "SELECT visits FROM pasts WHERE workflow = :workflow "
            "ORDER BY number DESC LIMIT :limit"
        )
        with self._database.asking() as plain:
            rows = plain.ask(query, {"workflow": workflow, "limit": limit})
        place = _VISIT.index("fingerprint")
        return tuple(
            tuple(visit[place] for visit in _unpacked(row[0]) if len(visit) > place)
            for row in rows
        )

    def met_by_all(self) -> set[str]:
        """Return the fingerprints that any remembered run has met."""
        place, found = _VISIT.index("fingerprint"), set[str]()
        with self._database.asking() as plain:
            for (number,) in plain.ask("SELECT number FROM pasts"):
                query = "SELECT visits FROM pasts WHERE number = :number"
                for row in plain.ask(query, {"number": number}):
                    found |= {
                        one[place] for one in _unpacked(row[0]) if len(one) > place
                    }
        return found

    def forget(self, *, attempts: int = 0, pasts: int = 0) -> None:
        """Forget all but the latest so many attempts and runs."""
        most = {"attempts": attempts, "pasts": pasts}
        with self._database.asking() as plain:
            edges = {table: _edge(plain, table, left) for table, left in most.items()}
        over = {table: edge for table, edge in edges.items() if edge is not None}
        if over:
            with self._database.noting() as plain:
                for table, edge in over.items():
                    statement = f"DELETE FROM {table} WHERE number <= :edge"  # noqa: S608
                    plain.tell(statement, [{"edge": edge}])


def _edge(plain: Plain, table: str, left: int) -> int | None:
    """Return the number of the newest row that is too much, if any is."""
    query = (
        f"SELECT number FROM {table} "  # noqa: S608 (one of ours)
        "ORDER BY number DESC LIMIT 1 OFFSET :left"
    )
    rows = plain.ask(query, {"left": left})
    return rows[0][0] if rows else None


def _row(attempt: Attempt) -> dict[str, Any]:
    row = {name: getattr(attempt, name) for name in _ATTEMPT}
    return row | {"phase": attempt.phase.value}


def _attempt(row: RowMapping) -> Attempt:
    values: dict[str, Any] = {field.name: row[field.name] for field in fields(Attempt)}
    values["phase"] = Phase(values["phase"])
    return Attempt(**values)


def _typical(row: RowMapping) -> Typical:
    # PostgreSQL's means are decimals
    mean = {name: None if row[name] is None else float(row[name]) for name in _MEANS}
    return Typical(
        seconds=mean["seconds"] or 0.0,
        output_bytes=mean["output_bytes"] or 0.0,
        cpu_seconds=mean["cpu_seconds"],
        peak_memory=mean["peak_memory"],
        attempts=row["attempts"],
    )


def _past(row: Sequence[Any]) -> Past:
    run, workflow, visits, finished = row
    return Past(
        run=run,
        workflow=workflow,
        visits=tuple(map(_visit, _unpacked(visits))),
        finished=None if finished is None else bool(finished),
    )


def _unpacked(visits: bytes) -> list[list[Any]]:
    found: list[list[Any]] = json.loads(zlib.decompress(visits))
    return found


def _visit(values: list[Any]) -> Visit:
    known: dict[str, Any] = dict(zip(_VISIT, values, strict=False))
    known["parents"] = tuple(known.get("parents", ()))
    return Visit(**known)
