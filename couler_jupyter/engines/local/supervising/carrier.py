"""Carries out what the scheduler orders: attempts are prepared, run, collected.

What may take time (copies, downloads, checksums) happens on threads of its own, so
that the run can be cancelled meanwhile; such a thread is then left to itself.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Protocol

from couler_jupyter.engines.cache import Answer, Kind
from couler_jupyter.engines.local.attempt import (
    Attempt,
    Ending,
    Outcome,
    Runner,
)
from couler_jupyter.engines.local.datasets.given import datasets_of
from couler_jupyter.engines.local.loop import Loop
from couler_jupyter.engines.local.placing.copying import Misplaced
from couler_jupyter.engines.local.placing.outputs import collect
from couler_jupyter.engines.local.placing.prepare import Prepared, is_light, prepare
from couler_jupyter.engines.local.placing.site import Site
from couler_jupyter.engines.local.placing.way import Way, way_of
from couler_jupyter.engines.local.placing.where import check_shared, shared_paths
from couler_jupyter.engines.local.reusing.reuse import Reuse
from couler_jupyter.engines.local.scheduling.data import Data
from couler_jupyter.engines.local.scheduling.orders import Launch, Result
from couler_jupyter.engines.local.scheduling.plan import ask_of
from couler_jupyter.engines.local.scheduling.work import took_longer
from couler_jupyter.engines.local.supervising.clearing import Clearing
from couler_jupyter.engines.local.supervising.errands import Errands
from couler_jupyter.engines.local.supervising.job import Job
from couler_jupyter.engines.local.supervising.judging import (
    result_of,
    result_of_trouble,
)
from couler_jupyter.engines.local.supervising.path_lock import PathLocks
from couler_jupyter.ir import Phase

_CANCEL_GRACE = 0.5
_LOCK_POLL = 0.1


class Runners(Protocol):
    """Gives the runner for an attempt."""

    def for_attempt(self, attempt: Attempt) -> Runner:
        """Return the runner of such attempts; raises `CoulerError` if there is none."""
        ...


class Carrier:
    """Starts and stops attempts, and tells how each ended."""

    def __init__(
        self,
        loop: Loop,
        site: Site,
        runners: Runners,
        on_result: Callable[[str, Result], None],
        *,
        gpus: tuple[str, ...] = (),
        reuse: Reuse | None = None,
    ) -> None:
        """Prepare to carry out orders.

        Args:
            loop: that of this thread.
            site: where the run is carried out.
            runners: who runs attempts; their outcomes are to be told to `ended`.
            on_result: gets the path and the result of every launch, exactly once.
            gpus: names of the accelerators there are to give away.
            reuse: the way to a cache, where there is one.
        """
        self._loop = loop
        self._site = site
        self._runners = runners
        self._on_result = on_result
        self._jobs: dict[str, Job] = {}
        self._by_id: dict[str, Job] = {}
        self._locks = PathLocks()
        self._clearing = Clearing(site, self._locks)
        self._errands = Errands(loop, self._is_wanted, self._clearing.clear)
        self._gpus = list(gpus)
        self._reuse = reuse

    def start(self, launch: Launch) -> None:
        """Begin an attempt; its result is told later."""
        boxed = way_of(launch.step.template, self._site.options) is Way.CONTAINER
        paths = () if boxed else shared_paths(launch.step)
        job = Job(launch, paths, is_light(launch) and not paths)
        self._jobs[launch.path] = job
        site = self._site
        try:
            check_shared(paths, site.folder.store, site.user_folder)
        except Misplaced as error:
            job.paths = ()  # they are not ours to remove
            self._finish(job, result_of_trouble(error))
        else:
            self._begin(job)

    def kill(self, path: str) -> None:
        """Stop an attempt; its result is told when it has stopped."""
        job = self._jobs.get(path)
        if job is None:
            return
        if job.running and job.prepared is not None:
            attempt = job.prepared.attempt
            self._runners.for_attempt(attempt).kill(attempt.id, _CANCEL_GRACE)
        else:
            self._finish(job, Result(phase=Phase.CANCELLED, message="killed"))

    def tidy(self) -> None:
        """Remove what ended attempts left, now that nobody waits for anything."""
        self._clearing.tidy()

    def ended(self, outcome: Outcome) -> None:
        """Take what came of an attempt from its runner."""
        job = self._by_id.pop(outcome.id, None)
        if job is None or job.prepared is None:
            return
        job.running = False
        if outcome.ending is not Ending.SUCCEEDED:
            self._finish(job, result_of(job.launch, outcome))
            return
        self._errands.do(
            job,
            partial(collect, job.launch, job.prepared.left, outcome, self._site),
            partial(self._collected, job, outcome),
            partial(self._not_collected, job, outcome),
        )

    def _is_wanted(self, job: Job) -> bool:
        return self._jobs.get(job.launch.path) is job

    def _begin(self, job: Job) -> None:
        """Prepare a job, or come back when it can have its paths for itself."""
        path = job.launch.path
        if not self._is_wanted(job):
            return  # it was killed while it waited
        try:
            free = not job.paths or self._locks.take(path, job.paths)
        except OSError as error:
            self._finish(job, result_of_trouble(error))
            return
        if not free:
            self._loop.call_later(_LOCK_POLL, partial(self._begin, job))
            return
        job.began = time.monotonic()
        if datasets_of(job.launch.step, job.launch.inputs):
            self._set_due(job)  # they may be read to be asked about
        reuse = self._reuse
        if reuse is None:
            self._prepare(job)
            return
        self._errands.do(
            job,
            partial(reuse.ask, job.launch),
            partial(self._answered, job, reuse),
            partial(self._not_prepared, job),
            at_once=reuse.is_quick(job.launch),
        )

    def _answered(self, job: Job, reuse: Reuse, answer: Answer) -> None:
        """Take what the cache has for a job, or run it."""
        job.answer = answer
        if answer.found is None:
            self._prepare(job)
            return
        kinds = {content.kind for content in answer.found.outputs.values()}
        self._errands.do(
            job,
            partial(reuse.bring, job.launch, answer),
            partial(self._brought, job),
            partial(self._not_prepared, job),
            at_once=kinds <= {Kind.JSON},
        )

    def _brought(self, job: Job, result: Result | None) -> None:
        if result is None:
            self._prepare(job)
        else:
            self._finish(job, result)

    def _prepare(self, job: Job) -> None:
        lacks = () if self._reuse is None else self._reuse.lacking(job.launch)
        if lacks:
            self._finish(job, Result(phase=Phase.PENDING, lacks=lacks))
            return
        self._set_due(job)
        self._errands.do(
            job,
            partial(prepare, job.launch, self._site),
            partial(self._run, job),
            partial(self._not_prepared, job),
        )

    def _set_due(self, job: Job) -> None:
        """Have a job end in time whatever its inputs take; its runner sees to the rest."""
        timeout = job.launch.step.timeout
        if timeout is not None and not job.light and job.due is None:
            message = f"{took_longer(timeout)}; its inputs were not there yet"
            late = partial(
                self._finish, job, Result(phase=Phase.FAILED, message=message)
            )
            job.due = time.monotonic() + timeout
            job.timer = self._loop.call_later(timeout, late)

    def _run(self, job: Job, prepared: Prepared) -> None:
        wanted = ask_of(job.launch.step).gpu
        job.gpus = tuple(self._gpus[:wanted])
        del self._gpus[:wanted]
        attempt = prepared.attempt
        if job.timer is not None and job.due is not None:
            job.timer.cancel()
            attempt = replace(attempt, timeout=max(0.0, job.due - time.monotonic()))
        if job.gpus:
            visible = ("CUDA_VISIBLE_DEVICES", ",".join(job.gpus))
            attempt = replace(attempt, env=(visible, *attempt.env))
        job.prepared = replace(prepared, attempt=attempt)
        job.running = True
        self._by_id[attempt.id] = job
        try:
            self._runners.for_attempt(attempt).start(attempt)
        except Exception as error:  # noqa: BLE001 (a job's fault ends only the job)
            del self._by_id[attempt.id]
            self._finish(job, result_of_trouble(error))

    def _not_prepared(self, job: Job, error: Exception) -> None:
        self._finish(job, result_of_trouble(error))

    def _collected(self, job: Job, outcome: Outcome, outputs: dict[str, Data]) -> None:
        self._finish(job, result_of(job.launch, outcome, outputs))

    def _not_collected(self, job: Job, outcome: Outcome, error: Exception) -> None:
        self._finish(job, result_of_trouble(error, outcome))

    def _finish(self, job: Job, result: Result) -> None:
        del self._jobs[job.launch.path]
        if job.timer is not None:
            job.timer.cancel()
        self._gpus += job.gpus
        if self._reuse is not None and job.answer is not None and not result.lacks:
            seconds = time.monotonic() - job.began
            self._reuse.tell(job.launch, job.answer, result, seconds)
        if result.phase is Phase.CACHED:
            self._locks.give_back(job.launch.path)  # nothing was placed for it
        elif not job.busy:
            self._clearing.clear(job)
        self._on_result(job.launch.path, result)
