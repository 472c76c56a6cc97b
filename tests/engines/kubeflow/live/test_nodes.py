"""Runs on servers that tell of nodes alone come to the same phases."""

from __future__ import annotations

import pytest

from couler_jupyter.runs import RunStore
from couler_jupyter.testing.corpus import CORPUS
from couler_jupyter.testing.outcome import outcome_of
from tests.engines.kubeflow.live.conftest import There
from tests.engines.kubeflow.live.server import KubeflowServer

_CASES = [
    "after-skipped",
    "when-with-else",
    "when-per-item",
    "map-nested",
    "map-item-fails",
    "repeat",
    "exit-handler",
    "sub-workflow-fails",
]


@pytest.mark.parametrize("name", _CASES)
def test_same_phases(name: str, server: KubeflowServer, store: RunStore) -> None:
    """Of all steps; what they left is not told."""
    server.tells_nodes = True
    case = CORPUS[name]
    engine = There(run_store=store, at=server.url)
    outcome = outcome_of(engine, case.make(), arguments=case.arguments)
    assert case.expected is not None
    assert outcome.run is case.expected.run
    for path, phase in case.expected.steps.items():
        assert outcome.steps.get(path) is phase, path
