"""The folder of a run: made private, removed without leaving the store."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

LOCK = "lock"
LOGS = "logs"


def make(folder: Path) -> None:
    """Make the folder of a new run, for its owner's eyes only.

    Raises:
        FileExistsError: there is one already.
    """
    folder.parent.mkdir(mode=0o700, exist_ok=True)
    folder.mkdir(mode=0o700)
    try:
        (folder / LOGS).mkdir(mode=0o700)
        (folder / LOCK).touch(mode=0o600)
    except OSError:
        remove(folder)
        raise


def remove(folder: Path) -> None:
    """Remove the folder with what steps left in it, read-only or not.

    A symbolic link is removed, what it points to stays.
    """
    if folder.is_symlink():
        folder.unlink()
        return
    shutil.rmtree(folder, ignore_errors=True)
    if folder.exists():  # try again, and say what stands in the way
        _make_writable(folder)
        shutil.rmtree(folder)


def _make_writable(folder: Path) -> None:
    folder.chmod(0o700)
    for place, names, _ in os.walk(folder):
        for path in (Path(place, name) for name in names):
            if not path.is_symlink():
                path.chmod(0o700)
