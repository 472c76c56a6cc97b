"""Proposals that are changed in words, what changed, and why a step is there."""

from __future__ import annotations

from functools import partial

import pytest

from couler_jupyter.errors import ModelFailed, UnknownName
from couler_jupyter.nl import revising
from couler_jupyter.nl.lake import Lake
from couler_jupyter.nl.proposal import Proposal, Question
from couler_jupyter.nl.revising import changes, why
from couler_jupyter.testing.models import QueueModel
from tests.nl.test_pipeline import BAD, GOOD, code, plan, proposed, score
from tests.nl.trying_here import try_here

revise = partial(revising.revise, lake=Lake(), try_program=try_here)
MORE = GOOD.replace(
    "count(rows)", "total = count(rows)\ntotal >> load(step_name='again')"
)


@pytest.fixture
def first() -> Proposal:
    return proposed(plan(), code(), score(0.9))


def test_a_proposal_is_changed_as_asked(first: Proposal) -> None:
    model = QueueModel([code(MORE), score(1)])
    got = revise(first, "load again at the end", model=model)
    assert isinstance(got, Proposal)
    assert [step.name for step in got.workflow.steps] == ["load", "count", "again"]
    assert got.name == first.name
    assert got.modules == first.modules
    assert got.wish.text.endswith("Changed: load again at the end")
    assert got.spent.calls == 2
    said = model.asked[0].text
    assert GOOD in said
    assert "load again at the end" in said


def test_what_changed_is_shown_of_code_and_workflow(first: Proposal) -> None:
    got = revise(first, "more", model=QueueModel([code(MORE), score(1)]))
    assert isinstance(got, Proposal)
    changed = changes(first, got)
    assert "-count(rows)\n+total = count(rows)" in changed.code
    assert changed.code.startswith("--- before\n+++ after\n")
    assert [step.name for step in changed.workflow.added] == ["again"]


def test_nothing_changed_is_nothing(first: Proposal) -> None:
    changed = changes(first, first)
    assert changed.code == ""
    assert not changed.workflow


def test_a_revision_is_checked_and_repaired(first: Proposal) -> None:
    got = revise(first, "more", model=QueueModel([code(BAD), code(MORE), score(1)]))
    assert isinstance(got, Proposal)
    assert [one.report.passed for one in got.attempts] == [False, True]


def test_a_revision_that_is_not_clear_is_a_question(first: Proposal) -> None:
    got = revise(first, "more", model=QueueModel(["QUESTION: more of what?"]))
    assert isinstance(got, Question)
    assert got.text == "more of what?"


def test_no_model_is_asked_for_nothing(first: Proposal) -> None:
    assert isinstance(revise(first, "  ", model=QueueModel()), Question)


def test_a_model_that_fails_is_told(first: Proposal) -> None:
    with pytest.raises(ModelFailed):
        revise(first, "more", model=QueueModel([ModelFailed("down")]))


def test_why_says_the_module_what_it_waits_for_and_the_checks(first: Proposal) -> None:
    said = why(first, "count")
    assert "count: module 'count' (custom): count it" in said
    assert "waits for: load" in said
    assert "checks passed: parse, gate, names, dry run" in said


def test_why_says_what_was_refused_before() -> None:
    wrong = GOOD.replace("count(rows)", "count('abc')")
    got = proposed(plan(), code(wrong), code(), score(1))
    assert "attempt 1 was refused: line 12: step 'count': input 'rows'" in why(
        got, "count"
    )
    assert "refused" not in why(got, "load")


def test_why_says_of_a_step_that_no_module_asked_for_it(first: Proposal) -> None:
    got = revise(first, "more", model=QueueModel([code(MORE), score(1)]))
    assert isinstance(got, Proposal)
    assert "again: no module of the wish has its name" in why(got, "again")


def test_why_of_no_step_suggests_one(first: Proposal) -> None:
    with pytest.raises(UnknownName, match="did you mean 'count'"):
        why(first, "cuont")
