"""What runs attempts on a dask worker: children of the worker, not its threads.

A function that runs in a worker's thread cannot be stopped. So the worker only waits,
and the attempt is a process of its own, as it is without dask: it can be cancelled, it
times out, and it dies with the worker.
"""

from __future__ import annotations

import time
from concurrent.futures import Future
from functools import partial
from threading import Lock, Thread
from typing import TYPE_CHECKING

from distributed import WorkerPlugin, get_worker  # noqa: TID253 (only on a cluster)

from couler_jupyter.engines.local.attempt import Attempt, Ending, Outcome
from couler_jupyter.engines.local.loop import Loop
from couler_jupyter.engines.local.nursery import Nursery
from couler_jupyter.engines.local.process_runner import ProcessRunner

if TYPE_CHECKING:
    from distributed import Worker

PLUGIN = "couler-jupyter"


class DaskHost(WorkerPlugin):
    """A process runner with a loop of its own, on each worker of a cluster."""

    name = PLUGIN

    def __init__(self, log_cap: int) -> None:
        self._log_cap = log_cap

    def setup(self, worker: Worker) -> None:  # noqa: ARG002 (dask's interface)
        """Start the loop and the server that steps are forked from."""
        self._lock = Lock()
        self._waiting: dict[str, Future[Outcome]] = {}
        self._unwanted: set[str] = set()
        self._loop = Loop()
        self._runner = ProcessRunner(
            self._loop, Nursery.spawn(), self._ended, log_cap=self._log_cap
        )
        self._thread = Thread(target=self._loop.run, name=PLUGIN, daemon=True)
        self._thread.start()

    def teardown(self, worker: Worker) -> None:  # noqa: ARG002 (dask's interface)
        """Stop all that runs here."""
        self._loop.call_from_thread(self._stop)
        self._thread.join(timeout=5)

    def run(self, attempt: Attempt) -> Outcome | None:
        """Run an attempt to its end; None if it was stopped before it began.

        Dask hands the work of a lost worker to another one. What had begun there is
        not begun again: trying again is for the workflow's retry to decide.
        """
        if not _first_time(attempt):
            return _lost(attempt)
        ended: Future[Outcome] = Future()
        with self._lock:
            if attempt.id in self._unwanted:
                return None
            self._waiting[attempt.id] = ended
        self._loop.call_from_thread(partial(self._runner.start, attempt))
        return ended.result()

    def kill(self, id: str, grace: float | None) -> bool:  # noqa: A002
        """Stop an attempt; return whether it ran here, and if not, never start it."""
        with self._lock:
            known = id in self._waiting
            if not known:
                self._unwanted.add(id)
        if known:
            self._loop.call_from_thread(partial(self._runner.kill, id, grace))
        return known

    def stop_run(self, run: str) -> None:
        """Stop all attempts of a run, at once."""
        with self._lock:
            left = [id for id in self._waiting if id.startswith(f"{run}:")]  # noqa: A001
        for one in left:
            self._loop.call_from_thread(partial(self._runner.kill, one, 0))

    def _ended(self, outcome: Outcome) -> None:
        with self._lock:
            waiting = self._waiting.pop(outcome.id)
        waiting.set_result(outcome)

    def _stop(self) -> None:
        self._runner.close()
        self._loop.stop()


def run_here(attempt: Attempt) -> Outcome | None:
    """Run an attempt on the worker that calls this."""
    return _host(get_worker()).run(attempt)


def kill_here(id: str, grace: float | None, dask_worker: Worker) -> bool:  # noqa: A002
    """Stop an attempt if it runs on this worker; dask fills in `dask_worker`."""
    return _host(dask_worker).kill(id, grace)


def stop_run_here(run: str, dask_worker: Worker) -> None:
    """Stop all attempts of a run on this worker; dask fills in `dask_worker`."""
    _host(dask_worker).stop_run(run)


def _first_time(attempt: Attempt) -> bool:
    try:
        attempt.log.with_suffix(".begun").touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def _lost(attempt: Attempt) -> Outcome:
    now = time.time()
    reason = "the dask worker that ran it was lost"
    return Outcome(
        id=attempt.id, ending=Ending.ERRORED, reason=reason, started=now, ended=now
    )


def _host(worker: Worker) -> DaskHost:
    host = worker.plugins[PLUGIN]
    assert isinstance(host, DaskHost)
    return host
