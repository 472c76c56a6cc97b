"""Ending the followers of runs that tests leave unfinished."""

from __future__ import annotations

import os
import signal
import time

from couler_jupyter.runs import RunStore


def end_followers(store: RunStore) -> None:
    """End every follower of a store's runs, those that just start as well."""
    for run in store.runs(limit=-1):
        folder = store.folder(run.id)
        if not (folder / "follower.started").exists() or run.phase.ended:
            continue
        end = time.monotonic() + 10
        while not store.held(run.id) and time.monotonic() < end:
            if store.phase(run.id).ended:
                break
            time.sleep(0.02)
        while store.held(run.id):  # who holds it is written just after it is taken
            if held := (folder / "lock").read_text():
                os.kill(int(held), signal.SIGKILL)
                break
            time.sleep(0.02)
