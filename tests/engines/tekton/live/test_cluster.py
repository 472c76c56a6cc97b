"""The corpus on a real cluster with Tekton: `KUBECONFIG=... pytest -m cluster`.

`COULER_CLUSTER_OPTIONS` may hold options as JSON, such as `{"namespace": "ml"}`.
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
from couler_jupyter.engines.tekton import Tekton
from couler_jupyter.ir import Json, Phase, Run, Workflow
from couler_jupyter.runs import RunStore
from couler_jupyter.testing.case import Case
from couler_jupyter.testing.runs import RunContract

pytestmark = [pytest.mark.cluster, pytest.mark.slow, pytest.mark.timeout(900)]
_NOTHING: Mapping[str, Json] = MappingProxyType({})


@dataclass(frozen=True)
class There(Tekton):
    """Tekton, on the cluster that the environment names."""

    def submit(
        self,
        workflow: Workflow,
        *,
        arguments: Mapping[str, Json] = _NOTHING,
        options: Mapping[str, Json] = _NOTHING,
    ) -> Run:
        """Start a run with the options of the environment."""
        given = json.loads(os.environ.get("COULER_CLUSTER_OPTIONS", "{}"))
        return super().submit(
            workflow, arguments=arguments, options={**given, **options}
        )


class TestCluster(RunContract):
    """Every case comes to what it comes to on the local engine."""

    patience = 600.0
    random_runs = 3

    def why_not(self, case: Case) -> str:
        assert case.expected is not None
        if case.name == "fail-fast" or (
            case.name == "random" and case.expected.run is not Phase.SUCCEEDED
        ):
            return "after a failure Tekton starts no further task, and before it all"
        return ""

    @pytest.fixture
    def engine(self, tmp_path: Path) -> Submitter:
        """Return the engine, or skip where there is no cluster."""
        if not os.environ.get("KUBECONFIG"):
            pytest.skip("no cluster: set KUBECONFIG to one with Tekton Pipelines")
        return There(RunStore(tmp_path))

    @pytest.fixture
    def containers(self) -> None:
        """Do nothing: a cluster has containers."""
