"""Folders made of what `packing` wrote, without ever leaving the folder.

The names in a stream are not trusted: every file is made anew in a folder that was made
here, links last, and links may only lead to where they stay inside.
"""

from __future__ import annotations

import os
import tarfile
from pathlib import Path, PurePosixPath
from typing import IO

from couler_jupyter.errors import StoreFailed
from couler_jupyter.store.hashing import CHUNK
from couler_jupyter.store.packing import is_inside

_BUFFER = 1 << 16  # tarfile moves what is left in it at every read
_MAKING = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def unpack(stream: IO[bytes], folder: Path) -> None:
    """Make a folder that is not there yet.

    Raises:
        StoreFailed: it is no such stream, or a name in it would lead elsewhere.
        OSError: the folder cannot be made.
    """
    folder.mkdir()
    made = {PurePosixPath()}
    links: list[tuple[Path, str]] = []
    try:
        with tarfile.open(fileobj=stream, mode="r|", bufsize=_BUFFER) as tar:
            for entry in tar:
                name = _checked(entry.name, made)
                if entry.isdir():
                    (folder / name).mkdir()
                    made.add(name)
                elif entry.issym():
                    links.append((folder / name, entry.linkname))
                elif entry.isreg():
                    _make_file(tar, entry, folder / name)
                else:
                    raise StoreFailed(f"{entry.name!r} is neither file nor folder")
    except tarfile.TarError as error:
        raise StoreFailed(f"{folder} cannot be unpacked: {error}") from None
    _make_links(folder, links)


def _checked(text: str, made: set[PurePosixPath]) -> PurePosixPath:
    """Return a name that is in a folder made here."""
    name = PurePosixPath(text)
    if name.parent not in made or name.name in {"", ".."} or name.is_absolute():
        raise StoreFailed(f"{text!r} in a packed folder leads elsewhere")
    return name


def _make_file(tar: tarfile.TarFile, entry: tarfile.TarInfo, path: Path) -> None:
    source = tar.extractfile(entry)
    descriptor = os.open(path, _MAKING, 0o777 if entry.mode & 0o100 else 0o666)
    with open(descriptor, "wb") as out:  # noqa: PTH123 (it is open)
        while source is not None and (data := source.read(CHUNK)):
            out.write(data)


def _make_links(folder: Path, links: list[tuple[Path, str]]) -> None:
    for path, target in links:
        if target.startswith("/"):
            raise StoreFailed(f"{path.name!r} in a packed folder is a link elsewhere")
        path.symlink_to(target)
    root = os.path.realpath(folder)
    for path, _ in links:
        if not is_inside(str(path), root):
            raise StoreFailed(f"{path.name!r} in a packed folder is a link elsewhere")
