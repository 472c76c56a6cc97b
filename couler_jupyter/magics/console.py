"""Where a magic shows what it found: the output of its cell."""

from __future__ import annotations

import sys
from threading import Thread
from typing import TYPE_CHECKING

from IPython.display import display

from couler_jupyter.drawing import cache_text, plan_diff_bundle, progress_lines
from couler_jupyter.ir import RunEvent, Workflow
from couler_jupyter.magics.display import (
    plan_as_bundle,
    run_bundle,
    workflow_bundle,
)
from couler_jupyter.protocol import RunView, whole_view, workflow_view
from couler_jupyter.session import RunHandle, Session

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from couler_jupyter.magics.live_run import LiveRun
    from couler_jupyter.magics.tuning_in_cell import TuningInCell
    from couler_jupyter.planning import Plan
    from couler_jupyter.protocol import PlanView
    from couler_jupyter.reusing import Config
    from couler_jupyter.session.tuning import Tuning


class CellConsole:
    """Pictures and live views in a notebook, plain text in a terminal."""

    def __init__(self, shell: InteractiveShell) -> None:
        self._is_notebook = getattr(shell, "kernel", None) is not None

    def say(self, text: str) -> None:
        """Show lines of text."""
        sys.stdout.write(f"{text}\n")

    def write(self, chunk: str) -> None:
        """Show a piece of a log."""
        sys.stdout.write(chunk)
        sys.stdout.flush()

    def show_workflow(self, workflow: Workflow) -> None:
        """Draw the DAG."""
        self._show(workflow_bundle(workflow))

    def show_run(self, run: RunHandle) -> None:
        """Draw the DAG with phases."""
        self._show(run_bundle(run))

    def follow(self, run: RunHandle, *, wait: bool) -> None:
        """Show the run live; with `wait` until its end, otherwise in the background.

        An interrupt stops the waiting, not the run.
        """
        follower = self._follower(run)
        if not wait:
            Thread(target=follower.go, name=f"follow {run.id}", daemon=True).start()
            return
        try:
            follower.go()
        except KeyboardInterrupt:
            self.say(f"run {run.id} goes on; %couler cancel stops it")

    def _follower(self, run: RunHandle) -> LiveRun | _Lines:
        if not self._is_notebook:
            return _Lines(run)
        from couler_jupyter.magics.live_run import LiveRun

        live = LiveRun(run)
        live.widget.show()
        return live

    def open_form(self, session: Session, workflow: Workflow) -> bool:
        """Open a form for submitting, where there are widgets; say whether it did."""
        if not self._is_notebook:
            return False
        from couler_jupyter.magics.submit_form import SubmitInCell

        SubmitInCell(session, workflow).open()
        return True

    def show_cache(self, config: Config) -> None:
        """Show the cache live, or as text."""
        if self._is_notebook:
            from couler_jupyter.magics.cache_watch import CacheWatch

            CacheWatch(config).start()
            return
        from couler_jupyter.reusing.cache import Cache

        with Cache(config) as cache:
            self.say(cache_text(cache.view()))

    def show_tuning(self, tuning: Tuning) -> TuningInCell | None:
        """Show what is known of settings, live; None in a terminal."""
        if not self._is_notebook:
            return None
        from couler_jupyter.magics.tuning_in_cell import TuningInCell

        return TuningInCell(tuning)

    def show_plan(self, plan: Plan, other: PlanView | None) -> None:
        """Show the plan as a table and a picture, or what differs as a table."""
        from couler_jupyter.planning import plan_view

        if other is not None:
            self._show(plan_diff_bundle(other, plan_view(plan)))
        elif self._is_notebook:
            from couler_jupyter.widgets import PlanWidget

            drawn, whole = workflow_view(plan.drawn), whole_view(plan.drawn)
            display(PlanWidget(plan_view(plan), drawn, whole))
        else:
            self._show(plan_as_bundle(plan))

    def _show(self, bundle: dict[str, str]) -> None:
        if self._is_notebook:
            display(bundle, raw=True)
        else:
            self.say(bundle["text/plain"])


class _Lines:
    """A line for each thing that happens."""

    def __init__(self, run: RunHandle) -> None:
        self._run = run
        self._before: RunView | None = None

    def go(self) -> None:
        sys.stdout.write(f"run {self._run.id}\n")
        self._run.wait(on_events=self._tell)

    def _tell(self, _: tuple[RunEvent, ...]) -> None:
        now = self._run.view()
        lines = progress_lines(self._before, now)
        sys.stdout.write("".join(f"{line}\n" for line in lines))
        sys.stdout.flush()
        self._before = now
