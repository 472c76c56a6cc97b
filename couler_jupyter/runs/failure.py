"""What goes wrong on disk, said in one line: the path, what is wrong, what to do."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from couler_jupyter.errors import StoreFailed

_MOVE = "or set COULER_HOME to another folder"
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_FORBIDDEN = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})


class Damaged(StoreFailed):
    """The file itself is broken, rather than busy, too big or forbidden."""


@contextmanager
def failing(path: Path) -> Generator[None, None, None]:
    """Turn what SQLite or the system says about `path` into `StoreFailed`."""
    try:
        yield
    except sqlite3.Error as error:
        kind = Damaged if is_damage(error) else StoreFailed
        raise kind(_of_sqlite(path, error)) from error
    except OSError as error:
        raise StoreFailed(_of_system(path, error)) from error


def is_damage(error: sqlite3.Error) -> bool:
    """Whether the file itself is broken."""
    return _code(error) in _DAMAGED


def _of_sqlite(path: Path, error: sqlite3.Error) -> str:
    match _code(error):
        case sqlite3.SQLITE_FULL:
            return f"{path}: the disk is full; make room {_MOVE}"
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM:
            return f"{path} cannot be written; make it writable {_MOVE}"
        case sqlite3.SQLITE_CANTOPEN:
            return f"{path} cannot be opened; make it and its folder writable {_MOVE}"
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return f"{path} stays locked by another process; end that one or try again"
        case sqlite3.SQLITE_TOOBIG:
            return f"{path}: a text is too big to be kept; pass large data as a file"
        case _:
            return f"{path}: {_line(error)}"


def _of_system(path: Path, error: OSError) -> str:
    where = error.filename if isinstance(error.filename, str) else path
    why = (error.strerror or _line(error)).lower()
    if error.errno in _FULL:
        return f"{where}: the disk is full; make room {_MOVE}"
    if error.errno in _FORBIDDEN:
        return f"{where} cannot be used ({why}); make it writable {_MOVE}"
    return f"{where}: {why}"


def _code(error: sqlite3.Error) -> int:
    # the low byte is the kind; an error of the Python module itself has none
    return int(getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)) & 0xFF


def _line(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__
