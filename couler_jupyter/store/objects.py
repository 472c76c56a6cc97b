"""Objects read back: their bytes are those of their name, or they are not handed out."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from io import BytesIO
from itertools import cycle
from pathlib import Path
from typing import IO, cast
from uuid import uuid4

from couler_jupyter.errors import StoreFailed
from couler_jupyter.store.hashing import CHUNK, RING, Hashing
from couler_jupyter.store.object import Corrupt, Missing, Object
from couler_jupyter.store.packing import shown
from couler_jupyter.store.places.place import Opened, Place
from couler_jupyter.store.places.trouble import telling
from couler_jupyter.store.unpacking import unpack


class Objects:
    """Reads objects of a place, and checks what it read."""

    def __init__(self, place: Place) -> None:
        self._place = place

    def fetch(self, wanted: Object, target: Path, *, folder: bool = False) -> None:
        """Write an object to a file, or unpack it to a folder, that is not there yet.

        The target appears whole or not at all; a link there is replaced, not followed.

        Raises:
            Missing: it is not there.
            Corrupt: its bytes are not those of its name.
            StoreFailed: the place or the target cannot be used.
        """
        with _appearing(target) as part:
            if folder:
                self._checked(wanted, lambda stream: _unpacked(stream, part))
            else:
                self._checked(wanted, lambda stream: _written(stream, part))

    def read(self, wanted: Object) -> bytes:
        """Return the bytes of a small object; raises as `fetch` does."""
        out = BytesIO()

        def take(stream: _Reader) -> None:
            out.seek(0)
            out.truncate()
            shutil.copyfileobj(cast("IO[bytes]", stream), out, CHUNK)

        self._checked(wanted, take)
        return out.getvalue()

    def _checked(self, wanted: Object, take: Callable[[_Reader], None]) -> None:
        """Have an object taken; from afar once more if it does not arrive as it was."""
        if self._taken(wanted, take):
            return
        if self._place.far and self._taken(wanted, take):
            return
        raise Corrupt(
            f"object {wanted.digest[:12]} in {self._place.name} was changed or damaged"
        )

    def _taken(self, wanted: Object, take: Callable[[_Reader], None]) -> bool:
        with self._opened(wanted) as file, Hashing() as hashing:
            reader = _Reader(file, hashing, self._place.name)
            failed: StoreFailed | None = None
            try:
                take(reader)
            except _Unusable as error:  # what is damaged may well be unusable
                failed = error
            reader.drain(wanted.size)
            if hashing.object() != wanted:
                return False
            if failed is not None:
                raise failed
            return True

    def _opened(self, wanted: Object) -> Opened:
        name = self._place.name
        try:
            return self._place.open(wanted.digest)
        except FileNotFoundError:
            if not self._place.marked():
                raise StoreFailed(f"{name}: the store is gone") from None
            raise Missing(f"object {wanted.digest[:12]} is not in {name}") from None


class _Unusable(StoreFailed):
    """The bytes are no packed folder."""


class _Reader:
    """Reads, and hashes what it read."""

    def __init__(self, file: Opened, hashing: Hashing, name: str) -> None:
        self._file = file
        self._hashing = hashing
        self._name = name

    def read(self, size: int = CHUNK) -> bytes:
        """Return up to so many bytes."""
        with telling(self._name):
            data = self._file.read(size)
        self._hashing.write(data)
        return data

    def chunks(self) -> Iterator[memoryview]:
        """Yield what is left; each chunk must be used before the next is asked for."""
        for buffer in cycle([bytearray(CHUNK) for _ in range(RING)]):
            with telling(self._name):
                size = self._file.readinto(buffer)
            if not size:
                return
            data = memoryview(buffer)[:size]
            self._hashing.write(data)
            yield data

    def drain(self, size: int) -> None:
        """Read to the end, or until it is certain that there are too many bytes."""
        while self._hashing.size <= size and self.read():
            pass


def _written(stream: _Reader, part: Path) -> None:
    with part.open("wb") as out:
        for data in stream.chunks():
            out.write(data)


def _unpacked(stream: _Reader, part: Path) -> None:
    _clear(part)
    try:
        unpack(cast("IO[bytes]", stream), part)
    except StoreFailed as error:
        raise _Unusable(str(error)) from error


@contextmanager
def _appearing(target: Path) -> Generator[Path]:
    """Give a name beside a target that takes its place in the end."""
    part = target.with_name(f".{uuid4().hex}.part")
    try:
        yield part
        part.replace(target)
    except OSError as error:
        raise StoreFailed(
            f"{shown(target)} cannot be written: {error.strerror}"
        ) from error
    finally:
        _clear(part)


def _clear(part: Path) -> None:
    if part.is_dir() and not part.is_symlink():
        shutil.rmtree(part)
    else:
        part.unlink(missing_ok=True)
