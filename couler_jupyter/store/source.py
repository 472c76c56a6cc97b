"""What is to be kept: a file, a folder or bytes, as a stream whose length is known."""

from __future__ import annotations

import hashlib
import stat
from dataclasses import dataclass
from io import FileIO
from itertools import cycle
from pathlib import Path
from typing import Protocol

from couler_jupyter.errors import StoreFailed
from couler_jupyter.store.hashing import CHUNK, RING, Hashing, Out
from couler_jupyter.store.object import Object
from couler_jupyter.store.packing import Packing, shown


class Source(Protocol):
    """A stream of bytes that can be had more than once."""

    @property
    def size(self) -> int:
        """How many bytes it has."""
        ...

    def write_to(self, out: Out) -> None:
        """Write them.

        Raises:
            StoreFailed: they cannot be read.
        """


@dataclass(frozen=True, slots=True)
class Bytes:
    """Bytes in memory."""

    data: bytes

    @property
    def size(self) -> int:
        """How many there are."""
        return len(self.data)

    def write_to(self, out: Out) -> None:
        """Write them, a chunk at a time."""
        for start in range(0, len(self.data), CHUNK):
            out.write(self.data[start : start + CHUNK])


@dataclass(frozen=True, slots=True)
class File:
    """A file as it was when it was looked at."""

    path: Path
    size: int

    def write_to(self, out: Out) -> None:
        """Write what it holds."""
        with _opened(self.path) as file:
            # new memory for each chunk would cost as much as hashing it
            for buffer in cycle([bytearray(CHUNK) for _ in range(RING)]):
                size = file.readinto(buffer)
                if not size:
                    return
                out.write(memoryview(buffer)[:size])


def source_of(given: Path | bytes) -> Source:
    """Return what a path or bytes are as a source.

    A symbolic link stands for what it points to.

    Raises:
        StoreFailed: there is neither a file nor a folder.
    """
    if isinstance(given, bytes):
        return Bytes(given)
    try:
        found = given.stat()
        if stat.S_ISDIR(found.st_mode):
            return Packing.of(given)
    except OSError as error:
        raise _unreadable(given, error) from None
    if not stat.S_ISREG(found.st_mode):
        raise StoreFailed(f"{shown(given)} is neither a file nor a folder")
    return File(given, found.st_size)


def object_of(given: Path | bytes) -> Object:
    """Return what something would be called if it were kept.

    Raises:
        StoreFailed: it cannot be read.
    """
    source = source_of(given)
    if isinstance(source, File):  # the fastest way there is
        with _opened(source.path) as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            return Object(digest, file.tell())
    return copied(source)


def copied(source: Source, out: Out | None = None) -> Object:
    """Write a source somewhere and return what it was.

    Raises:
        StoreFailed: it is not as long as it was said to be; never more is written.
    """
    with Hashing(out) as hashing:
        source.write_to(_Bounded(hashing, source))
        if hashing.size != source.size:
            raise changed(source)
        return hashing.object()


def _opened(path: Path) -> FileIO:
    try:
        return path.open("rb", buffering=0)
    except OSError as error:
        raise _unreadable(path, error) from None


def _unreadable(path: Path, error: OSError) -> StoreFailed:
    where = path if error.filename is None else error.filename
    return StoreFailed(f"{shown(where)} cannot be kept: {error.strerror}")


class _Bounded:
    """Lets no more through than was announced."""

    def __init__(self, hashing: Hashing, source: Source) -> None:
        self._hashing = hashing
        self._source = source

    def write(self, data: bytes | memoryview, /) -> None:
        if self._hashing.size + len(data) > self._source.size:
            raise changed(self._source)
        self._hashing.write(data)


def changed(source: Source) -> StoreFailed:
    """Return the error that a source is not what it was."""
    name = getattr(source, "path", "what is kept")
    return StoreFailed(f"{shown(name)} changed while it was being kept")
