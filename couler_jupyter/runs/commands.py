"""Commands to a run: given by anybody, each taken once by whoever drives it."""

from __future__ import annotations

import sqlite3

from couler_jupyter.runs.record import Command

_TAKE = """
    UPDATE commands SET taken = ? WHERE run = ? AND taken IS NULL
    RETURNING number, verb, step, payload, time
"""


def give(connection: sqlite3.Connection, run: int, command: Command) -> None:
    """Leave a command for the run."""
    connection.execute(
        "INSERT INTO commands (run, verb, step, payload, time) VALUES (?, ?, ?, ?, ?)",
        (run, command.verb, command.step, command.payload, command.time),
    )


def waiting(connection: sqlite3.Connection, run: int) -> bool:
    """Whether there is a command that nobody took."""
    found = connection.execute(
        "SELECT 1 FROM commands WHERE run = ? AND taken IS NULL LIMIT 1", (run,)
    )
    return bool(found.fetchall())


def take(connection: sqlite3.Connection, run: int, now: float) -> tuple[Command, ...]:
    """Return the commands that nobody took, in the order given, and mark them taken."""
    rows = connection.execute(_TAKE, (now, run)).fetchall()
    return tuple(
        Command(verb=verb, step=step, payload=payload, time=time)
        for _, verb, step, payload, time in sorted(rows)
    )
