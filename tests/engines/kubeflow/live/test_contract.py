"""Every case of the corpus that Kubeflow can express comes to what it comes to elsewhere."""

from __future__ import annotations

import pytest

from couler_jupyter.engines import Submitter
from couler_jupyter.runs import RunStore
from couler_jupyter.testing.case import Case
from couler_jupyter.testing.runs import RunContract
from tests.engines.kubeflow.live.conftest import There
from tests.engines.kubeflow.live.server import KubeflowServer


class TestRuns(RunContract):
    """By a server that keeps tasks itself, and tells of their outputs."""

    random_runs = 3

    def why_not(self, case: Case) -> str:
        """Leave out random workflows that join what may have failed."""
        joins = "FirstOf(" in repr(case.make())
        return (
            "nothing starts after a failed task"
            if joins and case.name == "random"
            else ""
        )

    @pytest.fixture
    def engine(self, shared_server: KubeflowServer, store: RunStore) -> Submitter:
        """Return the engine."""
        return There(run_store=store, at=shared_server.url)
