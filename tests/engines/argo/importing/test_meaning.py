"""What comes back from a manifest of ours means what went in: it runs to the same end."""

from __future__ import annotations

import pytest

from couler_jupyter.engines.argo.engine import Argo
from couler_jupyter.engines.argo.importing import import_manifest
from couler_jupyter.engines.argo.importing.difference import same
from couler_jupyter.engines.kube.yaml_reading import read_text
from couler_jupyter.engines.local import Local
from couler_jupyter.errors import Unsupported
from couler_jupyter.ir import Workflow
from couler_jupyter.runs import RunStore
from couler_jupyter.testing.case import Case, Need
from couler_jupyter.testing.corpus import CORPUS
from couler_jupyter.testing.outcome import differences, outcome_of

WHOLE = {name: case for name, case in CORPUS.items() if case.make().parts is None}
"""What is one manifest; what several mean together is tested in tests/engines/argo/parts."""
HERE = {
    name: case
    for name, case in WHOLE.items()
    if case.runnable and Need.CONTAINERS not in case.needs
}


def through_argo(case: Case) -> Workflow:
    try:
        *_, document = Argo().compile(case.make()).documents  # what it mounts is before
    except Unsupported as error:
        pytest.skip(str(error))
    (workflow,) = import_manifest(document.text, case.name)
    (again,) = Argo().compile(workflow).documents
    (one,), (other,) = read_text(again.text), read_text(document.text)
    assert same(one.value, other.value)
    return workflow


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Local:
    return Local(RunStore(tmp_path_factory.mktemp("runs")))


@pytest.mark.parametrize("name", HERE)
def test_runs_to_the_same_end(local: Local, name: str) -> None:
    case = HERE[name]
    assert case.expected is not None
    outcome = outcome_of(
        local, through_argo(case), arguments=case.arguments, typed=case.typed
    )
    assert differences(outcome, case.expected) == []


@pytest.mark.parametrize("name", sorted(set(WHOLE) - set(HERE)))
def test_comes_back_the_same(name: str) -> None:
    through_argo(CORPUS[name])
