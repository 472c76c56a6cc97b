from __future__ import annotations

import pytest

from couler_jupyter.nl.gate import RULES
from tests.nl.gate.cases import Case, attacks, seen

ATTACKS = attacks()


@pytest.mark.parametrize("case", ATTACKS, ids=lambda case: case.name)
def test_an_attack_is_blocked_or_a_named_risk(case: Case) -> None:
    said = seen(case)
    assert case.rule in said.rules
    expected = RULES.get(case.rule)
    if expected is None or expected.blocks:
        assert said.blocked


def test_there_are_many_attacks_of_many_classes() -> None:
    assert len(ATTACKS) >= 150
    assert len({case.name for case in ATTACKS}) == len(ATTACKS)
    kinds = {case.kind for case in ATTACKS}
    assert {"data card", "README", "column names", "lake entry"} <= kinds


def test_every_rule_is_met_by_an_attack() -> None:
    met = {case.rule for case in ATTACKS}
    assert set(RULES) - met == set()
