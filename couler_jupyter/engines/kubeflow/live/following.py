"""Follows one run to its end and writes down what becomes of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeAlias

from couler_jupyter.engines.following.base import BaseFollowing
from couler_jupyter.engines.following.log_shipping import LogShipper
from couler_jupyter.engines.following.remote import RemoteRun
from couler_jupyter.engines.kube.closing import Closing
from couler_jupyter.engines.kubeflow.live.nodes import seen_by_nodes
from couler_jupyter.engines.kubeflow.live.options import LiveOptions
from couler_jupyter.engines.kubeflow.live.paths import Paths, Told
from couler_jupyter.engines.kubeflow.live.server import Server
from couler_jupyter.engines.kubeflow.live.standing import run_standing, with_reason
from couler_jupyter.engines.kubeflow.live.tasks import is_told_by_tasks, seen_by_tasks
from couler_jupyter.engines.kubeflow.live.telling import Telling
from couler_jupyter.ir import Json, Phase, Workflow
from couler_jupyter.runs import RunRecord, RunStore

Object: TypeAlias = dict[str, Json]
_LAST_LOGS = 30.0


class Following(BaseFollowing):
    """One run, looked at again and again."""

    def __init__(
        self,
        store: RunStore,
        record: RunRecord,
        remote: RemoteRun,
        server: Server,
        options: LiveOptions,
        *,
        workflow: Workflow,
        image: str,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Prepare to follow.

        Args:
            store: where it is told.
            record: the run as it has it.
            remote: which run it is on the server.
            server: where that is.
            options: of the run.
            workflow: as it was compiled.
            image: what functions and scripts ran in that named none.
            sleep: waits between two looks.
        """
        super().__init__(store, record, sleep=sleep)
        self._remote = remote
        self._server = server
        self._options = options
        self._workflow = workflow
        self._paths = Paths(workflow, image)
        self._telling = Telling(store.steps(record.id), remote.attempts)
        self._logs = LogShipper(self._lend, limit=options.log_limit)

    def close(self) -> None:
        """Let go of everything."""
        self._logs.close()

    def _lend(self, pod: str, closing: Closing, follow: bool):  # type: ignore[no-untyped-def]  # noqa: ANN202
        return self._server.log(self._remote.uid, pod, closing, follow=follow)

    def _look(self) -> None:
        while not self._take():
            self._sleep(self._options.poll)

    def _take(self) -> bool:
        """Write down what one look tells; whether it was the last."""
        found = self._server.run(self._remote.uid)
        self._heard()
        if found is None:
            self._end_as_gone("run")
            return True
        told = self._told(found)
        run = run_standing(found)
        whole = told.pop("", None)
        steps = {path: one.standing for path, one in told.items()}
        names = [one.name for one in self._workflow.steps]
        run = with_reason(run, steps, names)
        events = self._telling.events(steps, over=run.phase)
        outputs = self._telling.outputs({p: one.outputs for p, one in told.items()})
        for path, one in told.items():
            self._want_log(path, one)
        if not run.phase.ended:
            self._write(events, outputs, run)
            return False
        if whole is not None and run.phase.good:
            outputs = {**outputs, "": whole.outputs}
        self._write(events, outputs, None)
        self._logs.finish(_LAST_LOGS)
        self._write((), {}, run)
        return True

    def _told(self, found: Object) -> dict[str, Told]:
        by_tasks = is_told_by_tasks(found)
        root = (
            seen_by_tasks(found) if by_tasks else seen_by_nodes(found, self._paths.dag)
        )
        over = run_standing(found).phase.ended
        return self._paths.told(root, over=over)

    def _want_log(self, path: str, told: Told) -> None:
        phase = told.standing.phase
        if not self._options.logs or phase in (Phase.PENDING, Phase.CACHED):
            return
        earlier = self._remote.attempts.get(path, 0)
        for number, pod in enumerate(told.pods, start=1):
            place = self._store.log_path(self._id, path, earlier + number)
            ended = phase.ended or number < len(told.pods)
            self._logs.want(pod, place, ended=ended)
