"""The tables of the run store, and the way from older ones to these."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

APPLICATION_ID = 0x434F554C  # "COUL", so that a foreign SQLite file is recognised

_FIRST = (
    """
    CREATE TABLE runs (
        number    INTEGER PRIMARY KEY AUTOINCREMENT,  -- order of creation
        id        TEXT NOT NULL UNIQUE,
        workflow  TEXT NOT NULL,
        engine    TEXT NOT NULL,
        notebook  TEXT NOT NULL,
        version   TEXT NOT NULL,
        arguments TEXT NOT NULL,
        options   TEXT NOT NULL,
        created   REAL NOT NULL,
        opened    REAL NOT NULL,                      -- created or last reopened
        attempt   INTEGER NOT NULL DEFAULT 0,
        seq       INTEGER NOT NULL DEFAULT 0,         -- of its last event
        phase     TEXT NOT NULL DEFAULT 'pending',
        message   TEXT NOT NULL DEFAULT '',
        started   REAL,
        finished  REAL
    ) STRICT
    """,
    "CREATE INDEX runs_by_phase ON runs (phase)",
    """
    CREATE TABLE documents (
        run  INTEGER PRIMARY KEY,
        text TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE events (
        run         INTEGER NOT NULL,
        seq         INTEGER NOT NULL,
        step        TEXT NOT NULL,
        phase       TEXT NOT NULL,
        time        REAL NOT NULL,
        attempt     INTEGER NOT NULL,
        message     TEXT NOT NULL,
        exit_code   INTEGER,
        cpu_seconds REAL,
        peak_memory INTEGER,
        PRIMARY KEY (run, seq)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE steps (
        run         INTEGER NOT NULL,
        path        TEXT NOT NULL,
        first       INTEGER NOT NULL,                 -- seq of its first event
        phase       TEXT NOT NULL,
        attempt     INTEGER NOT NULL,
        started     REAL,
        finished    REAL,
        message     TEXT NOT NULL,
        exit_code   INTEGER,
        cpu_seconds REAL,
        peak_memory INTEGER,
        PRIMARY KEY (run, path)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE outputs (
        run      INTEGER NOT NULL,
        step     TEXT NOT NULL,
        document TEXT NOT NULL,
        PRIMARY KEY (run, step)
    ) STRICT
    """,
    """
    CREATE TABLE commands (
        number  INTEGER PRIMARY KEY AUTOINCREMENT,
        run     INTEGER NOT NULL,
        verb    TEXT NOT NULL,
        step    TEXT NOT NULL,
        payload TEXT NOT NULL,
        time    REAL NOT NULL,
        taken   REAL                                  -- when it was delivered
    ) STRICT
    """,
    "CREATE INDEX commands_by_run ON commands (run, taken)",
)

_REMOTE = ("ALTER TABLE runs ADD COLUMN remote INTEGER NOT NULL DEFAULT 0",)

MIGRATIONS: tuple[tuple[str, ...], ...] = (_FIRST, _REMOTE)
"""Statement n takes a store from schema n to n + 1; only ever append."""

DELETIONS = (
    "DELETE FROM documents WHERE run = ?",
    "DELETE FROM events WHERE run = ?",
    "DELETE FROM steps WHERE run = ?",
    "DELETE FROM outputs WHERE run = ?",
    "DELETE FROM commands WHERE run = ?",
    "DELETE FROM runs WHERE number = ?",
)
"""What removes all there is of one run; a table about runs joins here."""


def version_of(connection: sqlite3.Connection) -> int:
    """Return the schema a file has; 0 for one that is still empty."""
    return _pragma(connection, "user_version")


def is_foreign(connection: sqlite3.Connection) -> bool:
    """Whether the file is some other program's database."""
    if _pragma(connection, "application_id") == APPLICATION_ID:
        return False
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    return bool(tables[0])


def migrate(
    connection: sqlite3.Connection,
    migrations: Sequence[Sequence[str]] = MIGRATIONS,
) -> None:
    """Bring the file to the newest schema, whole or not at all."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        for statements in migrations[version_of(connection) :]:
            for statement in statements:
                connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {len(migrations)}")
    except BaseException:
        connection.rollback()
        raise
    connection.commit()


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute(f"PRAGMA {name}").fetchone()[0])
