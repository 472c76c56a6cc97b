"""What the index knows of objects, results and attempts: each a question or a change."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from couler_jupyter.ir import Phase
from couler_jupyter.store.object import Object
from couler_jupyter.store.result import Attempt, Made, Result

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

    from couler_jupyter.store.tables import Tables

KEPT, LEAVING = "kept", "leaving"


def keep(connection: Connection, tables: Tables, made: Object, now: float) -> None:
    """Count an object; one that is counted already is not counted twice."""
    from sqlalchemy import insert, select, update

    table = tables.objects
    found = connection.execute(
        select(table.c.state).where(table.c.digest == made.digest)
    )
    if found.scalar() is not None:
        change = update(table).where(table.c.digest == made.digest)
        connection.execute(change.values(state=KEPT))
        return
    row = {"digest": made.digest, "size": made.size, "state": KEPT, "made": now}
    connection.execute(insert(table).values(**row))


def kept(
    connection: Connection, tables: Tables, *, leaving: bool = False
) -> dict[str, int]:
    """Return the size of each object by its digest."""
    from sqlalchemy import select

    table = tables.objects
    query = select(table.c.digest, table.c.size)
    if not leaving:
        query = query.where(table.c.state == KEPT)
    return {row.digest: row.size for row in connection.execute(query)}


def holds(connection: Connection, tables: Tables, digests: set[str]) -> bool:
    """Whether all objects of these digests are kept."""
    from sqlalchemy import func, select

    table = tables.objects
    query = select(func.count()).where(
        table.c.digest.in_(digests), table.c.state == KEPT
    )
    return not digests or connection.execute(query).scalar_one() == len(digests)


def leaving(connection: Connection, tables: Tables) -> set[str]:
    """Return what somebody began to remove."""
    from sqlalchemy import select

    table = tables.objects
    query = select(table.c.digest).where(table.c.state == LEAVING)
    return set(connection.execute(query).scalars())


def leave(connection: Connection, tables: Tables, digest: str) -> None:
    """Say that an object is about to be removed; nobody uses it from now on."""
    from sqlalchemy import update

    table = tables.objects
    connection.execute(
        update(table).where(table.c.digest == digest).values(state=LEAVING)
    )


def gone(connection: Connection, tables: Tables, digest: str) -> int:
    """Forget an object that was removed, and return its bytes."""
    from sqlalchemy import delete, select

    table = tables.objects
    mine = (table.c.digest == digest) & (table.c.state == LEAVING)
    size = connection.execute(select(table.c.size).where(mine)).scalar()
    connection.execute(delete(table).where(mine))
    return int(size or 0)


def remember(connection: Connection, tables: Tables, result: Result) -> None:
    """Write a result down, in place of an earlier one."""
    from sqlalchemy import delete, insert

    table = tables.results
    connection.execute(delete(table).where(table.c.fingerprint == result.fingerprint))
    outputs = {name: asdict(made) for name, made in result.outputs.items()}
    row = {
        "fingerprint": result.fingerprint,
        "workflow": result.workflow,
        "step": result.step,
        "run": result.run,
        "outputs": json.dumps(outputs),
        "parts": json.dumps(result.parts),
        "seconds": result.seconds,
        "made": result.made,
    }
    done = connection.execute(insert(table).values(**row))
    number = done.inserted_primary_key[0] if done.inserted_primary_key else None
    for digest in {one.digest for one in result.objects}:
        connection.execute(insert(tables.uses).values(digest=digest, result=number))


def recall(connection: Connection, tables: Tables, fingerprint: str) -> Result | None:
    """Return the result of a fingerprint."""
    from sqlalchemy import select

    table = tables.results
    query = select(table).where(table.c.fingerprint == fingerprint)
    row = connection.execute(query).first()
    return None if row is None else _result(row)


def last(
    connection: Connection, tables: Tables, workflow: str, step: str
) -> Result | None:
    """Return the latest result of a step."""
    from sqlalchemy import select

    table = tables.results
    query = (
        select(table)
        .where(table.c.workflow == workflow, table.c.step == step)
        .order_by(table.c.number.desc())
        .limit(1)
    )
    row = connection.execute(query).first()
    return None if row is None else _result(row)


def count(connection: Connection, tables: Tables, attempts: Iterable[Attempt]) -> None:
    """Write attempts down."""
    from sqlalchemy import insert

    rows = [
        {**asdict(one), "phase": one.phase.value, "inputs": json.dumps(one.inputs)}
        for one in attempts
    ]
    if rows:
        connection.execute(insert(tables.attempts), rows)


def attempts(
    connection: Connection, tables: Tables, workflow: str, step: str, limit: int
) -> tuple[Attempt, ...]:
    """Return the latest attempts, newest first."""
    from sqlalchemy import select

    table = tables.attempts
    query = select(table).order_by(table.c.number.desc()).limit(limit)
    if workflow:
        query = query.where(table.c.workflow == workflow)
    if step:
        query = query.where(table.c.step == step)
    return tuple(map(_attempt, connection.execute(query)))


def pin(connection: Connection, tables: Tables, digest: str, *, pinned: bool) -> None:
    """Pin an object, or no longer."""
    from sqlalchemy import delete, insert

    connection.execute(delete(tables.pins).where(tables.pins.c.digest == digest))
    if pinned:
        connection.execute(insert(tables.pins).values(digest=digest))


def pins(connection: Connection, tables: Tables) -> frozenset[str]:
    """Return what is pinned."""
    from sqlalchemy import select

    return frozenset(connection.execute(select(tables.pins.c.digest)).scalars())


def _result(row: Row[Any]) -> Result:
    outputs = {name: _made(made) for name, made in json.loads(row.outputs).items()}
    return Result(
        fingerprint=row.fingerprint,
        workflow=row.workflow,
        step=row.step,
        run=row.run,
        outputs=outputs,
        seconds=row.seconds,
        made=row.made,
        parts=tuple((one[0], one[1], one[2]) for one in json.loads(row.parts)),
    )


def _made(fields: dict[str, Any]) -> Made:
    found = fields.pop("object")
    return Made(**fields, object=None if found is None else Object(**found))


def _attempt(row: Row[Any]) -> Attempt:
    fields = {name: value for name, value in row._mapping.items() if name != "number"}
    fields["phase"] = Phase(fields["phase"])
    fields["inputs"] = json.loads(fields["inputs"])
    return Attempt(**fields)
