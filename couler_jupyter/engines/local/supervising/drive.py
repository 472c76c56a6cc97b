"""Drives one run from where it stands to its end."""

from __future__ import annotations

import json
import math
import sys
import time
from collections import deque
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from couler_jupyter.engines.local.attempt import Outcome
from couler_jupyter.engines.local.datasets.opening import with_datasets
from couler_jupyter.engines.local.loop import Loop
from couler_jupyter.engines.local.nursery import Nursery
from couler_jupyter.engines.local.options import Options
from couler_jupyter.engines.local.placing.run_folder import RunFolder
from couler_jupyter.engines.local.placing.site import Site
from couler_jupyter.engines.local.placing.way import Way, way_of
from couler_jupyter.engines.local.placing.where import shared_paths
from couler_jupyter.engines.local.process_tree import kill_marked
from couler_jupyter.engines.local.reusing.opening import reuse_for
from couler_jupyter.engines.local.reusing.reuse import Reuse
from couler_jupyter.engines.local.scheduling.bind import given_arguments
from couler_jupyter.engines.local.scheduling.evaluate import Unfit
from couler_jupyter.engines.local.scheduling.orders import (
    Capacity,
    Earlier,
    Result,
)
from couler_jupyter.engines.local.scheduling.scheduler import Scheduler
from couler_jupyter.engines.local.secrets import Secrets
from couler_jupyter.engines.local.supervising.asked_again import again_in, refreshing
from couler_jupyter.engines.local.supervising.carrier import Carrier
from couler_jupyter.engines.local.supervising.history import earlier_of
from couler_jupyter.engines.local.supervising.ledger import Ledger
from couler_jupyter.engines.local.supervising.remarks import Remarks
from couler_jupyter.engines.local.supervising.room import capacity_of, gpu_names
from couler_jupyter.engines.local.supervising.runner_table import RunnerTable
from couler_jupyter.errors import SubmitFailed
from couler_jupyter.ir import Step, Workflow, from_json
from couler_jupyter.runs import Command, RunRecord, RunStore

if TYPE_CHECKING:
    from couler_jupyter.engines.local.datasets.datasets import Datasets

_COMMAND_POLL = 0.1
_PAPER = Capacity(cpu=math.inf, memory=1 << 62, gpu=1 << 30)


class Drive:
    """One run, its scheduler and those who carry out what that orders."""

    def __init__(
        self,
        store: RunStore,
        record: RunRecord,
        nursery: Nursery,
        variables: Mapping[str, str],
    ) -> None:
        """Prepare to drive; from now on the nursery belongs to the drive.

        Args:
            store: where the run is.
            record: the run.
            nursery: where its processes are forked.
            variables: the environment in which secrets are looked for.

        Raises:
            CoulerError: what the store has of the run cannot be used.
        """
        self._store = store
        self._run_id = record.id
        self._loop = Loop()
        resumed = bool(store.steps(record.id))
        if resumed:
            kill_marked(f"{record.id}:")  # the dead supervisor's, if any are left
        self._early = store.take_commands(record.id)
        again = again_in(self._early)
        site = refreshing(site_of(store, record, variables), again)
        self._site = with_datasets(site, record.document)
        options = self._site.options
        capacity = capacity_of(options)
        earlier = earlier_of(store, record.id, self._site.folder, again=again)
        workflow = from_json(record.document)
        self._scheduler = scheduler_of(record, workflow, self._site, capacity, earlier)
        self._results: deque[tuple[str, Result]] = deque()
        self._ledger = Ledger(store, record.id, self._loop)
        self._runners = RunnerTable(
            self._loop,
            nursery,
            self._ended,
            run_id=record.id,
            options=options,
            resumed=resumed,
        )
        self._reuse, self._no_cache = reuse_for(
            record,
            workflow,
            self._site,
            partial(scheduler_of, record, workflow, self._site, _PAPER, {}),
        )
        self._carrier = Carrier(
            self._loop,
            self._site,
            self._runners,
            self._keep_result,
            gpus=gpu_names(capacity.gpu),
            reuse=self._reuse,
        )
        self._remarks = Remarks()
        self._seen = -1
        self._ahead = partial(
            _read_ahead, record, workflow, self._site.datasets, self._reuse
        )

    def run(self) -> None:
        """Drive until the run is over and all of it is written down.

        Raises:
            StoreFailed: it cannot be written down any more.
        """
        self._scheduler.start(time.time())
        self._ahead()
        for command in self._early:
            self._obey(command)
        self._carry_out()
        self._look_for_commands()
        while self._scheduler.phase is None:
            self._loop.run_once(self._patience())
            self._deliver()
        self._ledger.flush()

    def cancel(self) -> None:
        """Have the run stopped; safe in a signal handler and from any thread."""
        self._loop.call_from_thread(lambda: self._scheduler.cancel(time.time()))

    def close(self) -> None:
        """Stop all that still runs, at once, and remove what lies about."""
        self._runners.close()
        if self._reuse is not None:
            self._reuse.end(finished=self._scheduler.phase is not None)
        try:
            self._site.folder.sweep(keep_work=self._site.options.keep_work)
        except OSError as error:
            sys.stderr.write(f"not removed: {error}\n")

    def _ended(self, outcome: Outcome) -> None:
        self._carrier.ended(outcome)

    def _keep_result(self, path: str, result: Result) -> None:
        self._results.append((path, result))

    def _patience(self) -> float | None:
        if self._results:
            return 0.0
        wake = self._scheduler.wake
        return None if wake is None else max(0.0, wake - time.time())

    def _deliver(self) -> None:
        """Tell the scheduler what happened and carry out what it orders then."""
        now = time.time()
        if not self._results:
            self._scheduler.tick(now)
        while self._results:
            path, result = self._results.popleft()
            self._scheduler.ended(path, result, now)
        if self._scheduler.phase is not None and self._reuse is not None:
            self._reuse.end(finished=True)  # the next run finds all of it
        self._carry_out()

    def _carry_out(self) -> None:
        orders = self._scheduler.take()
        for launch in orders.starts:
            self._carrier.start(launch)
        for path in orders.kills:
            self._carrier.kill(path)
        events = self._remarks.added(orders.events, self._remarkable(), time.time())
        self._ledger.add(events, orders.outputs)
        self._carrier.tidy()

    def _remarkable(self) -> tuple[str, ...]:
        """Return what people should know of the run's cache."""
        found = () if self._reuse is None else self._reuse.remarks
        missing = (self._no_cache,) if self._no_cache else ()
        return tuple(f"cache: {one}" for one in (*missing, *found))

    def _look_for_commands(self) -> None:
        changed = self._store.changed()
        if changed != self._seen:
            self._seen = changed
            for command in self._store.take_commands(self._run_id):
                self._obey(command)
        self._loop.call_later(_COMMAND_POLL, self._look_for_commands)

    def _obey(self, command: Command) -> None:
        now = time.time()
        if command.verb == "cancel":
            self._scheduler.cancel(now)
        elif command.verb == "resume":
            given = json.loads(command.payload).get("outputs", {})
            self._scheduler.resume(command.step, given, now)


def _read_ahead(
    record: RunRecord,
    workflow: Workflow,
    datasets: Datasets | None,
    reuse: Reuse | None,
) -> None:
    if datasets is not None:
        from couler_jupyter.engines.local.datasets.ahead import read_ahead

        arguments = given_arguments(workflow, json.loads(record.arguments))
        read_ahead(workflow, arguments, datasets, reuse)


def site_of(store: RunStore, record: RunRecord, variables: Mapping[str, str]) -> Site:
    """Return where a run is carried out, cleared of what nobody drives any more.

    Raises:
        UsageFailed: its options are none.
    """
    options = Options.of(json.loads(record.options))
    folder = RunFolder(store.folder(record.id), store.root)
    folder.sweep(keep_work=options.keep_work)
    return Site(
        run_id=record.id,
        folder=folder,
        logs=store.log_path(record.id, "any", 1).parent,
        options=options,
        secrets=Secrets(env=variables),
        user_folder=Path(options.folder or "."),
    )


def scheduler_of(
    record: RunRecord,
    workflow: Workflow,
    site: Site,
    capacity: Capacity,
    earlier: Mapping[str, Earlier],
) -> Scheduler:
    """Return the scheduler of a run.

    Raises:
        CoulerError: its arguments are none.
    """

    def locks_of(step: Step) -> tuple[str, ...]:
        boxed = way_of(step.template, site.options) is Way.CONTAINER
        return () if boxed else shared_paths(step)

    try:
        return Scheduler(
            workflow,
            given_arguments(workflow, json.loads(record.arguments)),
            run_id=record.id,
            capacity=capacity,
            earlier=earlier,
            locks_of=locks_of,
        )
    except Unfit as error:
        raise SubmitFailed(str(error)) from None
