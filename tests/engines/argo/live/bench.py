"""What tests of whole runs share: waiting for a condition, reading logs."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable

from couler_jupyter.ir import Phase, Run
from couler_jupyter.runs import RunStore, read_log
from tests.engines.argo.live.conftest import Small


def until(holds: Callable[[], object], patience: float = 60.0) -> None:
    """Wait for a condition."""
    end = time.monotonic() + patience
    while not holds():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.02)


def until_phase(engine: Small, run: Run, step: str, phase: Phase) -> None:
    """Wait until a step (or the run, under none) stands there."""
    until(lambda: engine.status(run).get(step) is phase)


def until_over(engine: Small, run: Run) -> None:
    """Wait for the end of a run and of its follower."""
    until(lambda: engine.status(run)[""].ended)
    until(lambda: not engine.store.held(run.id))


def log_of(store: RunStore, run: Run, step: str, attempt: int = 1) -> str:
    """What a step printed, as the store has it."""
    return read_log(store.log_path(run.id, step, attempt))[0].decode()


def kill_follower(store: RunStore, run: Run) -> None:
    """End the follower as a crash would."""
    lock = store.folder(run.id) / "lock"
    until(lock.read_text)
    os.kill(int(lock.read_text()), signal.SIGKILL)
    until(lambda: store.held(run.id) is False)
