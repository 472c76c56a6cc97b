"""The pass validate."""

from __future__ import annotations

import pytest

from couler_jupyter.errors import UnknownName
from couler_jupyter.ir import GlobalRef, Workflow
from couler_jupyter.passes import Context, Word
from couler_jupyter.passes.validate import Validate
from couler_jupyter.testing.corpus import CORPUS
from couler_jupyter.testing.parts import flow, sh, step
from couler_jupyter.testing.passes import PassContract


class TestValidate(PassContract):
    @pytest.fixture
    def one(self) -> Validate:
        return Validate()


def test_what_a_run_would_not_have_is_refused() -> None:
    odd = step("uses", sh("echo ", GlobalRef("nobody")))
    made = Validate().run(flow("odd", odd), Context())
    assert [one.word for one in made.decisions] == [Word.REFUSED]
    assert "nobody" in made.decisions[0].reason


def test_a_target_that_is_no_step_is_named_with_the_nearest() -> None:
    diamond: Workflow = CORPUS["diamond-by-order"].make()
    wrong = f"{diamond.steps[0].name}x"
    with pytest.raises(UnknownName, match="did you mean"):
        Validate().run(diamond, Context(targets=(wrong,)))
