"""What the engine makes of workflows is clean."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from couler_jupyter.engines.argo.engine import Argo
from couler_jupyter.engines.argo.linting import ArgoLinter
from couler_jupyter.engines.finding import Severity, Source
from couler_jupyter.errors import Unsupported
from couler_jupyter.ir import Workflow
from couler_jupyter.testing.corpus import ARGO_CORPUS, CORPUS
from couler_jupyter.testing.strategies import workflows

WRITTEN = frozenset(("ARGO353",))
"""Rules about what a person wrote: the manifest in a random job need not be one."""

_CHECKS = (
    HealthCheck.too_slow,
    HealthCheck.data_too_large,
    HealthCheck.filter_too_much,
)


def faults(workflow: Workflow) -> list[str]:
    """Return errors and warnings about what a workflow is compiled to."""
    documents = Argo().compile(workflow).documents
    found = ArgoLinter().lint([Source(one.filename, one.text) for one in documents])
    return [
        f"line {one.line}: {one.rule.id} {one.message}"
        for one in found
        if one.severity is not Severity.NOTE and one.rule.id not in WRITTEN
    ]


@pytest.mark.parametrize("name", [*CORPUS, *ARGO_CORPUS])
def test_the_corpus_compiles_clean(name: str) -> None:
    workflow = (CORPUS.get(name) or ARGO_CORPUS[name]).make()
    try:
        found = faults(workflow)
    except Unsupported:
        pytest.skip("the engine refuses it, with a reason")
    assert found == []


@settings(max_examples=60, deadline=None, suppress_health_check=[*_CHECKS])
@given(workflows())
def test_random_workflows_compile_clean(workflow: Workflow) -> None:
    try:
        found = faults(workflow)
    except Unsupported:
        return
    assert found == []
