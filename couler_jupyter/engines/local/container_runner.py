"""Runs attempts that are containers, on docker or podman."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from functools import partial

from couler_jupyter.engines.local.attempt import (
    Attempt,
    ContainerCall,
    Ending,
    Outcome,
)
from couler_jupyter.engines.local.container_attempt import ContainerAttempt
from couler_jupyter.engines.local.container_leftovers import remove_leftovers
from couler_jupyter.engines.local.container_service import (
    DRIVE_LABEL,
    RUN_LABEL,
    ContainersMissing,
)
from couler_jupyter.engines.local.log_file import CAP
from couler_jupyter.engines.local.loop import Loop, Timer

_PATIENCE = 5.0


class ContainerRunner:
    """A `Runner` of containers; each attempt waits on a thread of its own."""

    def __init__(
        self,
        loop: Loop,
        on_end: Callable[[Outcome], None],
        *,
        url: str,
        run: str,
        drive: str = "",
        log_cap: int = CAP,
    ) -> None:
        """Prepare to run.

        Args:
            loop: that of this thread.
            on_end: gets every outcome, on the loop's thread.
            url: of the container service, as `find_service` gives it.
            run: id of the run, by which its containers are found again.
            drive: which of the run's supervisors this is, likewise.
            log_cap: bytes of a log after which only its end is kept.
        """
        self._loop = loop
        self._on_end = on_end
        self._url = url
        self._run = run
        self._labels = {RUN_LABEL: run, DRIVE_LABEL: drive}
        self._log_cap = log_cap
        self._running: dict[str, tuple[ContainerAttempt, Timer | None]] = {}
        self._threads: set[threading.Thread] = set()

    def start(self, attempt: Attempt) -> None:
        """Begin `attempt`, which is a container."""
        call = attempt.call
        if not isinstance(call, ContainerCall):
            raise TypeError(f"{attempt.id}: not a container")
        one = ContainerAttempt(attempt, call, self._url, self._labels, self._log_cap)
        timer: Timer | None = None
        if attempt.timeout is not None:
            reason = f"timed out after {attempt.timeout:g} s"
            stop = partial(self._stop, one, Ending.TIMED_OUT, reason, attempt.grace)
            timer = self._loop.call_later(attempt.timeout, stop)
        self._running[attempt.id] = one, timer
        self._in_thread(self._work, one)

    def kill(self, id: str, grace: float | None = None) -> None:  # noqa: A002
        """Stop an attempt and all its containers; one that has ended is left alone."""
        if id in self._running:
            one, _ = self._running[id]
            patience = one.attempt.grace if grace is None else grace
            self._stop(one, Ending.KILLED, "killed", patience)

    def close(self) -> None:
        """Stop all that runs, at once and without outcomes."""
        threads = tuple(self._threads)
        if not threads:
            return
        for one, timer in self._running.values():
            one.stop(Ending.KILLED, "killed")
            if timer is not None:
                timer.cancel()
        self._running.clear()
        self._remove_leftovers()
        for thread in threads:
            thread.join(_PATIENCE)

    def _remove_leftovers(self) -> None:
        """Remove what still runs; a service that is gone keeps nobody from leaving."""
        from docker.errors import DockerException

        try:
            remove_leftovers(self._url, self._run)
        except (ContainersMissing, DockerException, OSError) as error:
            sys.stderr.write(f"containers may be left: {error}\n")

    def _stop(
        self, one: ContainerAttempt, ending: Ending, reason: str, grace: float
    ) -> None:
        if one.stop(ending, reason):
            self._in_thread(one.halt, grace)
        else:  # a pull cannot be interrupted, and nobody shall wait for it
            self._finish(one.stopped())

    def _in_thread(self, work: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=self._do, args=(work, *args), daemon=True)
        self._threads.add(thread)
        thread.start()

    def _do(self, work: Callable[..., None], *args: object) -> None:
        try:
            work(*args)
        finally:
            self._threads.discard(threading.current_thread())

    def _work(self, one: ContainerAttempt) -> None:
        outcome = one.run()
        self._loop.call_from_thread(partial(self._finish, outcome))

    def _finish(self, outcome: Outcome) -> None:
        found = self._running.pop(outcome.id, None)
        if found is None:
            return  # it was stopped while its image was fetched
        timer = found[1]
        if timer is not None:
            timer.cancel()
        self._on_end(outcome)
