"""The budget: room is reserved before anything is written, and counted until it is given back.

What is kept and what is reserved together never exceed the budget, however many processes
write. A reservation belongs to a process; when that is gone, so is its claim.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING
from uuid import uuid4

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from couler_jupyter.store.tables import Tables

_STRANGERS = 24 * 3600.0
"""Seconds that a reservation of another machine's process is believed."""


def used(connection: Connection, tables: Tables) -> int:
    """Return the bytes that are kept or reserved."""
    from sqlalchemy import func, select

    kept = connection.execute(select(func.coalesce(func.sum(tables.objects.c.size), 0)))
    reserved = connection.execute(
        select(func.coalesce(func.sum(tables.reservations.c.bytes), 0))
    )
    return int(kept.scalar_one()) + int(reserved.scalar_one())


def reserve(connection: Connection, tables: Tables, size: int, budget: int) -> str:
    """Claim room and return the claim's id; an empty text if there is not enough."""
    from sqlalchemy import insert

    if used(connection, tables) + size > budget:
        collect(connection, tables)
        if used(connection, tables) + size > budget:
            return ""
    claim = uuid4().hex
    connection.execute(
        insert(tables.reservations).values(
            id=claim,
            bytes=size,
            digest="",
            host=_host(),
            pid=os.getpid(),
            born=_born(os.getpid()) or 0.0,
            made=time.time(),
        )
    )
    return claim


def release(connection: Connection, tables: Tables, claim: str) -> None:
    """Give room back."""
    from sqlalchemy import delete

    table = tables.reservations
    connection.execute(delete(table).where(table.c.id == claim))


def collect(connection: Connection, tables: Tables) -> None:
    """Give back the room of processes that are gone."""
    from sqlalchemy import delete, select

    table = tables.reservations
    rows = connection.execute(select(table)).all()
    for claim in [
        row.id for row in rows if not _lives(row.host, row.pid, row.born, row.made)
    ]:
        connection.execute(delete(table).where(table.c.id == claim))


def reserved_digests(connection: Connection, tables: Tables) -> Iterable[str]:
    """Return what is about to be kept under its name."""
    from sqlalchemy import select

    return connection.execute(select(tables.reservations.c.digest)).scalars().all()


def _lives(host: str, pid: int, born: float, made: float) -> bool:
    if host != _host():
        return abs(time.time() - made) < _STRANGERS
    now = _born(pid)
    return now is not None and abs(now - born) < 1.0


@cache
def _host() -> str:
    return socket.gethostname()


def _born(pid: int) -> float | None:
    import psutil

    try:
        return float(psutil.Process(pid).create_time())
    except psutil.Error:
        return None
