"""Seeing to it that a run elsewhere is followed, by a process that outlives this one."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from typing import ClassVar

from couler_jupyter.engines.following.detached import start_detached
from couler_jupyter.ir import Run
from couler_jupyter.runs import RunStore

_STARTED = "follower.started"
_PATIENCE = 5.0
_END = 10.0
"""Seconds that a follower of a run that is over may take to write that down."""


class Attending(ABC):
    """The start of followers; a part of an engine.

    Attributes:
        follower: module whose `main` follows one run: it is told the folder of the run
            store and the run.
    """

    follower: ClassVar[str]

    @property
    @abstractmethod
    def store(self) -> RunStore:
        """The run store."""

    def attend(self, run: Run) -> None:
        """Start the run's follower if it has not ended and nobody follows it."""
        record = self.store.get(run.id)
        if record.phase.ended or self.store.held(run.id) or self._just_started(run):
            return
        self._start_follower(run)

    def _start_follower(self, run: Run) -> None:
        folder = self.store.folder(run.id)
        (folder / _STARTED).touch()
        arguments = (str(self.store.root), run.id)
        start_detached(self.follower, arguments, folder / "follower.log")

    def _wait_for_follower(self, run: Run) -> None:
        """Wait until nobody follows a run that is over; not for long."""
        until = time.monotonic() + _END
        while self.store.held(run.id) and time.monotonic() < until:
            time.sleep(0.05)

    def _just_started(self, run: Run) -> bool:
        """Whether a follower was started so lately that it may not hold the run yet."""
        try:
            started = (self.store.folder(run.id) / _STARTED).stat().st_mtime
        except FileNotFoundError:
            return False
        return abs(time.time() - started) < _PATIENCE
