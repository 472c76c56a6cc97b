"""The folder of a run: made private, removed without leaving the store."""

from __future__ import annotations

import shutil
from pathlib import Path

LOCK = "lock"
LOGS = "logs"


def make(folder: Path) -> None:
    """Make the folder of a new run, for its owner's eyes only."""
    folder.mkdir(mode=0o700, parents=True)
    (folder / LOGS).mkdir(mode=0o700)
    (folder / LOCK).touch(mode=0o600)


def remove(folder: Path) -> None:
    """Remove the folder; what symbolic links point to stays."""
    if folder.is_symlink():
        folder.unlink()
        return
    if not folder.exists():
        return
    shutil.rmtree(folder)
