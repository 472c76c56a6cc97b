"""What comes of a wish: a proposed cell, or a question back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from couler_jupyter.ir import Workflow
from couler_jupyter.llm import Spent
from couler_jupyter.nl.modules import Module
from couler_jupyter.nl.report import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody asks for.

    Attributes:
        text: the prose.
        name: of the workflow to be; empty to choose one.
        engine: the one it is checked for.
        context: what the notebook holds and may be told to the model, as shown to the
            person beforehand; empty for nothing.
        taken: names that the workflow may not have, for the notebook has them.
    """

    text: str
    name: str = ""
    engine: str = "local"
    context: str = ""
    taken: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One program that was tried on the way.

    Attributes:
        code: the program.
        report: what the checks said.
        score: of 1, as the model judges it against the wish; None where it was not asked.
    """

    code: str
    report: Report
    score: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A program for a cell, that nobody has run.

    Attributes:
        wish: what was asked for.
        name: of the workflow.
        code: what stands in the cell below `%%couler NAME`.
        workflow: what it builds.
        modules: what the wish was taken apart into.
        entries: names of the entries of the Code Lake that were used.
        attempts: all that were tried, the chosen one last.
        spent: for all of it.
        source: `model`, or `draft` where no model was asked.
        note: what a person should know of how it came about, in one line, as that the
            model could not be asked to the end; empty for nothing.
    """

    wish: Wish
    name: str
    code: str
    workflow: Workflow
    modules: tuple[Module, ...] = ()
    entries: tuple[str, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    spent: Spent = Spent()
    source: Literal["model", "draft"] = "model"
    note: str = ""

    @property
    def report(self) -> Report:
        """What the checks said of the chosen attempt."""
        return self.attempts[-1].report

    @property
    def cell(self) -> str:
        """The whole cell."""
        return f"%%couler {self.name}\n\n{self.code.strip()}\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What has to be known first: the wish is unclear, cannot be, or was not met.

    Attributes:
        wish: what was asked for.
        text: the question, in one or two sentences.
        attempts: what was tried, the best last; none where the model asked at once.
            None of them passes its checks, so none is proposed.
        modules: what the wish was taken apart into, if it got that far.
        spent: so far.
    """

    wish: Wish
    text: str
    attempts: tuple[Attempt, ...] = ()
    modules: tuple[Module, ...] = ()
    spent: Spent = Spent()

    @property
    def failed(self) -> bool:
        """Whether programs were tried and none passed its checks."""
        return bool(self.attempts)
