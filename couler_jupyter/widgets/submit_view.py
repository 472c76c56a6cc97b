"""A form for submitting a workflow, and then its run; in a saved notebook what it came to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from threading import RLock
from typing import Final, cast

import traitlets

from couler_jupyter.protocol import Request
from couler_jupyter.protocol.plan_table import PlanTableView
from couler_jupyter.protocol.submit import ManifestView, SubmitRequest, SubmitView
from couler_jupyter.widgets.answering import answer
from couler_jupyter.widgets.live import LiveWidget
from couler_jupyter.widgets.module import one_module
from couler_jupyter.widgets.run_view import RunWidget
from couler_jupyter.widgets.style import style_of

_HERE: Final = Path(__file__).parent


class SubmitWidget(LiveWidget):
    """Shows the form, what comes of it, and the run; asks for what the person wants.

    Attributes:
        view: where the submission stands, as JSON; see `SubmitView`.
        plan: what a run would do, see `PlanTableView`; empty for none.
        manifest: what the engine would be handed, see `ManifestView`; empty for none.
        follower: id of the model that shows the run; empty before there is one.
    """

    _esm = one_module(_HERE / "submit_view.js")
    _css = style_of("plan", "submit")

    plan = traitlets.Dict().tag(sync=True)
    manifest = traitlets.Dict().tag(sync=True)
    follower = traitlets.Unicode().tag(sync=True)

    def __init__(
        self,
        view: SubmitView,
        *,
        requests: Mapping[str, Callable[[SubmitRequest], object]],
        still: Callable[[], dict[str, str]],
    ) -> None:
        """Make a view.

        Args:
            view: where the submission stands.
            requests: what to call when the person asks for something; see
                `SubmitRequest`. All return at once.
            still: returns a MIME bundle of what is shown that needs no kernel.
        """
        self._known = {name: _typed(done) for name, done in requests.items()}
        self._bundle = still
        self._lock = RLock()
        super().__init__(view)

    def update(
        self,
        view: SubmitView,
        plan: PlanTableView | None,
        manifest: ManifestView | None,
    ) -> None:
        """Show how things stand now; may be called from any thread."""
        with self._lock:
            # what the view speaks of has to be there when it comes
            self.plan = {} if plan is None else dict(plan)
            self.manifest = {} if manifest is None else dict(manifest)
            self.view = dict(view)

    def show_run(self, run: RunWidget | None) -> None:
        """Show a run below the form, by the view that runs have."""
        with self._lock:
            self.follower = "" if run is None else str(run.model_id)

    def keep(self) -> None:
        """Have the notebook keep what is shown now."""
        self._keep()

    def _on_message(self, _: object, message: Request, __: object) -> None:
        answer(message, self._known, self.send)

    def _still(self) -> dict[str, str]:
        return self._bundle()


def _typed(done: Callable[[SubmitRequest], object]) -> Callable[[Request], object]:
    return lambda request: done(cast("SubmitRequest", request))
