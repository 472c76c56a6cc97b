"""Opening the store's file: made, brought up to date, or set aside if damaged."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from urllib.parse import quote

from couler_jupyter.errors import StoreFailed
from couler_jupyter.runs.failure import failing
from couler_jupyter.runs.schema import MIGRATIONS, is_foreign, migrate, version_of

_PATIENCE = 10.0


def prepare(path: Path) -> tuple[int, int]:
    """Make the file ready for use and return its identity (device and inode)."""
    with failing(path):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        connection = connect(path)
        try:
            _bring_up_to_date(path, connection)
        finally:
            connection.close()
        found = path.stat()
    return found.st_dev, found.st_ino


def connect(path: Path) -> sqlite3.Connection:
    """Return a connection to an existing file, in explicit transactions."""
    connection = sqlite3.connect(
        f"file:{quote(str(path))}?mode=rw",
        uri=True,
        timeout=_PATIENCE,
        isolation_level=None,
        check_same_thread=False,
    )
    connection.execute("PRAGMA synchronous = NORMAL")
    return connection


def _bring_up_to_date(path: Path, connection: sqlite3.Connection) -> None:
    version = version_of(connection)
    if is_foreign(connection):
        raise StoreFailed(f"{path} is a database of another program")
    if version > len(MIGRATIONS):
        raise StoreFailed(
            f"{path} was written by a newer version (schema {version}, this one knows "
            f"{len(MIGRATIONS)}); update couler-jupyter"
        )
    if version < len(MIGRATIONS):
        connection.execute("PRAGMA journal_mode = WAL")
        migrate(connection)
