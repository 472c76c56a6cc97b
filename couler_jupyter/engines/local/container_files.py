"""Copies files out of a container that has ended."""

from __future__ import annotations

import os
import shutil
import tarfile
from collections.abc import Iterator
from io import RawIOBase
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer
    from docker import DockerClient

_IS_LINK = 1 << 27  # Go's fs.ModeSymlink, https://pkg.go.dev/io/fs#FileMode


def copy_out(client: DockerClient, container: str, path: str, target: Path) -> bool:
    """Copy a file or folder to `target`; return whether it was there.

    Files, folders and links that stay inside the folder are copied; nothing else is.
    """
    from docker.errors import NotFound

    try:
        stream, status = client.api.get_archive(container, path)
        if status["mode"] & _IS_LINK:
            stream, _ = client.api.get_archive(container, status["linkTarget"])
    except NotFound:
        return False
    with tarfile.open(fileobj=_Stream(stream), mode="r|") as tar:
        for member in tar:
            _extract(tar, member, target)
    return True


def _extract(tar: tarfile.TarFile, member: tarfile.TarInfo, target: Path) -> None:
    inside = PurePosixPath(*PurePosixPath(member.name).parts[1:])
    place = target / inside
    if ".." in inside.parts or inside.is_absolute() or _passes_link(target, place):
        return
    if member.isdir():
        place.mkdir(parents=True, exist_ok=True)
    elif member.isfile() and (content := tar.extractfile(member)) is not None:
        with place.open("wb") as file:
            shutil.copyfileobj(content, file)
        place.chmod(member.mode & 0o777 | 0o600)
    elif member.issym() and _stays_inside(inside, member.linkname):
        place.symlink_to(member.linkname)


def _stays_inside(place: PurePosixPath, link: str) -> bool:
    reached = os.path.normpath(place.parent / link)
    return not reached.startswith(("/", ".."))


def _passes_link(target: Path, place: Path) -> bool:
    between = [one for one in place.parents if one.is_relative_to(target)]
    return any(one.is_symlink() for one in between)


class _Stream(RawIOBase):
    """The pieces of a download as a file to read."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = piece
        view: Any = memoryview(buffer)
        count = min(len(view), len(self._rest))
        view[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count
