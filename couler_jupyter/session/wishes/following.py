"""How far a wish is: what was told on the way, gathered for whoever looks."""

from __future__ import annotations

from collections.abc import Callable
from typing import assert_never

from couler_jupyter.nl.progress import (
    Checked,
    Decomposed,
    Paid,
    Progress,
    Retrieved,
    Scored,
    Writing,
)
from couler_jupyter.nl.proposal import Attempt
from couler_jupyter.protocol import one_line, some_lines
from couler_jupyter.protocol.nl import ProposalView, blank_proposal
from couler_jupyter.session.wishes.views import attempt_view, module_row, spent_view

_STEP = 400
"""Characters of an answer between two tellings of how long it is."""


class Following:
    """Hears progress, and tells how things stand and what is new, in a line."""

    def __init__(
        self,
        wish: str,
        *,
        model: str = "",
        context: str = "",
        told: Callable[[ProposalView, str], object],
    ) -> None:
        """Begin.

        Args:
            wish: what is worked on.
            model: who is asked; empty for nobody.
            context: what of the notebook is sent.
            told: is given how things stand, and a line; empty where only that moved on.
        """
        self.view = blank_proposal("working")
        self.view["wish"] = some_lines(wish)
        self.view["model"] = one_line(model)
        self.view["source"] = "model" if model else "draft"
        self.view["context"] = some_lines(context, 100_000)
        self.view["doing"] = f"asks {model}" if model else "looks through the Code Lake"
        self._told = told
        self._characters = 0

    def begin(self) -> None:
        """Tell that it has begun."""
        self._told(self.view, self.view["doing"])

    def hear(self, event: Progress) -> None:
        """Take in one thing that was told."""
        match event:
            case Decomposed(modules=modules):
                self.view["modules"] = [module_row(one) for one in modules]
                names = ", ".join(one["name"] for one in self.view["modules"])
                self._now(f"modules: {names}")
            case Retrieved(entries=entries):
                self.view["entries"] = [one_line(one) for one in entries]
                self._now(f"examples: {', '.join(self.view['entries']) or 'none'}")
            case Writing(piece=piece):
                self._write(len(piece))
            case Checked(attempt=number, report=report):
                tried = attempt_view(Attempt(code="", report=report))
                self.view["attempts"] = [*self.view["attempts"], tried]
                faults = "; ".join(tried["faults"][:3])
                said = "passes its checks" if tried["passed"] else f"refused: {faults}"
                self._now(f"attempt {number}: {said}")
            case Scored(attempt=number, score=score):
                if 0 < number <= len(self.view["attempts"]):
                    self.view["attempts"][number - 1]["score"] = score
                self._now(f"attempt {number}: score {score:.2f}")
            case Paid(spent=spent):
                self._characters = 0
                self.view["spent"] = spent_view(spent)
                self._told(self.view, "")
            case _:
                assert_never(event)

    def _write(self, characters: int) -> None:
        before = self._characters // _STEP
        self._characters += characters
        if self._characters // _STEP > before or self._characters == characters:
            self.view["doing"] = f"writes, {self._characters:,} characters so far"
            self._told(self.view, "")

    def _now(self, line: str) -> None:
        self.view["doing"] = line
        self._told(self.view, line)
