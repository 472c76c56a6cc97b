"""Ending the followers of runs that tests leave unfinished."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from couler_jupyter.runs import RunStore


def end_followers(store: RunStore) -> None:
    """End every follower of a store's runs, those that just start as well."""
    for run in store.runs(limit=-1):
        folder = store.folder(run.id)
        if not (folder / "follower.started").exists() or run.phase.ended:
            continue
        end = time.monotonic() + 60
        while not _has_begun(folder) and time.monotonic() < end:
            time.sleep(0.02)
        while store.held(run.id):  # who holds it is written just after it is taken
            if held := (folder / "lock").read_text():
                os.kill(int(held), signal.SIGKILL)
                break
            time.sleep(0.02)


def _has_begun(folder: Path) -> bool:
    """Whether who was started last took the lock, in which each writes its id."""
    started = (folder / "follower.started").stat().st_mtime_ns
    return (folder / "lock").stat().st_mtime_ns > started
