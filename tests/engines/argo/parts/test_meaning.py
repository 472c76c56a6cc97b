"""The children of a workflow together come to what the whole does."""

from __future__ import annotations

import pytest

from couler_jupyter.engines.argo.engine import Argo
from couler_jupyter.engines.local import Local
from couler_jupyter.runs import RunStore
from couler_jupyter.testing.case import Need
from couler_jupyter.testing.corpus import CORPUS
from couler_jupyter.testing.outcome import differences
from tests.engines.argo.parts.apart import Apart, finest

ELSEWHERE = {
    "step-facts": "only a gate of Argo's holds facts of the step it stands for",
    "python-value": "a pickle goes from part to part on Argo alone",
    "artifact-archive": "here nothing unpacks what is taken by its key",
    "artifact-optional": "here what is taken by its key has to be there",
}
"""Cases whose parts mean on Argo what they do not mean here."""
HERE = {
    name: case
    for name, case in CORPUS.items()
    if case.runnable
    and name not in ELSEWHERE
    and Need.CONTAINERS not in case.needs
    and len(case.make().steps) + len(case.make().exit_handlers) > 1
}


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Local:
    return Local(RunStore(tmp_path_factory.mktemp("runs")))


@pytest.mark.parametrize("name", HERE)
def test_children_come_to_what_the_whole_does(local: Local, name: str) -> None:
    case = HERE[name]
    workflow = finest(case.make())
    if workflow is None:
        pytest.skip("its steps stay together")
    if why := Argo().problems(Argo().lower(workflow)):
        pytest.skip("; ".join(map(str, why)))
    outcome = Apart(local, workflow, case.arguments, case.typed, name=name).run()
    assert case.expected is not None
    assert differences(outcome, case.expected) == []
