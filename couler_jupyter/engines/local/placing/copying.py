"""Copies of files and folders that share nothing with the original by accident."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from couler_jupyter.engines.local.placing.run_folder import remove

_FICLONE = 0x40049409  # ioctl_ficlone(2): share blocks until one of the two is written
LARGE = 64 * 2**20
"""Bytes from which on a file is linked where it may be and its blocks cannot be shared."""


class Misplaced(ValueError):
    """A file or folder is not what it should be, or leads where it should not."""


def copy(source: Path, target: Path, *, link: bool = False) -> None:
    """Copy a file or a folder, whole or not at all.

    Symbolic links inside a folder stay links if they lead to something inside it.

    Args:
        source: what to copy.
        target: where to; its parent is made, what is there is replaced.
        link: whether a large file may be linked where the file system has no copies that
            share blocks; nobody must write to either afterwards.

    Raises:
        Misplaced: it is, or holds, a device, a pipe, or a link that leads outside.
        OSError: it cannot be read, or the disk is full.
    """
    check(source)
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name[:100]}.{os.getpid()}")
    try:
        if source.is_dir():
            _copy_folder(source, partial, link=link)
        else:
            copy_file(source, partial, link=link)
        if target.is_dir() and not target.is_symlink():
            remove(target)
        partial.replace(target)
    finally:
        remove(partial)


def copy_file(source: Path, target: Path, *, link: bool) -> None:
    """Copy the content and the permissions of one file."""
    with source.open("rb") as given, target.open("wb") as taken:
        if not _cloned(given.fileno(), taken.fileno()):
            large = os.fstat(given.fileno()).st_size >= LARGE
            if link and large and _linked(source, target):
                return
            shutil.copyfileobj(given, taken, 1 << 20)
    shutil.copymode(source, target)


def check(path: Path) -> None:
    """Check that a file or folder is made of files and folders alone.

    Raises:
        Misplaced: something in it is neither, or a link leads outside.
        FileNotFoundError: it is not there.
    """
    if path.is_symlink():
        raise Misplaced(f"{path.name} is a symbolic link; copy what it leads to")
    kind = path.stat().st_mode
    if stat.S_ISDIR(kind):
        root = path.resolve()
        for inside in _entries(path):
            _check_entry(inside, root)
    elif not stat.S_ISREG(kind):
        raise Misplaced(f"{path.name} is neither a file nor a folder")


def measure(path: Path) -> tuple[int, str]:
    """Return the bytes in a file or folder and its SHA-256.

    That of a folder is over the names in it, sorted, each with what it is and holds.
    """
    if not path.is_dir():
        return path.stat().st_size, _digest(path)
    total, whole = 0, hashlib.sha256()
    for entry in _entries(path):
        name = entry.relative_to(path).as_posix()
        if entry.is_symlink():
            told = f"link {entry.readlink()}"
        elif entry.is_dir():
            told = "folder"
        else:
            about = entry.stat()
            total += about.st_size
            kind = "program" if about.st_mode & stat.S_IXUSR else "file"
            told = f"{kind} {_digest(entry)}"
        whole.update(f"{name}\0{told}\0".encode("utf-8", "surrogateescape"))
    return total, whole.hexdigest()


def writes_to(path: Path) -> tuple[tuple[int, int], ...]:
    """Return what changes when somebody writes to a file that may have been linked."""
    entries = _entries(path) if path.is_dir() else (path,)
    found = (entry.lstat() for entry in entries)
    return tuple(
        (one.st_size, one.st_mtime_ns) for one in found if one.st_size >= LARGE
    )


def set_mode(path: Path, mode: int, *, recurse: bool) -> None:
    """Set the permission bits of a file or folder, or of all that is in it."""
    if recurse and path.is_dir():
        for entry in _entries(path):
            if not entry.is_symlink():
                entry.chmod(mode)
    path.chmod(mode)


def protect(path: Path) -> None:
    """Take away the right to write to the files in a file or folder."""
    entries = [*_entries(path)] if path.is_dir() else [path]
    for entry in entries:
        if not entry.is_symlink() and entry.is_file():
            entry.chmod(entry.stat().st_mode & ~0o222)


def _entries(folder: Path) -> Iterator[Path]:
    """Yield all that is in a folder, sorted, links not followed."""
    for root, folders, files in os.walk(folder):
        folders.sort()
        here = Path(root)
        names = sorted([*files, *folders])
        yield from (here / name for name in names)


def _check_entry(entry: Path, root: Path) -> None:
    if entry.is_symlink():
        if not entry.resolve().is_relative_to(root):
            raise Misplaced(
                f"{entry.name} is a symbolic link out of its folder; copy what it leads to"
            )
        return
    kind = entry.stat().st_mode
    if not (stat.S_ISDIR(kind) or stat.S_ISREG(kind)):
        raise Misplaced(f"{entry.name} is neither a file nor a folder")


def _copy_folder(source: Path, target: Path, *, link: bool) -> None:
    def copy_one(one: str, other: str) -> None:
        copy_file(Path(one), Path(other), link=link)

    shutil.copytree(source, target, symlinks=True, copy_function=copy_one)


def _linked(source: Path, target: Path) -> bool:
    spare = target.with_name(f".{os.getpid()}.link")
    try:
        os.link(source, spare)
    except OSError:
        return False  # another file system, or one without links: it is copied
    spare.replace(target)
    return True


def _cloned(source: int, target: int) -> bool:
    try:
        fcntl.ioctl(target, _FICLONE, source)
    except OSError:
        return False  # a file system that cannot share blocks
    return True


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
