"""The log of one attempt: a file that only grows, up to a bound, secrets hidden.

Past the bound only the end is kept, in memory, and appended when the attempt ends, so
that a step that prints for ever neither fills the disk nor loses its last words.
Whoever reads the file while it grows never sees a byte change.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable
from pathlib import Path

from couler_jupyter.engines.local.masking import Masker

MIB = 1 << 20
CAP = 64 * MIB
TAIL = MIB // 4
_APPEND = os.O_WRONLY | os.O_CREAT | os.O_APPEND


class LogFile:
    """Appends what an attempt prints to its log. A full disk is noted, not raised."""

    def __init__(
        self,
        path: Path,
        *,
        secrets: Iterable[str] = (),
        cap: int = CAP,
        tail: int = TAIL,
    ) -> None:
        """Prepare to append; the file is made with the first byte there is for it.

        Args:
            path: the file; its folder exists.
            secrets: values to show as `***`.
            cap: bytes after which only the end is kept.
            tail: how many bytes of the end.
        """
        self._masker = Masker(secrets)
        self._room = cap
        self._cap = cap
        self._tail_size = tail
        self._tail: deque[bytes] = deque()
        self._tail_length = 0
        self._dropped = 0
        self._trouble = ""
        self._path = path
        self._fd = -1

    def write(self, data: bytes) -> None:
        """Append `data`, or what may be shown of it by now."""
        self._append(self._masker.feed(data))

    def close(self) -> str:
        """Write what is left; return one line on what is not in the file, or none."""
        self._append(self._masker.end())
        if self._tail:
            self._write_tail()
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1
        return self._note()

    def _append(self, data: bytes) -> None:
        if self._room:
            head, data = data[: self._room], data[self._room :]
            self._room -= len(head)
            data = self._put(head) + data
        if data:
            self._keep_end(data)

    def _put(self, data: bytes) -> bytes:
        """Write to the file; return what could not be written."""
        try:
            if data and self._fd < 0:
                self._fd = os.open(self._path, _APPEND, 0o600)
            while data:
                data = data[os.write(self._fd, data) :]
        except OSError as error:
            self._trouble = error.strerror or str(error)
            self._room = 0
        return data

    def _keep_end(self, data: bytes) -> None:
        self._tail.append(data)
        self._tail_length += len(data)
        while self._tail_length - len(self._tail[0]) >= self._tail_size:
            gone = self._tail.popleft()
            self._tail_length -= len(gone)
            self._dropped += len(gone)

    def _write_tail(self) -> None:
        tail = b"".join(self._tail)
        extra = max(0, len(tail) - self._tail_size)
        self._dropped += extra
        if self._dropped:
            tail = b"\n[couler: %d bytes left out]\n" % self._dropped + tail[extra:]
        lost = self._put(tail)
        self._dropped += len(lost)

    def _note(self) -> str:
        if not self._dropped:
            return ""
        why = self._trouble or f"only the first {_size(self._cap)} and the end are kept"
        return f"{self._dropped:,} bytes of output are not in the log: {why}"


def read_log(path: Path, start: int = 0, end: int | None = None) -> bytes:
    """Return a range of a log, also while it is being written.

    Args:
        path: the log; one that is not there yet reads as empty.
        start: first byte; negative counts from the end.
        end: byte after the last; None for all that is there.

    Raises:
        OSError: it cannot be read.
    """
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            first = max(0, size + start) if start < 0 else start
            file.seek(first)
            return file.read(max(0, (size if end is None else end) - first))
    except FileNotFoundError:
        return b""


def _size(count: int) -> str:
    return f"{count // MIB} MiB" if count >= MIB else f"{count:,} bytes"
