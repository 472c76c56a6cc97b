"""A server for each module that runs workflows, a run store, and the engine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import pytest

from couler_jupyter.engines.kubeflow import Kubeflow
from couler_jupyter.engines.kubeflow.live.follower import follow
from couler_jupyter.errors import StoreFailed
from couler_jupyter.ir import Json, Run, Workflow
from couler_jupyter.runs import RunStore
from tests.engines.kubeflow.live.server import KubeflowServer

_NOTHING: Mapping[str, Json] = MappingProxyType({})


@dataclass(frozen=True)
class There(Kubeflow):
    """Kubeflow on the stand-in, followed by this process: that is quicker to start."""

    at: str = ""

    def submit(
        self,
        workflow: Workflow,
        *,
        arguments: Mapping[str, Json] = _NOTHING,
        options: Mapping[str, Json] = _NOTHING,
    ) -> Run:
        """Start a run on the stand-in."""
        given = {"server": self.at, "poll": 0.02, **options}
        return super().submit(workflow, arguments=arguments, options=given)

    def attend(self, run: Run) -> None:
        """Follow the run to its end, here."""
        if self.store.phase(run.id).ended:
            return
        try:
            with self.store.hold(run.id):
                follow(self.store, run.id)
        except StoreFailed:
            return


@pytest.fixture(scope="module")
def shared_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KubeflowServer]:
    with KubeflowServer(tmp_path_factory.mktemp("kubeflow")) as made:
        yield made


@pytest.fixture
def server(tmp_path: Path) -> Iterator[KubeflowServer]:
    folder = tmp_path / "kubeflow"
    folder.mkdir()
    with KubeflowServer(folder) as made:
        yield made


@pytest.fixture
def store(tmp_path: Path) -> Iterator[RunStore]:
    made = RunStore(tmp_path / "store")
    yield made
    made.close()
