"""Reading the log of an attempt while it grows: bytes from an offset, or the end."""

from __future__ import annotations

import os
from pathlib import Path


def read_log(path: Path, offset: int = 0, limit: int = 1 << 20) -> tuple[bytes, int]:
    """Return at most `limit` bytes from `offset`, and the offset to go on from.

    A log that does not exist yet has no bytes.
    """
    try:
        with path.open("rb") as file:
            file.seek(offset)
            found = file.read(limit)
    except FileNotFoundError:
        return b"", offset
    return found, offset + len(found)


def tail(path: Path, lines: int = 100, limit: int = 1 << 20) -> bytes:
    """Return the last `lines` lines, of the last `limit` bytes at the most."""
    try:
        with path.open("rb") as file:
            end = file.seek(0, os.SEEK_END)
            file.seek(max(0, end - limit))
            found = file.read(limit)
    except FileNotFoundError:
        return b""
    return b"".join(found.splitlines(keepends=True)[-lines:]) if lines > 0 else b""
