"""A wish in the output of a cell: how far it is, what came of it, and changes to it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from threading import Thread
from typing import TYPE_CHECKING, TypeAlias

from couler_jupyter.drawing import proposal_text
from couler_jupyter.errors import CoulerError
from couler_jupyter.nl.progress import Listener
from couler_jupyter.protocol.nl import ProposalView, blank_proposal
from couler_jupyter.session.wishes import Following, Granted, proposal_view

if TYPE_CHECKING:
    from couler_jupyter.widgets import ProposalWidget

Work: TypeAlias = Callable[[Listener], Granted]
"""Does what is wished for and tells how far it is."""
Change: TypeAlias = Callable[[Granted, str, Listener], Granted]
"""Changes what was proposed here as is asked in words."""


class WishInTerminal:
    """A line for each thing that happens, and then all of it as text."""

    def go(self, following: Following, work: Work) -> Granted:
        """Work, and show it.

        Raises:
            CoulerError: the work did.
        """
        following.begin()
        made = work(following.hear)
        sys.stdout.write(f"{proposal_text(view_of(made))}\n")
        return made

    def tell(self, _: ProposalView, line: str) -> None:
        """Say what is new."""
        if line:
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()


class WishInNotebook:
    """A live view, that takes requests for changes when there is something to change."""

    def __init__(self, change: Change) -> None:
        """Show nothing yet.

        Args:
            change: what to do when a change is asked for in the view.
        """
        self._change = change
        self._widget: ProposalWidget | None = None
        self._last: Granted | None = None
        self._made = blank_proposal("working")

    def go(self, following: Following, work: Work) -> Granted:
        """Work, and show it.

        Raises:
            CoulerError: the work did; the view says so as well.
        """
        from couler_jupyter.widgets import ProposalWidget

        self._widget = ProposalWidget(following.view, revise=self._revise)
        self._widget.show()
        following.begin()
        try:
            made = work(following.hear)
        except (CoulerError, KeyboardInterrupt) as error:
            why = str(error) or "interrupted"
            self._show({**following.view, "state": "failed", "question": why})
            raise
        self._keep(made)
        return made

    def tell(self, view: ProposalView, _: str) -> None:
        """Show how things stand."""
        if self._widget is not None:
            self._widget.update(view)

    def _keep(self, made: Granted) -> None:
        self._last = made if made.proposal is not None else self._last
        self._show(view_of(made))

    def _show(self, view: ProposalView) -> None:
        self._made = view
        self.tell(view, "")

    def _revise(self, request: str) -> None:
        """Change what was proposed, beside the kernel's other work."""
        Thread(target=self._do, args=(request,), name="revise", daemon=True).start()

    def _do(self, request: str) -> None:
        before, last = self._made, self._last
        if last is None:  # nothing that could be changed has been shown
            return
        following = Following(request, model=before["model"], told=self.tell)
        following.begin()
        try:
            made = self._change(last, request, following.hear)
        except CoulerError as error:
            # what was proposed before stays to be seen
            self._show({**before, "note": str(error)})
        except Exception as error:
            self._show({**before, "note": f"{type(error).__name__}: {error}"})
            raise
        else:
            self._keep(made)


def view_of(made: Granted) -> ProposalView:
    """Return what came of a wish as JSON."""
    return proposal_view(
        made.outcome,
        before=made.before,
        model=made.model,
        asked_model=bool(made.model),
    )
