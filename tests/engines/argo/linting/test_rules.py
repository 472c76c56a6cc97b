"""Every rule finds what breaks it, in its line, and nothing once that is mended."""

from __future__ import annotations

import pytest

from couler_jupyter.engines.argo.linting import ArgoLinter
from tests.engines.argo.linting.broken import Broken, cases, lint
from tests.engines.argo.linting.large import large

ALL = [*cases(), *large()]
IDS = [f"{one.rule}-{at}" for at, one in enumerate(ALL)]


@pytest.mark.parametrize("broken", ALL, ids=IDS)
def test_what_is_broken_is_found_in_its_line(broken: Broken) -> None:
    found = {(one.rule.id, one.line) for one in lint(broken.text)}
    assert found == {(broken.rule, broken.line)}


@pytest.mark.parametrize("broken", ALL, ids=IDS)
def test_what_is_mended_is_clean(broken: Broken) -> None:
    assert lint(broken.mended) == ()


def test_every_rule_is_broken_once() -> None:
    of_versions = {"ARGO108"}  # see test_versions
    broken = {one.rule for one in ALL} | of_versions
    assert broken == {rule.id for rule in ArgoLinter().rules}


def test_rules_have_ids_and_names_of_their_own() -> None:
    rules = ArgoLinter().rules
    assert len({rule.id for rule in rules}) == len(rules)
    assert len({rule.name for rule in rules}) == len(rules)
    assert [rule.id for rule in rules] == sorted(rule.id for rule in rules)
