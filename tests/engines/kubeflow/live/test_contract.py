"""Every case of the corpus that Kubeflow can express comes to what it comes to elsewhere."""

from __future__ import annotations

import pytest

from couler_jupyter.engines import Submitter
from couler_jupyter.runs import RunStore
from couler_jupyter.testing.runs import RunContract
from tests.engines.kubeflow.live.conftest import There
from tests.engines.kubeflow.live.server import KubeflowServer


class TestRuns(RunContract):
    """By a server that keeps tasks itself, and tells of their outputs."""

    random_runs = 3

    @pytest.fixture
    def engine(self, shared_server: KubeflowServer, store: RunStore) -> Submitter:
        """Return the engine."""
        return There(run_store=store, at=shared_server.url)
