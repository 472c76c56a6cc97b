"""What is done for a job: at once, or on a thread of its own that comes back."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from threading import Thread
from typing import TypeVar

from couler_jupyter.engines.local.loop import Loop
from couler_jupyter.engines.local.supervising.job import Job

T = TypeVar("T")


class Errands:
    """Does things for jobs and goes on with each as long as it is wanted."""

    def __init__(
        self,
        loop: Loop,
        is_wanted: Callable[[Job], bool],
        drop: Callable[[Job], None],
    ) -> None:
        """Prepare to do things.

        Args:
            loop: that of this thread.
            is_wanted: whether a job has not ended meanwhile.
            drop: clears up after a job that has.
        """
        self._loop = loop
        self._is_wanted = is_wanted
        self._drop = drop

    def do(
        self,
        job: Job,
        action: Callable[[], T],
        then: Callable[[T], None],
        otherwise: Callable[[Exception], None],
        *,
        at_once: bool | None = None,
    ) -> None:
        """Do something for a job, on a thread if it may take time, and go on."""

        def done() -> Callable[[], None]:
            try:
                return partial(then, action())
            except Exception as error:  # noqa: BLE001 (a job's fault ends only the job)
                return partial(otherwise, error)

        def hand_over() -> None:
            self._loop.call_from_thread(partial(self._go_on, job, done()))

        if job.light if at_once is None else at_once:
            done()()
        else:
            job.busy = True
            Thread(target=hand_over, daemon=True).start()

    def _go_on(self, job: Job, next_thing: Callable[[], None]) -> None:
        job.busy = False
        if self._is_wanted(job):
            next_thing()
        else:
            self._drop(job)  # it was killed meanwhile
