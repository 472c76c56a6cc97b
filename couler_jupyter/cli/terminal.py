"""Where the command shows what it found: a terminal or a pipe."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from couler_jupyter.drawing import (
    cache_text,
    plan_diff_text,
    plan_text,
    progress_lines,
    run_text,
    workflow_text,
)
from couler_jupyter.ir import RunEvent, Workflow
from couler_jupyter.protocol import RunView, workflow_view
from couler_jupyter.session import RunHandle, Session

if TYPE_CHECKING:
    from couler_jupyter.planning import Plan
    from couler_jupyter.protocol import PlanView
    from couler_jupyter.reusing import Config
    from couler_jupyter.session.tuning import Tuning


class Terminal:
    """Plain text, a line for each thing that happens."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def say(self, text: str) -> None:
        """Write lines."""
        self._stream.write(f"{text}\n")
        self._stream.flush()

    def write(self, chunk: str) -> None:
        """Write a piece of a log."""
        self._stream.write(chunk)
        self._stream.flush()

    def show_workflow(self, workflow: Workflow) -> None:
        """Draw the DAG in text."""
        self.say(workflow_text(workflow_view(workflow)))

    def show_run(self, run: RunHandle) -> None:
        """Draw the DAG with phases, in text."""
        self.say(run_text(workflow_view(run.workflow), run.view()))

    def open_form(self, session: Session, workflow: Workflow) -> bool:  # noqa: ARG002
        """Open nothing: there are no widgets here."""
        return False

    def show_cache(self, config: Config) -> None:
        """Write the table of the cache."""
        from couler_jupyter.reusing.cache import Cache

        with Cache(config) as cache:
            self.say(cache_text(cache.view()))

    def show_tuning(self, tuning: Tuning) -> None:
        """Show nothing: whoever asks writes the table."""
        del tuning

    def show_plan(self, plan: Plan, other: PlanView | None) -> None:
        """Write the plan, or what differs."""
        from couler_jupyter.planning import plan_view

        view = plan_view(plan)
        self.say(plan_text(view) if other is None else plan_diff_text(other, view))

    def follow(self, run: RunHandle, *, wait: bool) -> None:
        """Say that it runs; with `wait` tell each change until its end."""
        self.say(f"run {run.id}")
        if not wait:
            return
        before: RunView | None = None

        def tell(_: tuple[RunEvent, ...]) -> None:
            nonlocal before
            now = run.view()
            for line in progress_lines(before, now):
                self.say(line)
            before = now

        run.wait(on_events=tell)
