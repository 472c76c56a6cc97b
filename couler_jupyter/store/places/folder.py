"""Objects in a local folder: written as parts, brought to the disk, renamed."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import ClassVar

from couler_jupyter.errors import StoreFailed
from couler_jupyter.store.object import Object
from couler_jupyter.store.packing import shown
from couler_jupyter.store.places.place import (
    MARK,
    Opened,
    digest_of,
    is_claim,
    part_of,
    path_of,
)
from couler_jupyter.store.places.settling import Settling
from couler_jupyter.store.places.trouble import telling
from couler_jupyter.store.source import Source, copied

_MAKING = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_READING = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_NO_FILE = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENXIO})


class Folder:
    """A place on this machine, or on what is mounted here."""

    far: ClassVar[bool] = False

    def __init__(self, path: Path) -> None:
        self.path = path.expanduser().absolute()
        self.name = shown(self.path)

    def mark(self, proposed: str) -> str:
        """Return which store this is, after making it `proposed` if it is none yet."""
        if found := self.marked():
            return found
        with telling(self.name):
            (self.path / "parts").mkdir(parents=True, exist_ok=True)
            (self.path / "objects").mkdir(exist_ok=True)
            draft = self.path / f"{MARK}.{proposed}"
            draft.write_text(proposed)
            try:
                os.link(draft, self.path / MARK)
            except FileExistsError:
                pass  # another one came first
            except OSError:  # a file system without links
                draft.replace(self.path / MARK)
            draft.unlink(missing_ok=True)
        return self.marked()

    def marked(self) -> str:
        """Return which store this is; empty if it is none (any more)."""
        with telling(self.name):
            try:
                return (self.path / MARK).read_text()
            except FileNotFoundError:
                return ""

    def stage(self, claim: str, source: Source) -> Object:
        """Write a part, and have it reach the disk."""
        with telling(self.name):
            descriptor = os.open(self.path / part_of(claim), _MAKING, 0o666)
            with open(descriptor, "wb") as out:  # noqa: PTH123 (it is open)
                with Settling(out) as settling:
                    made = copied(source, settling)
                # what is kept is only replaced, never changed
                os.fchmod(descriptor, os.fstat(descriptor).st_mode & 0o444)
                os.fsync(descriptor)
        return made

    def publish(self, claim: str, made: Object, source: Source) -> None:  # noqa: ARG002
        """Rename a part."""
        path = self.path / path_of(made.digest)
        with telling(self.name):
            path.parent.mkdir(exist_ok=True)
            (self.path / part_of(claim)).replace(path)
            _settle(path.parent)

    def unstage(self, claim: str) -> None:
        """Remove a part."""
        with telling(self.name):
            (self.path / part_of(claim)).unlink(missing_ok=True)

    def open(self, digest: str) -> Opened:
        """Open an object."""
        descriptor = self._descriptor(digest)
        if descriptor < 0:
            raise FileNotFoundError(digest)
        return open(descriptor, "rb", buffering=0)  # noqa: PTH123 (it is open)

    def _descriptor(self, digest: str) -> int:
        """Open a plain file; -1 if there is none, whatever else is in its place."""
        with telling(self.name):
            try:
                descriptor = os.open(self.path / path_of(digest), _READING)
            except OSError as error:
                if error.errno in _NO_FILE:
                    return -1
                raise
            if stat.S_ISREG(os.fstat(descriptor).st_mode):
                return descriptor
            os.close(descriptor)
            return -1

    def size(self, digest: str) -> int | None:
        """Return how many bytes an object has here; None if it is not there."""
        with telling(self.name):
            try:
                return (self.path / path_of(digest)).lstat().st_size
            except FileNotFoundError:
                return None

    def remove(self, digests: Collection[str]) -> None:
        """Remove objects; one that is gone is gone."""
        with telling(self.name):
            for digest in digests:
                (self.path / path_of(digest)).unlink(missing_ok=True)

    def objects(self) -> Iterator[Object]:
        """Yield every object that is here, by name and size alone."""
        for folder in self._listed("objects"):
            if not folder.is_dir(follow_symlinks=False):
                continue
            for file in self._listed(f"objects/{folder.name}"):
                digest = digest_of(folder.name, file.name)
                size = self.size(digest) if digest else None
                if size is not None:
                    yield Object(digest, size)

    def staged(self) -> Iterator[str]:
        """Yield the claims of which there are parts."""
        return (file.name for file in self._listed("parts") if is_claim(file.name))

    def torn(self) -> Iterator[str]:
        """Yield nothing: an object has its name only once it is whole."""
        return iter(())

    def _listed(self, name: str) -> list[os.DirEntry[str]]:
        with telling(self.name):
            try:
                with os.scandir(self.path / name) as found:
                    return list(found)
            except FileNotFoundError:
                if not self.marked():
                    raise StoreFailed(f"{self.name}: the store is gone") from None
                return []


def _settle(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
