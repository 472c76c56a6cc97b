"""Who runs which attempts: processes, containers, a dask cluster; made when needed."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

from couler_jupyter.engines.local.attempt import (
    Attempt,
    ContainerCall,
    Outcome,
    Runner,
)
from couler_jupyter.engines.local.loop import Loop
from couler_jupyter.engines.local.nursery import Nursery
from couler_jupyter.engines.local.options import Options
from couler_jupyter.engines.local.process_runner import ProcessRunner
from couler_jupyter.engines.local.supervising.guardian import Guardian


class RunnerTable:
    """The runners of one run."""

    def __init__(
        self,
        loop: Loop,
        nursery: Nursery,
        on_end: Callable[[Outcome], None],
        *,
        run_id: str,
        options: Options,
        resumed: bool = False,
    ) -> None:
        """Prepare; all but the processes' runner are made when first asked for.

        Where a run is resumed, what runs elsewhere for a dead supervisor is stopped.
        """
        self._loop = loop
        self._on_end = on_end
        self._run_id = run_id
        self._options = options
        self._resumed = resumed
        self._processes: Runner = ProcessRunner(
            loop, nursery, on_end, log_cap=options.log_limit
        )
        self._containers: Runner | None = None
        self._guardian: Guardian | None = None
        self._cluster: Runner | None = None

    def for_attempt(self, attempt: Attempt) -> Runner:
        """Return the runner of such attempts.

        Raises:
            CoulerError: there is no container service, or no cluster.
        """
        if isinstance(attempt.call, ContainerCall):
            return self._containers or self._find_containers()
        if self._options.dask:
            return self._cluster or self._join_cluster()
        return self._processes

    def close(self) -> None:
        """Stop all that runs, at once."""
        for runner in (self._processes, self._containers, self._cluster):
            if runner is not None:
                runner.close()
        if self._guardian is not None:
            self._guardian.dismiss()

    def _find_containers(self) -> Runner:
        from couler_jupyter.engines.local.container_leftovers import (
            leftover_command,
            remove_leftovers,
        )
        from couler_jupyter.engines.local.container_runner import ContainerRunner
        from couler_jupyter.engines.local.container_service import find_service

        url = find_service()
        if self._resumed:
            remove_leftovers(url, self._run_id)
        drive = uuid4().hex
        self._guardian = Guardian(leftover_command(url, self._run_id, drive))
        self._containers = ContainerRunner(
            self._loop,
            self._on_end,
            url=url,
            run=self._run_id,
            drive=drive,
            log_cap=self._options.log_limit,
        )
        return self._containers

    def _join_cluster(self) -> Runner:
        from couler_jupyter.engines.local.dask_runner import (
            DaskRunner,
            connect,
            stop_left_over,
        )

        client = connect(self._options.dask, self._options.log_limit)
        if self._resumed:
            stop_left_over(client, self._run_id)
        self._cluster = DaskRunner(self._loop, client, self._on_end)
        return self._cluster
