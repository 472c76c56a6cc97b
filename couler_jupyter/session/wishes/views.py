"""Wishes and what came of them as JSON."""

from __future__ import annotations

from couler_jupyter.llm import HOW_TO_CONFIGURE, Spent
from couler_jupyter.nl.modules import Module
from couler_jupyter.nl.permissions import Permission, permissions
from couler_jupyter.nl.proposal import Attempt, Proposal, Question
from couler_jupyter.nl.report import Risk
from couler_jupyter.protocol import one_line, some_lines, workflow_view
from couler_jupyter.protocol.nl import (
    AttemptView,
    ModuleView,
    NeedView,
    ProposalView,
    RiskView,
    SpentView,
    blank_proposal,
)

_MOST = 200
_LONGEST = 100_000
_LONGEST_NEED = 300


def proposal_view(
    outcome: Proposal | Question,
    *,
    before: Proposal | None = None,
    model: str = "",
    asked_model: bool = True,
) -> ProposalView:
    """Return what came of a wish.

    Args:
        outcome: a proposal, or a question.
        before: what it is a change of.
        model: who was asked.
        asked_model: False where there was none to ask, so that it is said how to have one.
    """
    view = blank_proposal("proposed" if isinstance(outcome, Proposal) else "asked")
    view["wish"] = some_lines(outcome.wish.text)
    view["context"] = some_lines(outcome.wish.context, _LONGEST)
    view["model"] = one_line(model)
    view["source"] = "model" if asked_model else "draft"
    view["hint"] = "" if asked_model else HOW_TO_CONFIGURE
    view["modules"] = [module_row(one) for one in outcome.modules[:_MOST]]
    view["attempts"] = [attempt_view(one) for one in outcome.attempts]
    view["spent"] = spent_view(outcome.spent)
    if isinstance(outcome, Question):
        view["question"] = one_line(outcome.text, 2000)
        return view
    view["name"] = one_line(outcome.name)
    view["note"] = one_line(outcome.note)
    view["cell"] = some_lines(outcome.cell, _LONGEST)
    view["entries"] = [one_line(one) for one in outcome.entries]
    asked = permissions(outcome.workflow)
    view["needs"] = [need_view(one) for one in asked[:_MOST]]
    view["risks"] = [risk_view(one) for one in outcome.report.risks[:_MOST]]
    view["workflow"] = workflow_view(outcome.workflow)
    if before is not None:
        _tell_changes(view, before, outcome)
    return view


def module_row(module: Module) -> ModuleView:
    """Return one part of a wish."""
    return {
        "name": one_line(module.name),
        "kind": str(module.kind),
        "does": one_line(module.does),
        "needs": [one_line(one) for one in module.needs],
    }


def attempt_view(attempt: Attempt) -> AttemptView:
    """Return one program that was tried."""
    return {
        "passed": attempt.report.passed,
        "checks": [str(one) for one in attempt.report.done],
        "faults": [one_line(str(one)) for one in attempt.report.faults],
        "score": attempt.score,
    }


def need_view(asked: Permission) -> NeedView:
    """Return something that a workflow uses."""
    return {
        "kind": str(asked.use),
        "what": one_line(asked.what, _LONGEST_NEED),
        "steps": [one_line(step) for step in asked.steps],
    }


def risk_view(risk: Risk) -> RiskView:
    """Return what a person should see first."""
    return {
        "rule": one_line(risk.rule),
        "what": one_line(risk.what),
        "step": one_line(risk.step),
        "line": risk.line,
    }


def spent_view(spent: Spent) -> SpentView:
    """Return what answers have cost."""
    return {
        "calls": spent.calls,
        "tokens": spent.tokens,
        "reckoned": spent.reckoned,
        "dollars": None if spent.dollars is None else round(spent.dollars, 6),
    }


def _tell_changes(view: ProposalView, before: Proposal, after: Proposal) -> None:
    from couler_jupyter.nl.revising import changes

    made = changes(before, after)
    view["diff"] = some_lines(made.code, _LONGEST)
    lines = str(made.workflow).splitlines()[:_MOST]
    view["changed"] = [one_line(one) for one in lines]
