"""Follows one DAG run to its end and writes down what becomes of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager

from couler_jupyter.engines.airflow.live.book import Book, Key, LogOf, News
from couler_jupyter.engines.airflow.live.handed import Handed, Marks
from couler_jupyter.engines.airflow.live.log_text import text_of_log
from couler_jupyter.engines.airflow.live.options import LiveOptions
from couler_jupyter.engines.airflow.live.server import AirflowServer, NothingThere
from couler_jupyter.engines.airflow.live.starting import Ready, Start
from couler_jupyter.engines.airflow.setting import Setting
from couler_jupyter.engines.airflow.told import steps_of
from couler_jupyter.engines.following.base import BaseFollowing
from couler_jupyter.engines.following.log_shipping import LogShipper
from couler_jupyter.engines.following.standing import Standing, at
from couler_jupyter.engines.kube.closing import Closing
from couler_jupyter.errors import SubmitFailed
from couler_jupyter.ir import Json, Phase, Workflow
from couler_jupyter.runs import RunRecord, RunStore

_LAST_LOGS = 30.0
_GONE = "DAG run"
_PAUSED_EVERY = 5
"""Looks at a run in which nothing works between two looks at its DAG."""


class Following(BaseFollowing):
    """One run, from when its DAG file lies there until it is over."""

    def __init__(
        self,
        store: RunStore,
        record: RunRecord,
        handed: Handed,
        server: AirflowServer,
        *,
        options: LiveOptions,
        workflow: Workflow,
        setting: Setting,
        start: Start,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Prepare to follow.

        Args:
            store: where it is told.
            record: of the run.
            handed: what was handed over.
            server: the API server.
            options: of the run.
            workflow: what runs.
            setting: what it was compiled with.
            start: what has the run begin.
            sleep: waits.
        """
        super().__init__(store, record, sleep=sleep)
        self._handed = handed
        self._server = server
        self._options = options
        self._start = start
        self._marks = Marks.of(store, record.id)
        known = store.steps(record.id).items()
        self._book = Book(
            steps_of(workflow, setting),
            {path: Standing.of_record(one) for path, one in known},
            self._asked,
        )
        self._logs = LogShipper(self._lend, limit=options.log_limit)
        self._looks, self._paused = 0, False

    def close(self) -> None:
        """Let go of everything."""
        self._logs.close()

    def _look(self) -> None:
        if not self._begun():
            return
        while not self._take():
            self._sleep(self._options.interval)

    def _begun(self) -> bool:
        """Have the run begin; False if it never will."""
        while not self._marks.triggered:
            if self._marks.cancelled:
                self._end(Phase.CANCELLED, "it was cancelled before it began")
                return False
            try:
                how = self._start.tried(time.time())
            except SubmitFailed as error:
                if not self._start.is_final(error):
                    raise
                self._end(Phase.ERRORED, str(error))
                return False
            self._heard()
            if how is Ready.YES:
                self._marks.trigger()
            else:
                self._note(f"Airflow has not yet read {self._handed.file}")
                self._sleep(self._options.interval)
        return True

    def _take(self) -> bool:
        """Write down how things stand; whether that was the last."""
        dag, run = self._handed.dag, self._handed.run
        found = self._server.run(dag, run)
        if found is None:
            self._end_as_gone(_GONE)
            return True
        cancelled = self._marks.cancelled
        tasks = self._server.tasks(dag, run)
        self._heard()
        news = self._book.update(tasks, time.time(), cancelled=cancelled)
        for log in news.logs:
            self._want(log)
        run_now = self._standing(found, news, cancelled=cancelled)
        if not run_now.phase.ended:
            self._write(news.events, news.outputs, run_now)
            return False
        self._write(news.events, news.outputs, None)
        self._logs.finish(_LAST_LOGS)
        self._write((), {}, run_now)
        return True

    def _standing(self, found: Json, news: News, *, cancelled: bool) -> Standing:
        state, message = found["state"], ""
        if state == "success":
            phase = Phase.SUCCEEDED
        elif state == "failed":
            phase = Phase.CANCELLED if cancelled else Phase.FAILED
            message = "" if cancelled else _why(news)
        else:
            phase = Phase.RUNNING if state == "running" else Phase.PENDING
            if not news.working and self._is_paused():
                phase = Phase.SUSPENDED
                message = (
                    f"DAG {self._handed.dag} is paused; resume the run, or unpause it"
                )
        return Standing(
            phase=phase,
            message=message,
            started=at(found.get("start_date")),
            finished=at(found.get("end_date")) if phase.ended else None,
        )

    def _is_paused(self) -> bool:
        """Whether the DAG was paused lately; it is not asked for each time."""
        if self._looks % _PAUSED_EVERY == 0:
            dag = self._server.dag(self._handed.dag)
            self._paused = bool(dag and dag.get("is_paused"))
        self._looks += 1
        return self._paused

    def _end(self, phase: Phase, why: str) -> None:
        self._write((), {}, Standing(phase=phase, message=why, finished=time.time()))

    def _asked(self, task: Key, key: str) -> Json | NothingThere:
        return self._server.left(self._handed.dag, self._handed.run, task, key)

    def _want(self, log: LogOf) -> None:
        if self._options.logs:
            path = self._store.log_path(self._id, log.path, log.attempt)
            self._logs.want((log.task, log.index, log.attempt), path, ended=log.ended)

    @contextmanager
    def _lend(
        self, place: tuple[str, int, int], closing: Closing, follow: bool
    ) -> Generator[Iterator[bytes], None, None]:
        if follow:
            closing.wait(self._options.interval)
        found = self._server.log(self._handed.dag, self._handed.run, place)
        yield iter((text_of_log(found or ()).encode(),))


def _why(news: News) -> str:
    if news.bad is None:
        return "Airflow ended it: its time was up, or somebody marked it as failed"
    path, message = news.bad
    return f"step {path!r} failed: {message}" if message else f"step {path!r} failed"
