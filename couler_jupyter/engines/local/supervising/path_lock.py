"""Absolute paths that a step has for itself, among all runs of this user."""

from __future__ import annotations

import fcntl
import hashlib
import os
import stat
import tempfile
from pathlib import Path


class PathLocks:
    """Locks on paths, all or none at a time; they go when this process does."""

    def __init__(self) -> None:
        self._held: dict[str, list[int]] = {}

    def take(self, owner: str, paths: tuple[str, ...]) -> bool:
        """Lock `paths` for `owner`; return whether none was locked already."""
        fds: list[int] = []
        for path in paths:
            fd = os.open(_file_of(path), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fds.append(fd)
            try:
                fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                _close(fds)
                return False
        self._held[owner] = fds
        return True

    def give_back(self, owner: str) -> None:
        """Unlock what `owner` holds."""
        _close(self._held.pop(owner, []))


def _file_of(path: str) -> Path:
    folder = Path(tempfile.gettempdir()) / f"couler-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    status = folder.lstat()
    if status.st_uid != os.getuid() or not stat.S_ISDIR(status.st_mode):
        raise PermissionError(1, "another user made it", str(folder))
    real = str(Path(path).resolve())
    return folder / f"{hashlib.sha256(os.fsencode(real)).hexdigest()[:32]}.lock"


def _close(fds: list[int]) -> None:
    for fd in fds:
        os.close(fd)
