"""Folders as one stream of bytes, the same for the same names and contents.

A tar file in which nothing tells when, where or by whom. Its length is known before
anything of it is written.
"""

from __future__ import annotations

import os
import stat
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from couler_jupyter.errors import StoreFailed
from couler_jupyter.store.hashing import CHUNK, Out

_END = bytes(2 * tarfile.BLOCKSIZE)
_OPENING = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class _Entry:
    """One thing in a folder.

    Attributes:
        name: relative to the folder.
        kind: as tar has it.
        mode: permissions, of which only whether it can be run is kept.
        size: bytes that follow the header.
        link: where a symbolic link leads.
    """

    name: str
    kind: bytes
    mode: int
    size: int = 0
    link: str = ""

    def header(self) -> bytes:
        """Return what stands before its bytes."""
        info = tarfile.TarInfo(self.name)
        info.type, info.mode = self.kind, self.mode
        info.size, info.linkname = self.size, self.link
        return info.tobuf(tarfile.PAX_FORMAT, "utf-8", "surrogateescape")


@dataclass(frozen=True, slots=True)
class Packing:
    """A folder as it was when it was looked at.

    Attributes:
        path: of the folder.
        size: bytes of the stream.
    """

    path: Path
    size: int
    entries: tuple[_Entry, ...]

    @classmethod
    def of(cls, folder: Path) -> Packing:
        """Look at a folder.

        Raises:
            StoreFailed: it holds what is neither file, folder nor a link inside.
            OSError: it cannot be read.
        """
        entries = tuple(_entries(folder, os.path.realpath(folder)))
        size = sum(len(one.header()) + _padded(one.size) for one in entries)
        return cls(folder, size + len(_END), entries)

    def write_to(self, out: Out) -> None:
        """Write the stream.

        Raises:
            StoreFailed: the folder is not what it was, or cannot be read.
        """
        for one in self.entries:
            out.write(one.header())
            if one.size:
                self._write_file(one, out)
                out.write(bytes(_padded(one.size) - one.size))
        out.write(_END)

    def _write_file(self, entry: _Entry, out: Out) -> None:
        path = self.path / entry.name
        try:
            descriptor = os.open(path, _OPENING)
        except OSError as error:
            raise StoreFailed(
                f"{shown(path)} cannot be kept: {error.strerror}"
            ) from None
        with open(descriptor, "rb", buffering=0) as file:  # noqa: PTH123 (it is open)
            left = entry.size
            while data := file.read(min(left + 1, CHUNK)):
                left -= len(data)
                if left < 0:
                    break
                out.write(data)
        if left:
            raise StoreFailed(f"{shown(path)} changed while it was being kept")


def _entries(folder: Path, root: str, prefix: str = "") -> Iterator[_Entry]:
    with os.scandir(folder) as found:
        children = sorted(found, key=lambda child: os.fsencode(child.name))
    for child in children:
        about = child.stat(follow_symlinks=False)
        name, mode = prefix + child.name, about.st_mode
        if stat.S_ISLNK(mode):
            link = _inner_link(child.path, root)
            yield _Entry(name, tarfile.SYMTYPE, 0o777, link=link)
        elif stat.S_ISDIR(mode):
            yield _Entry(name, tarfile.DIRTYPE, 0o755)
            yield from _entries(folder / child.name, root, f"{name}/")
        elif stat.S_ISREG(mode):
            runs = 0o755 if mode & stat.S_IXUSR else 0o644
            yield _Entry(name, tarfile.REGTYPE, runs, size=about.st_size)
        else:
            raise StoreFailed(f"{shown(child.path)} is neither a file nor a folder")


def _inner_link(path: str, root: str) -> str:
    target = os.readlink(path)  # noqa: PTH115 (as text, as it is)
    if target.startswith("/") or not is_inside(path, root):
        raise StoreFailed(f"{shown(path)} is a link that leads out of the artifact")
    return target


def shown(path: object) -> str:
    """Return a path as text that can be printed, whatever bytes its names have."""
    return f"{path}".encode("utf-8", "replace").decode()


def is_inside(path: str, root: str) -> bool:
    """Whether a path, with all its links followed, is a folder or below it."""
    real = os.path.realpath(path)
    return real == root or real.startswith(root.rstrip("/") + "/")


def _padded(size: int) -> int:
    return -(-size // tarfile.BLOCKSIZE) * tarfile.BLOCKSIZE
