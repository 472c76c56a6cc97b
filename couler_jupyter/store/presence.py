"""Who is still there of those that write: what a dead one claimed is given back.

No clock and no process number is asked: a writer holds a lock that its system, or the
database server, takes back when it ends, however it ends.
"""

from __future__ import annotations

import fcntl
import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from uuid import uuid4

from couler_jupyter.errors import StoreFailed
from couler_jupyter.runs.fork import in_children
from couler_jupyter.store.packing import shown

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

_KIND = 0x434F554C  # "COUL"
_LOCKED = """
    SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database
    WHERE datname = current_database() AND locktype = 'advisory' AND granted
    AND classid = :kind AND objid = :number AND objsubid = 2
"""


class Presence(Protocol):
    """The writers of one index."""

    def mine(self) -> str:
        """Return the name under which this one writes, and be there from now on."""
        ...

    def lives(self, writer: str) -> bool:
        """Whether a writer is there; in doubt, that it is."""
        ...

    def tidy(self) -> None:
        """Remove what dead writers left for telling that they were there."""

    def close(self) -> None:
        """Be there no longer."""


class Locks:
    """Writers on machines that share a folder: each holds a file of its own locked."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._guard = threading.Lock()
        self._name = ""
        self._descriptor = -1
        in_children(self._after_fork)

    def mine(self) -> str:
        """Return the name under which this one writes, and be there from now on."""
        with self._guard:
            while not self._name:
                self._appear()
            return self._name

    def lives(self, writer: str) -> bool:
        """Whether a writer is there; what it leaves is tidied up if not."""
        if not writer or writer == self._name:
            return bool(writer)
        path = self._folder / writer
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
        except FileNotFoundError:
            return False
        except OSError:
            return True
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink(missing_ok=True)
        except OSError:
            return True
        else:
            return False
        finally:
            os.close(descriptor)

    def tidy(self) -> None:
        """Remove the files of dead writers."""
        if self._folder.is_dir():
            for path in self._folder.iterdir():
                self.lives(path.name)

    def close(self) -> None:
        """Be there no longer."""
        with self._guard:
            if self._name:
                (self._folder / self._name).unlink(missing_ok=True)
                os.close(self._descriptor)
            self._name, self._descriptor = "", -1

    def _appear(self) -> None:
        name = uuid4().hex
        try:
            self._folder.mkdir(exist_ok=True)
            flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
            descriptor = os.open(self._folder / name, flags, 0o666)
        except OSError as error:
            raise StoreFailed(
                f"{shown(self._folder)} cannot be written: {error.strerror}"
            ) from None
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        # somebody may have taken it for a dead one's before it was locked
        if os.fstat(descriptor).st_nlink:
            self._name, self._descriptor = name, descriptor
        else:
            os.close(descriptor)

    def _after_fork(self) -> None:
        # an inherited lock would outlive its owner
        if self._descriptor >= 0:
            os.close(self._descriptor)
        self._name, self._descriptor = "", -1
        self._guard = threading.Lock()


class Sessions:
    """Writers anywhere that share a PostgreSQL server: each keeps a session with a lock."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._guard = threading.Lock()
        self._name = ""
        self._session: Connection | None = None
        self._inherited: list[object] = []
        in_children(self._after_fork)

    def mine(self) -> str:
        """Return the name under which this one writes, and be there from now on."""
        with self._guard:
            if self._session is not None and not self._holds(self._session):
                self._forget()
            if self._session is None:
                self._appear()
            return self._name

    def lives(self, writer: str) -> bool:
        """Whether a writer is there."""
        if not writer:
            return False
        with self._engine.connect() as connection:
            return _is_locked(connection, int(writer, 16))

    def tidy(self) -> None:
        """Do nothing: the server forgets them."""

    def close(self) -> None:
        """Be there no longer."""
        with self._guard:
            self._forget()

    def _appear(self) -> None:
        session = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        number = uuid4().int & 0x7FFFFFFF
        session.exec_driver_sql(f"SELECT pg_advisory_lock({_KIND}, {number})")
        self._session, self._name = session, f"{number:x}"

    def _holds(self, session: Connection) -> bool:
        from sqlalchemy.exc import SQLAlchemyError

        try:
            return _is_locked(session, int(self._name, 16))
        except SQLAlchemyError:  # the session ended, and with it the lock
            return False

    def _forget(self) -> None:
        if self._session is not None:
            self._session.invalidate()  # ending the session gives the lock back
            self._session.close()
        self._session, self._name = None, ""

    def _after_fork(self) -> None:
        """Let go of the parent's session, or it would outlive the parent."""
        if self._session is not None:
            driver = self._session.connection.dbapi_connection
            nothing = os.open(os.devnull, os.O_RDWR | os.O_CLOEXEC)
            if driver is not None and hasattr(driver, "fileno"):
                os.dup2(nothing, driver.fileno(), inheritable=False)
            os.close(nothing)
            self._inherited.append(self._session)
        self._session, self._name = None, ""
        self._guard = threading.Lock()


def _is_locked(connection: Connection, number: int) -> bool:
    from sqlalchemy import text

    return bool(
        connection.execute(text(_LOCKED), {"kind": _KIND, "number": number}).scalar()
    )
