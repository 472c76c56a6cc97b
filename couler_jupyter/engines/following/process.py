"""What is the same of all processes that follow one run: `main ROOT RUN_ID`.

Each has a session of its own, so that it outlives the kernel that started it.
"""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from couler_jupyter.engines.following.standing import one_line
from couler_jupyter.errors import StoreFailed
from couler_jupyter.ir import RunEvent
from couler_jupyter.runs import RunStore

FAILED = 1


def follow_alone(argv: list[str], follow: Callable[[RunStore, str], int]) -> int:
    """Follow a run that nobody else follows; return the exit code.

    Args:
        argv: the folder of the run store, and the run.
        follow: follows a run that is held to its end, and returns the exit code.
    """
    root, run_id = argv
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    store = RunStore(Path(root))
    try:
        with store.hold(run_id):
            return follow(store, run_id)
    except StoreFailed as error:  # somebody else follows it, or it cannot be written
        sys.stderr.write(f"{error}\n")
        return FAILED


def tell_unfollowed(store: RunStore, run_id: str, why: str) -> None:
    """Say why the run cannot be followed; it goes on all the same."""
    sys.stderr.write(f"{why}\n")
    message = f"it cannot be followed: {one_line(why)}"
    if store.get(run_id).message != message:
        phase = store.phase(run_id)
        event = RunEvent(step="", phase=phase, time=time.time(), message=message)
        store.record(run_id, [event])
