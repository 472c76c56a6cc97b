"""A workflow and a run of it, live in a cell; in a saved notebook a picture and text."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, cast

from couler_jupyter.drawing import Layouts, bundle, drawing_view
from couler_jupyter.ir import Phase
from couler_jupyter.protocol import (
    DrawingView,
    PlanView,
    Request,
    RunPatch,
    RunView,
    WorkflowView,
    patch_of,
    run_in,
)
from couler_jupyter.widgets.answering import answer
from couler_jupyter.widgets.live import LiveWidget
from couler_jupyter.widgets.module import one_module
from couler_jupyter.widgets.pulse import Pulse
from couler_jupyter.widgets.style import style_of

_HERE: Final = Path(__file__).parent
_MOST_LAID_OUT: Final = 400
"""Boxes; of more, the browser's own layout is there sooner than one by Graphviz."""


class RunWidget(LiveWidget):
    """Shows the DAG, where each step of the run stands, and what can be asked of it.

    Attributes:
        view: what is shown, as JSON; see `DrawingView`.
    """

    _esm = one_module(_HERE / "run_view.js")
    _css = style_of("dag/dag")

    def __init__(
        self,
        workflow: WorkflowView,
        run: RunView | None = None,
        *,
        whole: WorkflowView | None = None,
        plan: PlanView | None = None,
        requests: Mapping[str, Callable[[Request], object]] | None = None,
        layouts: Layouts | None = None,
    ) -> None:
        """Make a view.

        Args:
            workflow: what is drawn at first, and in the notebook that is saved.
            run: where a run of it stands, if there is one, by the boxes of `whole`.
            whole: the same workflow with all groups open, where that is another.
            plan: of that workflow, if there is one.
            requests: what to call when the person asks for `cancel`, `retry`, or to
                know more: `step`, `log`, `outputs`, `artifact`.
            layouts: kept by whoever draws the same workflow again.
        """
        self._requests = dict(requests or {})
        self._layouts = layouts or Layouts()
        self._workflow = workflow
        self._run = run
        self._sent = run
        self._pulse = Pulse(self._tell)
        super().__init__(
            drawing_view(
                self._layouts.of(workflow) if _is_small(workflow) else None,
                workflow,
                run,
                requests=self._requests,
                whole=whole,
                plan=plan,
            )
        )

    @property
    def run(self) -> RunView | None:
        """Where the run stood when it was last told."""
        return self._run

    def update(self, run: RunView) -> None:
        """Show where the run stands now; may be called from any thread, and often."""
        self._run = run
        self._pulse.put(run)
        if Phase(run["phase"]).ended:
            self._pulse.flush()

    def _tell(self, run: RunView) -> None:
        """Send what changed to the browser; all of it where that says more."""
        before, self._sent = self._sent, run
        if before == run:
            return
        self._told = time.monotonic()
        shown = cast("DrawingView", self.view)
        if Phase(run["phase"]).ended:
            # A saved notebook keeps the trait, so the end of a run goes there.
            self.view = {**shown, "run": run}
            self._keep()
            return
        # A page that is opened later reads the trait; those that look already are
        # told by a message, and need not get the layout again.
        shown["run"] = run
        self.send(_news(before, run))

    def _on_message(self, _: object, message: Request, __: object) -> None:
        answer(message, self._requests, self.send)

    def _still(self) -> dict[str, str]:
        run = None if self._run is None else run_in(self._run, self._workflow)
        return bundle(self._workflow, run, self._layouts)


def _is_small(workflow: WorkflowView) -> bool:
    """Whether it is laid out here."""
    return len(workflow["nodes"]) <= _MOST_LAID_OUT


def _news(before: RunView | None, now: RunView) -> RunView | RunPatch:
    """Return the smallest message that makes `now` known."""
    if before is None:
        return now
    try:
        patch = patch_of(before, now)
    except ValueError:
        return now
    return now if patch is None else {**patch, "sent": time.time()}
