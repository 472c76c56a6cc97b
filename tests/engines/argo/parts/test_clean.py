"""What the parts of workflows are compiled to is clean, and the same each time."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings

from couler_jupyter.engines.argo.engine import Argo
from couler_jupyter.engines.argo.linting import ArgoLinter
from couler_jupyter.engines.finding import Severity, Source
from couler_jupyter.ir import OWN_WORDS, Document, Feature, Parts, Workflow
from couler_jupyter.testing.corpus import ARGO_CORPUS, CORPUS
from couler_jupyter.testing.strategies import workflows
from tests.engines.argo.parts.apart import finest

_CHECKS = (
    HealthCheck.too_slow,
    HealthCheck.data_too_large,
    HealthCheck.filter_too_much,
)
_SAID = frozenset(Feature) - Argo.gaps.keys() - OWN_WORDS - {Feature.SCHEDULE}


def faults(documents: tuple[Document, ...]) -> set[str]:
    """Return errors and warnings about documents."""
    found = ArgoLinter().lint([Source(one.filename, one.text) for one in documents])
    return {one.rule.id for one in found if one.severity is not Severity.NOTE}


def cut(workflow: Workflow) -> Workflow:
    """Return a workflow in as many parts as it can be cut into; in one, if need be."""
    made = finest(replace(workflow, parts=None))
    return made or replace(workflow, parts=Parts(members=(workflow.order,)))


@pytest.mark.parametrize("name", [*CORPUS, *ARGO_CORPUS])
def test_the_corpus_in_parts_compiles_clean(name: str) -> None:
    whole = replace((CORPUS.get(name) or ARGO_CORPUS[name]).make(), parts=None)
    engine = Argo()
    if engine.problems(engine.lower(whole)):
        pytest.skip("the engine refuses it in one piece, with a reason")
    workflow = cut(whole)
    if problems := engine.problems(engine.lower(workflow)):
        pytest.skip("; ".join(map(str, problems)))
    documents = engine.compile(workflow).documents
    assert len(documents) >= len(workflow.parts.members if workflow.parts else ())
    assert faults(documents) == set()
    assert Argo().compile(workflow).documents == documents


@settings(max_examples=25, deadline=None, suppress_health_check=[*_CHECKS])
@given(workflows(features=_SAID))
def test_random_workflows_in_parts_compile_as_clean_as_whole_ones(
    whole: Workflow,
) -> None:
    engine = Argo()
    whole = replace(whole, parts=None)
    if engine.problems(engine.lower(whole)):
        return
    before = faults(engine.compile(whole).documents)
    workflow = cut(whole)
    if not engine.problems(engine.lower(workflow)):
        assert faults(engine.compile(workflow).documents) <= before
