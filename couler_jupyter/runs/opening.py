"""Opening the store's file: made, brought up to date, or set aside if damaged."""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from couler_jupyter.errors import StoreFailed
from couler_jupyter.runs.failure import failing
from couler_jupyter.runs.schema import MIGRATIONS, is_foreign, migrate, version_of
from couler_jupyter.runs.turn import Turn

_PATIENCE = 10.0
_WRITABLE = "mode=rw"
_FIXED = "mode=ro&immutable=1"


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that is ready for use.

    Attributes:
        path: where it is.
        identity: device and inode, to notice that it was deleted or replaced.
        mode: how SQLite has to open it.
    """

    path: Path
    identity: tuple[int, int]
    mode: str

    def connect(self) -> sqlite3.Connection:
        """Return a new connection, in explicit transactions, for any one thread."""
        return _connect(self.path, self.mode)


def prepare(path: Path, turn: Turn) -> Opened:
    """Make the file if need be, and bring it to the present schema.

    Raises:
        StoreFailed: it cannot be made or read, is another program's, or was written
            by a newer version of this package.
    """
    with failing(path):
        if not path.exists():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        mode = _FIXED if _is_fixed(path) else _WRITABLE
        with closing(_connect(path, mode)) as connection:
            if _version(path, connection) < len(MIGRATIONS):
                with turn.taken():
                    connection.execute("PRAGMA journal_mode = WAL")
                    migrate(connection)
        found = path.stat()
    return Opened(path, (found.st_dev, found.st_ino), mode)


def set_aside(path: Path, turn: Turn) -> Path | None:
    """Rename a damaged file, never delete it; return its new name.

    Returns None when the file turns out to be sound, or gone already.
    """
    with failing(path), turn.taken():
        if not path.exists() or _is_sound(path):
            return None
        kept = path.with_name(f"{path.name}.damaged-{time.time_ns()}")
        for end in ("", "-wal", "-shm"):
            part = path.with_name(path.name + end)
            if part.exists():
                part.rename(kept.with_name(kept.name + end))
    return kept


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"file:{quote(os.fsencode(path))}?{mode}",
        uri=True,
        timeout=_PATIENCE,
        isolation_level=None,
        check_same_thread=False,
    )
    connection.execute("PRAGMA synchronous = NORMAL")
    return connection


def _is_fixed(path: Path) -> bool:
    # SQLite reads a WAL database by way of a file beside it, which it cannot make
    # here; without pending changes it can do without
    log = path.with_name(f"{path.name}-wal")
    pending = log.exists() and log.stat().st_size > 0
    return not os.access(path.parent, os.W_OK) and not pending


def _version(path: Path, connection: sqlite3.Connection) -> int:
    version = version_of(connection)
    if is_foreign(connection):
        raise StoreFailed(f"{path} is a database of another program")
    if version > len(MIGRATIONS):
        raise StoreFailed(
            f"{path} was written by a newer version (schema {version}, this one knows "
            f"{len(MIGRATIONS)}); update couler-jupyter"
        )
    return version


def _is_sound(path: Path) -> bool:
    with closing(_connect(path, _WRITABLE)) as connection:
        try:
            found = connection.execute("PRAGMA integrity_check(1)").fetchall()
        except sqlite3.DatabaseError:
            return False
    return found == [("ok",)]
