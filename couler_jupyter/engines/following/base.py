"""Following one run elsewhere to its end: looking again, and telling the run store."""

from __future__ import annotations

import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from couler_jupyter.engines.following.kept import text_of
from couler_jupyter.engines.following.standing import Standing
from couler_jupyter.errors import CoulerError, StoreFailed
from couler_jupyter.ir import Json, Phase, RunEvent
from couler_jupyter.runs import RunRecord, RunStore

_FIRST_PAUSE = 2.0
_LONGEST_PAUSE = 60.0
_GIVE_UP = 3600.0
"""Seconds without a word from the server after which the follower ends; the run goes
on, and is followed again when somebody looks at it."""


class BaseFollowing(ABC):
    """One run, from when it is first looked at until it is over."""

    def __init__(
        self,
        store: RunStore,
        record: RunRecord,
        *,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Begin with what the run store has of the run."""
        self._store = store
        self._id = record.id
        self._sleep = sleep
        self._run = Standing(phase=record.phase, message=record.message)
        self._pause = _FIRST_PAUSE
        self._silent_since = time.monotonic()

    @abstractmethod
    def _look(self) -> None:
        """Write down what becomes of the run until it has ended; called again after errors.

        Raises:
            CoulerError: nothing can be seen at the moment.
        """

    def run(self) -> None:
        """Follow until the run has ended, or nothing is heard for very long.

        Raises:
            StoreFailed: it cannot be written down any more.
        """
        goes_on = True
        while goes_on:
            try:
                self._look()
                goes_on = False
            except StoreFailed:
                raise
            except CoulerError as error:
                goes_on = self._wait_out(error)

    def _heard(self) -> None:
        """Take notice that the server has said something."""
        self._pause, self._silent_since = _FIRST_PAUSE, time.monotonic()

    def _write(
        self,
        events: Iterable[RunEvent],
        outputs: Mapping[str, Mapping[str, Json]],
        run: Standing | None,
    ) -> None:
        """Tell the run store what is new, of the run itself last."""
        told = list(events)
        if run is not None and not run.says(self._run):
            self._run = run
            when = run.finished if run.phase.ended else run.started
            told.append(
                RunEvent(
                    step="",
                    phase=run.phase,
                    time=time.time() if when is None else when,
                    message=run.message,
                )
            )
        if told or outputs:
            kept = {path: text_of(made) for path, made in outputs.items()}
            self._store.record(self._id, told, outputs=kept)

    def _end_as_gone(self, what: str) -> None:
        """Write down that the run, which is a `what`, is not there any more."""
        now = time.time()
        events = [
            RunEvent(
                step=path,
                phase=Phase.OMITTED if one.phase is Phase.PENDING else Phase.CANCELLED,
                time=now,
                attempt=one.attempt,
                message=f"the {what} was deleted",
            )
            for path, one in self._store.steps(self._id).items()
            if not one.phase.ended
        ]
        why = f"the {what} was deleted on the cluster before its end was seen"
        end = Standing(phase=Phase.CANCELLED, message=why, finished=now)
        self._write(events, {}, end)

    def _wait_out(self, error: CoulerError) -> bool:
        """Tell of what stands in the way and wait; False once that lasts too long."""
        sys.stderr.write(f"{error}\n")
        if time.monotonic() - self._silent_since > _GIVE_UP:
            return False
        self._note(f"nothing new is known: {error}")
        self._sleep(self._pause)
        self._pause = min(2 * self._pause, _LONGEST_PAUSE)
        return True

    def _note(self, message: str) -> None:
        """Say something about the run without a change of its phase."""
        phase = self._run.phase if not self._run.phase.ended else Phase.RUNNING
        self._write((), {}, replace(self._run, phase=phase, message=message))
