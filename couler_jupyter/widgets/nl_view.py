"""A wish and what came of it, with a place to ask for changes; in a saved notebook text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from threading import RLock
from typing import Final, NotRequired, cast

import traitlets

from couler_jupyter.drawing import Layouts, drawing_view, proposal_bundle
from couler_jupyter.protocol import Request, WorkflowView
from couler_jupyter.protocol.nl import ProposalView
from couler_jupyter.widgets.answering import answer
from couler_jupyter.widgets.live import LiveWidget
from couler_jupyter.widgets.module import one_module
from couler_jupyter.widgets.style import style_of

_HERE: Final = Path(__file__).parent
_LONGEST: Final = 4_000


class ChangeRequest(Request):
    """What a person asks to be changed, in words."""

    text: NotRequired[str]


class ProposalWidget(LiveWidget):
    """Shows how far a wish is, and then the proposed cell and all that is known of it.

    Attributes:
        view: what is shown, as JSON; see `ProposalView`.
        drawing: the DAG, as JSON; see `DrawingView`; empty for none.
    """

    _esm = one_module(_HERE / "nl_view.js")
    _css = style_of("nl", "dag/dag")

    drawing = traitlets.Dict().tag(sync=True)

    def __init__(
        self, view: ProposalView, *, revise: Callable[[str], object] | None = None
    ) -> None:
        """Make a view.

        Args:
            view: what to show.
            revise: is called with what a person asks to be changed, and returns at once;
                None where that cannot be asked.
        """
        self._known: Mapping[str, Callable[[Request], object]] = (
            {} if revise is None else {"revise": _in_words(revise)}
        )
        self._shown = view
        self._lock = RLock()
        super().__init__(self._with_requests(view))
        self._draw(view["workflow"])

    def update(self, view: ProposalView) -> None:
        """Show how things stand now; may be called from any thread."""
        with self._lock:
            self._shown = view
            # what the view speaks of has to be there when it comes
            self._draw(view["workflow"])
            self.view = self._with_requests(view)
            if view["state"] != "working":
                self._keep()

    def _draw(self, workflow: WorkflowView | None) -> None:
        if workflow is None:
            self.drawing = {}
            return
        self.drawing = dict(drawing_view(Layouts().of(workflow), workflow))

    def _with_requests(self, view: ProposalView) -> dict[str, object]:
        # the DAG goes by itself; a copy, for the view is filled further
        return {**view, "workflow": None, "requests": sorted(self._known)}

    def _on_message(self, _: object, message: Request, __: object) -> None:
        answer(message, self._known, self.send)

    def _still(self) -> dict[str, str]:
        return proposal_bundle(self._shown)


def _in_words(revise: Callable[[str], object]) -> Callable[[Request], object]:
    def of_request(request: Request) -> None:
        text = cast("ChangeRequest", request).get("text", "")
        revise(str(text)[:_LONGEST])

    return of_request
