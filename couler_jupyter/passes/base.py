"""What a pass is, and how a list of them is run."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar, Protocol, TypeAlias

from couler_jupyter.errors import Problem
from couler_jupyter.ir import Workflow
from couler_jupyter.passes.facts import Context


class Word(StrEnum):
    """What a pass decided.

    KEPT is said only where one would expect otherwise. REFUSED stops the workflow: it
    cannot go to the engine as it is. NOTED changes nothing.
    """

    KEPT = "kept"
    REMOVED = "removed"
    MERGED = "merged"
    REUSED = "reused"
    SIZED = "sized"
    TUNED = "tuned"
    FOLDED = "folded"
    MOVED = "moved"
    REFUSED = "refused"
    NOTED = "noted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a pass decided about a step, and why.

    Attributes:
        pass_name: who decided.
        word: what.
        reason: why, in plain words: lower case, no full stop.
        step: path of the step in the workflow that the pass was given; empty for the
            workflow itself.
        to: what it came to: the step it was merged or folded into, the run it is
            reused from, the number of the part it moved to; empty otherwise.
    """

    pass_name: str
    word: Word
    reason: str
    step: str = ""
    to: str = ""

    def __str__(self) -> str:
        what = f"{self.word} {self.to}".rstrip()
        return f"{self.step or 'workflow'}: {what}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Passed:
    """What came of a pass, or of several.

    Attributes:
        workflow: the better one; the same object where nothing changed.
        decisions: what was decided, in order.
    """

    workflow: Workflow
    decisions: tuple[Decision, ...] = ()

    @property
    def refused(self) -> tuple[Problem, ...]:
        """Why the workflow cannot go to the engine as it is; empty if it can."""
        whole = f"workflow {self.workflow.name!r}"
        return tuple(
            Problem(f"step {one.step!r}" if one.step else whole, one.reason)
            for one in self.decisions
            if one.word is Word.REFUSED
        )


class Pass(Protocol):
    """A named, pure function from workflow to workflow.

    Implementations are frozen dataclasses; their fields are their options, each with
    a default.
    """

    __dataclass_fields__: ClassVar[dict[str, Any]]
    name: ClassVar[str]

    def run(self, workflow: Workflow, context: Context) -> Passed:
        """Return a new workflow, or `workflow` itself where nothing changed.

        Raises:
            PassFailed: it cannot do its work; with the reason.
        """
        ...


Listener: TypeAlias = Callable[[Pass, Workflow, Passed], None]


def optimize(
    workflow: Workflow,
    passes: Iterable[Pass],
    context: Context,
    *,
    on_pass: Listener | None = None,
) -> Passed:
    """Run `passes` in order and return what came of all of them.

    Args:
        workflow: what to begin with.
        passes: which, in which order.
        context: what they may know.
        on_pass: told of each pass what it was given and what it made.

    Raises:
        PassFailed: one of them cannot do its work.
    """
    decisions: list[Decision] = []
    for one in passes:
        made = one.run(workflow, context)
        if on_pass is not None:
            on_pass(one, workflow, made)
        workflow = made.workflow
        decisions += made.decisions
    return Passed(workflow, tuple(decisions))
