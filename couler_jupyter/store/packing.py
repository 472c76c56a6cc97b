"""Folders as one stream of bytes, the same for the same names and contents."""

from __future__ import annotations

import os
import stat
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from couler_jupyter.errors import StoreFailed


def pack(folder: Path, out: IO[bytes]) -> None:
    """Write a folder as a tar file in which nothing tells when, where or by whom.

    Raises:
        StoreFailed: it holds something that is neither file, folder nor a link inside.
    """
    with tarfile.open(fileobj=out, mode="w|", format=tarfile.PAX_FORMAT) as tar:
        for path in _sorted(folder):
            info = tarfile.TarInfo(path.relative_to(folder).as_posix())
            mode = path.lstat().st_mode
            info.mode = 0o755 if mode & stat.S_IXUSR else 0o644
            if stat.S_ISLNK(mode):
                info.type, info.linkname = tarfile.SYMTYPE, _link(path, folder)
                tar.addfile(info)
            elif stat.S_ISDIR(mode):
                info.type, info.mode = tarfile.DIRTYPE, 0o755
                tar.addfile(info)
            elif stat.S_ISREG(mode):
                info.size = path.stat().st_size
                with path.open("rb") as file:
                    tar.addfile(info, file)
            else:
                raise StoreFailed(f"{path} is neither a file nor a folder")


def unpack(source: IO[bytes], folder: Path) -> None:
    """Make a folder of what `pack` wrote; nothing is written outside of it.

    Raises:
        StoreFailed: a name in it would lead elsewhere.
    """
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with tarfile.open(fileobj=source, mode="r|") as tar:
            tar.extractall(folder, filter="data")
    except tarfile.TarError as error:
        raise StoreFailed(f"{folder} cannot be unpacked: {error}") from None


def _sorted(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir(), key=lambda path: os.fsencode(path.name)):
        yield path
        if path.is_dir() and not path.is_symlink():
            yield from _sorted(path)


def _link(path: Path, folder: Path) -> str:
    target = os.readlink(path)
    inside = (path.parent / target).resolve().is_relative_to(folder.resolve())
    if os.path.isabs(target) or not inside:
        raise StoreFailed(f"{path} is a link that leads out of the artifact")
    return target
