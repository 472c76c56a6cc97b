"""The corpus on a real Kubeflow Pipelines: `KF_PIPELINES_ENDPOINT=... pytest -m cluster`.

`COULER_KUBEFLOW_OPTIONS` may hold options as JSON, such as `{"namespace": "team"}`. What
steps leave is compared where the server tells of it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import pytest

from couler_jupyter.engines import Submitter
from couler_jupyter.engines.kubeflow import Kubeflow
from couler_jupyter.ir import Json, Run, Workflow
from couler_jupyter.runs import RunStore
from couler_jupyter.testing.runs import RunContract

pytestmark = [pytest.mark.cluster, pytest.mark.slow, pytest.mark.timeout(900)]
_NOTHING: Mapping[str, Json] = MappingProxyType({})


@dataclass(frozen=True)
class There(Kubeflow):
    """Kubeflow, on the server that the environment names."""

    def submit(
        self,
        workflow: Workflow,
        *,
        arguments: Mapping[str, Json] = _NOTHING,
        options: Mapping[str, Json] = _NOTHING,
    ) -> Run:
        """Start a run with the options of the environment."""
        given = json.loads(os.environ.get("COULER_KUBEFLOW_OPTIONS", "{}"))
        return super().submit(
            workflow, arguments=arguments, options={**given, **options}
        )


class TestCluster(RunContract):
    """Every case comes to what it comes to on the local engine."""

    patience = 600.0
    random_runs = 3

    @pytest.fixture
    def engine(self, tmp_path: Path) -> Submitter:
        """Return the engine, or skip where there is no server."""
        if not os.environ.get("KF_PIPELINES_ENDPOINT"):
            pytest.skip("no server: set KF_PIPELINES_ENDPOINT to Kubeflow Pipelines")
        return There(run_store=RunStore(tmp_path))

    @pytest.fixture
    def containers(self) -> None:
        """Do nothing: a cluster has containers."""
