"""Opening the store's file: made, brought up to date, or set aside if damaged."""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from couler_jupyter.errors import StoreFailed
from couler_jupyter.runs.failure import failing, is_damage
from couler_jupyter.runs.schema import MIGRATIONS, is_foreign, migrate, version_of
from couler_jupyter.runs.turn import Turn

_PATIENCE = 10.0


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that is ready for use.

    Attributes:
        path: where it is.
        fixed: whether it can only be read, and by itself: nobody writes it now.
        identity: tells it from another file that takes its place.
    """

    path: Path
    fixed: bool
    identity: tuple[int, ...]

    def connect(self) -> sqlite3.Connection:
        """Return a new connection, in explicit transactions, for any one thread."""
        return _connect(self.path, fixed=self.fixed)

    def is_current(self) -> bool:
        """Whether the file is still there as it was opened.

        Raises:
            FileNotFoundError: there is none.
        """
        same = _identity(self.path, fixed=self.fixed) == self.identity
        return same and (not self.fixed or _is_fixed(self.path))


def prepare(path: Path, turn: Turn) -> Opened:
    """Make the file if need be, and bring it to the present schema.

    Raises:
        StoreFailed: it cannot be made or read, is another program's, or was written
            by a newer version of this package.
    """
    with failing(path):
        if not path.exists():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _make_private(path)
        fixed = _is_fixed(path)
        identity = _identity(path, fixed=fixed)
        with closing(_connect(path, fixed=fixed)) as connection:
            if _version(path, connection) < len(MIGRATIONS):
                with turn.taken():
                    connection.execute("PRAGMA journal_mode = WAL")
                    migrate(connection)
    return Opened(path, fixed, identity)


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


def _make_private(path: Path) -> None:
    # never open a file that is in use: closing it would drop SQLite's locks on it
    with suppress(FileExistsError):
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        os.close(os.open(path, flags, 0o600))


def _connect(path: Path, *, fixed: bool = False) -> sqlite3.Connection:
    mode = "mode=ro&immutable=1" if fixed else "mode=rw"
    connection = sqlite3.connect(
        f"file:{quote(os.fsencode(path))}?{mode}",
        uri=True,
        timeout=_PATIENCE,
        isolation_level=None,
        check_same_thread=False,
    )
    try:
        connection.execute("PRAGMA synchronous = NORMAL")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _identity(path: Path, *, fixed: bool) -> tuple[int, ...]:
    found = path.stat()
    if fixed:
        return found.st_dev, found.st_ino, found.st_mtime_ns
    return found.st_dev, found.st_ino


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
    try:
        with closing(_connect(path)) as connection:
            found = connection.execute("PRAGMA integrity_check(1)").fetchall()
    except sqlite3.DatabaseError as error:
        if is_damage(error):
            return False
        raise
    return bool(found == [("ok",)])
