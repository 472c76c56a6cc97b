"""Follows one PipelineRun to its end and writes down what becomes of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import partial
from threading import Condition

from couler_jupyter.engines.following.base import BaseFollowing
from couler_jupyter.engines.following.log_shipping import LogShipper
from couler_jupyter.engines.following.remote import RemoteRun
from couler_jupyter.engines.following.standing import one_line
from couler_jupyter.engines.following.stuck import Stuck
from couler_jupyter.engines.following.watcher import Watcher
from couler_jupyter.engines.kube.closing import Closing
from couler_jupyter.engines.kube.troubles import Policy
from couler_jupyter.engines.tekton.live.door import LogPlace, TektonDoor
from couler_jupyter.engines.tekton.live.options import TektonOptions
from couler_jupyter.engines.tekton.live.statuses import News, Statuses
from couler_jupyter.engines.tekton.live.told import Told
from couler_jupyter.errors import SubmitFailed
from couler_jupyter.ir import Json, Phase
from couler_jupyter.runs import RunRecord, RunStore

_TICK = 1.0
_LAST_LOGS = 30.0
_LONGEST = 300


class Following(BaseFollowing):
    """One run, from when it is first looked at until it is over."""

    def __init__(
        self,
        store: RunStore,
        record: RunRecord,
        remote: RemoteRun,
        door: TektonDoor,
        *,
        options: TektonOptions,
        told: Told,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Prepare to follow."""
        super().__init__(store, record, sleep=sleep)
        self._remote = remote
        self._door = door
        self._options = options
        self._logs = LogShipper(door.log, limit=options.log_limit)
        self._statuses = Statuses(
            told,
            known=store.steps(record.id),
            attempts=remote.attempts,
            explain=self._last_line,
        )
        self._stuck = Stuck()
        self._found: Json = None
        self._task_runs: Mapping[str, Json] = {}

    def close(self) -> None:
        """Let go of everything."""
        self._logs.close()

    def _look(self) -> None:
        changed, name = Condition(), self._remote.name
        run = Watcher(partial(self._door.states, name), name, changed)
        members = Watcher(partial(self._door.members, name), name, changed)
        try:
            over = False
            while not over:
                with changed:
                    changed.wait_for(lambda: run.has_news or members.has_news, _TICK)
                over = self._take(run, members)
        finally:
            run.close()
            members.close()

    def _take(self, run: Watcher[Json], members: Watcher[Mapping[str, Json]]) -> bool:
        """Write down what is new; whether the run has ended."""
        news, inside = run.take(0), members.take(0)
        if news is None and inside is None:
            self._give_up_waiting()
            return False
        self._heard()
        if inside is not None:
            self._task_runs = inside[0]
        if news is not None:
            self._found = news[0]
            if self._is_gone():
                self._end_as_gone("PipelineRun")
                return True
        return self._found is not None and self._tell()

    def _is_gone(self) -> bool:
        uid = self._remote.uid
        return self._found is None or self._found["metadata"].get("uid", uid) != uid

    def _tell(self) -> bool:
        if "completionTime" in (self._found.get("status") or {}):
            self._task_runs = self._door.task_runs(self._remote.name)
        news = self._statuses.update(self._found, self._task_runs)
        self._want_logs(news)
        self._watch_troubles(news)
        if not news.run.phase.ended:
            self._write(news.events, news.outputs, news.run)
            return False
        self._write(news.events, news.outputs, None)
        self._logs.finish(_LAST_LOGS)
        self._write((), {}, news.run)
        return True

    def _want_logs(self, news: News) -> None:
        for one in news.logs if self._options.logs else ():
            path = self._store.log_path(self._id, one.path, one.attempt)
            self._logs.want(one.place, path, ended=one.ended)

    def _watch_troubles(self, news: News) -> None:
        """Remember since when steps wait for what does not heal by itself."""
        told = self._statuses.told
        self._stuck.seen(
            path
            for path, one in news.troubles.items()
            if one.policy is Policy.GIVE_UP and told[path].phase is Phase.PENDING
        )

    def _give_up_waiting(self) -> None:
        late = self._stuck.late(self._options.patience)
        if not late:
            return
        why = self._statuses.told[late].message
        self._note(f"stopped, since step {late!r} waits in vain: {why}")
        self._door.end(self._remote.name, self._options.cancel)

    def _last_line(self, place: LogPlace) -> str:
        """Return the last line of a log; empty if it cannot be read."""
        try:
            with self._door.log(place, Closing(), False) as chunks:
                text = b"".join(chunks or ()).decode("utf-8", "replace")
        except SubmitFailed:
            return ""
        lines = text.strip().splitlines()
        return one_line(lines[-1])[:_LONGEST] if lines else ""
