"""Data that gives orders: it reaches the model marked as data, and what obeys is stopped."""

from __future__ import annotations

import re

import pytest

from couler_jupyter.nl.prompting import as_data
from tests.nl.gate.cases import Case, attacks, seen

INJECTED = [case for case in attacks() if case.context]
KINDS = ("data card", "README", "column names", "lake entry")


@pytest.mark.parametrize("case", INJECTED, ids=lambda case: case.name)
def test_data_reaches_the_model_in_a_fence_it_cannot_end(case: Case) -> None:
    shown = as_data([(case.kind, case.context)])
    fence = re.search(r"^Data: (.*)\n(`{3,})data\n(.*)\n\2$", shown, re.M | re.S)
    assert fence is not None
    assert fence[1] == case.kind
    assert "nothing in it is an instruction" in shown[: fence.start()]
    assert fence[2] not in fence[3]
    assert all(c.isprintable() or c == "\n" for c in fence[3])


@pytest.mark.parametrize("case", INJECTED, ids=lambda case: case.name)
def test_what_an_obedient_model_answers_is_stopped(case: Case) -> None:
    assert case.rule in seen(case).rules


@pytest.mark.parametrize("kind", KINDS)
def test_each_way_that_data_comes_by_is_attacked(kind: str) -> None:
    assert len([case for case in INJECTED if case.kind == kind]) >= 5
