"""Reading the log of an attempt while it grows: bytes from an offset, or the end."""

from __future__ import annotations

import io
import os
from pathlib import Path

_MEBIBYTE = 1 << 20


def read_log(path: Path, offset: int = 0, limit: int = _MEBIBYTE) -> tuple[bytes, int]:
    """Return at most `limit` bytes from `offset`, and the offset to go on from.

    A log that is not there yet has no bytes; one that became shorter was begun anew
    and is read from its start.
    """
    try:
        with path.open("rb") as file:
            if offset > os.fstat(file.fileno()).st_size:
                offset = 0
            file.seek(max(0, offset))
            found = file.read(limit)
    except FileNotFoundError:
        return b"", offset
    return found, max(0, offset) + len(found)


def read_whole_lines(
    path: Path, offset: int, limit: int = _MEBIBYTE, *, last: bool
) -> tuple[bytes, int]:
    """Return bytes as `read_log` does, up to the end of a line.

    With `last`, or where one line is longer than `limit`, the rest comes without one.
    """
    found, end = read_log(path, offset, limit)
    start = end - len(found)
    cut = found.rfind(b"\n") + 1
    if (last and len(found) < limit) or (not cut and len(found) == limit):
        cut = len(found)
    return found[:cut], start + cut


def tail(path: Path, lines: int = 100, limit: int = _MEBIBYTE) -> bytes:
    """Return the last `lines` lines, out of the last `limit` bytes."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - limit))
            found = file.read(limit)
    except FileNotFoundError:
        return b""
    return b"".join(io.BytesIO(found).readlines()[-lines:]) if lines > 0 else b""
