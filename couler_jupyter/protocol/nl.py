"""A wish and what came of it as JSON: a proposed cell, a question, or how far it is."""

from __future__ import annotations

from typing import Literal, TypedDict

from couler_jupyter.protocol.view import VERSION, WorkflowView


class ModuleView(TypedDict):
    """One part of a wish: the step it becomes, what that is for, and what it waits for."""

    name: str
    kind: str
    does: str
    needs: list[str]


class AttemptView(TypedDict):
    """One program that was tried.

    Attributes:
        passed: whether nothing was wrong with it.
        checks: that were made, in order.
        faults: what was wrong, a line each.
        score: of 1, as the model judged it; None where it was not asked.
    """

    passed: bool
    checks: list[str]
    faults: list[str]
    score: float | None


class NeedView(TypedDict):
    """Something that a workflow uses when it runs.

    Attributes:
        kind: `image`, `command`, `secret`, `volume` and the like.
        what: which one.
        steps: that use it.
    """

    kind: str
    what: str
    steps: list[str]


class RiskView(TypedDict):
    """What a workflow would do that a person should see first; `line` 0 if unknown."""

    rule: str
    what: str
    step: str
    line: int


class SpentView(TypedDict):
    """What answers have cost; `dollars` None where nobody gave a price.

    Attributes:
        reckoned: whether tokens are an estimate.
    """

    calls: int
    tokens: int
    reckoned: bool
    dollars: float | None


ProposalState = Literal["working", "proposed", "asked", "failed"]


class ProposalView(TypedDict):
    """All that is shown of a wish.

    Attributes:
        state: still worked on, a cell is proposed, a question came back, or an error.
        wish: the prose, with what was asked to be changed.
        name: of the workflow.
        source: `model` or `draft`.
        model: who is asked; empty for nobody.
        doing: what is done now, while it is worked on.
        question: what has to be known first, or the error.
        note: what a person should know of how it came about.
        hint: how to get more; empty for nothing.
        cell: the proposed cell, whole.
        diff: what a change changed in the program, as a unified diff.
        changed: what it changed in the workflow, a line each.
        context: what of the notebook was sent.
        workflow: the DAG; None where there is none.
        requests: what may be asked of whoever shows it.
    """

    type: Literal["proposal"]
    version: int
    state: ProposalState
    wish: str
    name: str
    source: str
    model: str
    doing: str
    question: str
    note: str
    hint: str
    cell: str
    diff: str
    changed: list[str]
    context: str
    modules: list[ModuleView]
    entries: list[str]
    attempts: list[AttemptView]
    needs: list[NeedView]
    risks: list[RiskView]
    spent: SpentView
    workflow: WorkflowView | None
    requests: list[str]


def blank_proposal(state: ProposalState) -> ProposalView:
    """Return a view that says nothing yet."""
    return {
        "type": "proposal",
        "version": VERSION,
        "state": state,
        "wish": "",
        "name": "",
        "source": "model",
        "model": "",
        "doing": "",
        "question": "",
        "note": "",
        "hint": "",
        "cell": "",
        "diff": "",
        "changed": [],
        "context": "",
        "modules": [],
        "entries": [],
        "attempts": [],
        "needs": [],
        "risks": [],
        "spent": {"calls": 0, "tokens": 0, "reckoned": False, "dollars": 0.0},
        "workflow": None,
        "requests": [],
    }
