"""Runs attempts on a dask cluster, for when one machine is not enough.

Dask only chooses the worker; see `dask_host` for what happens there. The run's folder
must be on a file system that all workers share, and the package be installed there.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from couler_jupyter.engines.local.attempt import Attempt, Ending, Outcome
from couler_jupyter.engines.local.log_file import CAP
from couler_jupyter.errors import SubmitFailed

if TYPE_CHECKING:
    from distributed import Client

    from couler_jupyter.engines.local.loop import Loop

_PATIENCE = 10.0


def connect(address: str, log_cap: int = CAP) -> Client:
    """Return a client of the cluster at `address`, its workers made ready.

    Raises:
        SubmitFailed: nothing answers there, it has no workers, or they lack the
            package.
    """
    try:
        from distributed import Client
    except ImportError:
        what = "pip install 'couler-jupyter[dask]'"
        raise SubmitFailed(f"dask.distributed is not installed; {what}") from None
    from couler_jupyter.engines.local.dask_host import DaskHost

    try:
        client = Client(address, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise SubmitFailed(
            f"no dask scheduler answers at {address!r}: {error}"
        ) from None
    if not client.scheduler_info(n_workers=-1)["workers"]:
        client.close()
        raise SubmitFailed(f"the dask cluster at {address} has no workers")
    try:
        client.register_plugin(DaskHost(log_cap))
    except Exception as error:
        client.close()
        what = f"{type(error).__name__}: {error}"
        raise SubmitFailed(
            f"the workers at {address} cannot run steps; is couler-jupyter installed "
            f"there, in this version? ({what})"
        ) from error
    return client


def cluster_room(client: Client) -> tuple[int, int]:
    """Return how many steps at once a cluster has threads for, and bytes of memory."""
    workers = client.scheduler_info(n_workers=-1)["workers"].values()
    threads = sum(int(worker["nthreads"]) for worker in workers)
    return threads, sum(int(worker["memory_limit"]) for worker in workers)


def stop_left_over(client: Client, run: str) -> None:
    """Stop what a supervisor that was killed has left running of a run.

    A worker that cannot be asked is left alone, as a lost one would be.
    """
    from couler_jupyter.engines.local.dask_host import stop_run_here

    client.run(stop_run_here, run, on_error="ignore")


class DaskRunner:
    """A `Runner` of functions and commands, placed by dask on its workers."""

    def __init__(
        self, loop: Loop, client: Client, on_end: Callable[[Outcome], None]
    ) -> None:
        """Prepare to run; from now on the client belongs to the runner.

        Args:
            loop: that of this thread.
            client: of a cluster that `connect` made ready.
            on_end: gets every outcome, on the loop's thread.
        """
        self._loop = loop
        self._client = client
        self._on_end = on_end
        self._running: dict[str, tuple[Attempt, Any, float]] = {}
        self._killer = ThreadPoolExecutor(1, "couler-kill")

    def start(self, attempt: Attempt) -> None:
        """Hand `attempt` to the cluster."""
        from couler_jupyter.engines.local.dask_host import run_here

        future = self._client.submit(
            run_here,
            attempt,
            key=f"couler-{attempt.id}",
            pure=False,
            retries=0,
            allow_other_workers=False,
        )
        self._running[attempt.id] = (attempt, future, time.time())
        done = partial(self._hear, attempt.id)
        future.add_done_callback(
            lambda ended: self._loop.call_from_thread(partial(done, ended))
        )

    def kill(self, id: str, grace: float | None = None) -> None:  # noqa: A002
        """Stop an attempt; one that has ended is left alone."""
        if id in self._running:
            self._killer.submit(self._kill, id, grace)

    def close(self) -> None:
        """Stop all that runs, without outcomes, and leave the cluster."""
        for id in tuple(self._running):  # noqa: A001
            self.kill(id, 0)
        self._running.clear()
        self._killer.shutdown(wait=True)
        self._client.close()

    def _kill(self, id: str, grace: float | None) -> None:  # noqa: A002
        from couler_jupyter.engines.local.dask_host import kill_here

        try:
            found: Any = self._client.run(kill_here, id, grace, on_error="ignore")
        except OSError as error:
            reason = f"the dask cluster is gone: {error}"
            self._loop.call_from_thread(
                partial(self._settle, id, Ending.ERRORED, reason)
            )
            return
        if not any(found.values()):
            self._loop.call_from_thread(
                partial(self._settle, id, Ending.KILLED, "killed")
            )

    def _hear(self, id: str, future: Any) -> None:  # noqa: A002, ANN401
        if id not in self._running:
            return
        if future.status != "finished":
            self._settle(id, Ending.ERRORED, _why(future))
            return
        outcome = future.result()
        if outcome is None:
            self._settle(id, Ending.KILLED, "killed")
            return
        del self._running[id]
        self._on_end(outcome)

    def _settle(self, id: str, ending: Ending, reason: str) -> None:  # noqa: A002
        """Deliver an outcome for an attempt that no worker gave one for."""
        if id not in self._running:
            return
        _, future, started = self._running.pop(id)
        with suppress(OSError):
            future.cancel()
        self._on_end(
            Outcome(
                id=id, ending=ending, reason=reason, started=started, ended=time.time()
            )
        )


def _why(future: Any) -> str:  # noqa: ANN401
    if future.status == "cancelled":
        return "the dask cluster forgot it"
    error = future.exception()
    kind = type(error).__name__
    if kind == "KilledWorker":
        return "the dask worker that ran it was lost"
    return f"the dask worker could not run it: {kind}: {error}"
