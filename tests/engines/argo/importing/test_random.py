"""Random workflows go to Argo and come back: the same manifest, the same end."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from couler_jupyter.engines.argo.engine import Argo
from couler_jupyter.engines.argo.importing import import_manifest
from couler_jupyter.engines.argo.importing.difference import same
from couler_jupyter.engines.kube.yaml_reading import read_text
from couler_jupyter.engines.local import Local
from couler_jupyter.errors import Unsupported
from couler_jupyter.ir import Workflow
from couler_jupyter.runs import RunStore
from couler_jupyter.testing.case import Case
from couler_jupyter.testing.outcome import differences, outcome_of
from couler_jupyter.testing.runnable import runnable_workflows
from couler_jupyter.testing.strategies import workflows

SLOW = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)


def through_argo(workflow: Workflow) -> Workflow | None:
    """Import what it compiles to; None where that is not one workflow again."""
    try:
        *before, document = Argo().compile(workflow).documents
    except Unsupported:
        return None
    for part in before if workflow.parts else ():  # else it is what the last mounts
        came_back(part.text)
    back = came_back(document.text)
    return None if workflow.parts else back


def came_back(text: str) -> Workflow:
    (back,) = import_manifest(text, "here")
    *_, again = Argo().compile(back).documents
    (one,), (other,) = read_text(again.text), read_text(text)
    assert same(one.value, other.value)
    return back


@given(workflows())
@settings(max_examples=25, deadline=None, suppress_health_check=SLOW)
def test_comes_back_the_same(workflow: Workflow) -> None:
    through_argo(workflow)


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Local:
    return Local(RunStore(tmp_path_factory.mktemp("runs")))


@given(case=runnable_workflows(max_steps=6))
@settings(max_examples=8, deadline=None, suppress_health_check=SLOW)
def test_runs_to_the_same_end(local: Local, case: Case) -> None:
    back = through_argo(case.make())
    assert case.expected is not None
    # Else Argo has no word for it, or it came back as templates of Argo's own.
    if back is not None and not local.problems(back):
        assert differences(outcome_of(local, back), case.expected) == []
