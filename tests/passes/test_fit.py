"""The pass fit."""

from __future__ import annotations

import pytest

from couler_jupyter.engines.local import Local
from couler_jupyter.errors import Problem
from couler_jupyter.ir import Job, Workflow
from couler_jupyter.passes import Context, Word
from couler_jupyter.passes.fit import Fit
from couler_jupyter.testing.parts import flow, sh, step
from couler_jupyter.testing.passes import PassContract
from tests.passes.engines import Facts, Small
from tests.passes.golden import check_pass


class TestFit(PassContract):
    @pytest.fixture
    def one(self) -> Fit:
        return Fit()

    def about(self, workflow: Workflow) -> Context:
        return Context(engine=Local())


TWO = flow("two", step("a", sh("true")), step("b", sh("true")))


def test_gaps_and_notes_are_told_with_their_steps() -> None:
    facts = Facts(
        refused=(Problem("step 'a'", "when: it cannot"),),
        noted=(
            Problem("step 'b'", "cache: it does not"),
            Problem("workflow 'two'", "ttl"),
        ),
    )
    made = check_pass(
        "gaps and notes are told with their steps", Fit(), TWO, Context(engine=facts)
    )
    assert made.workflow is TWO
    assert [(one.step, one.word) for one in made.decisions] == [
        ("a", Word.REFUSED),
        ("b", Word.NOTED),
        ("", Word.NOTED),
    ]


def test_what_is_too_big_is_refused() -> None:
    made = Fit().run(TWO, Context(engine=Small()))
    assert [str(one) for one in made.decisions] == [
        "workflow: refused: 2 steps, and stub takes 1"
    ]


def test_what_an_engine_cannot_do_names_the_step() -> None:
    job = flow("job", step("sends", Job(manifest="kind: Job")))
    made = Fit().run(job, Context(engine=Local()))
    assert [(one.step, one.word) for one in made.decisions] == [("sends", Word.REFUSED)]


def test_without_an_engine_there_is_nothing_to_say() -> None:
    assert not Fit().run(TWO, Context()).decisions
