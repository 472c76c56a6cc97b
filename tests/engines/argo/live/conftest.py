"""A cluster for each test, a run store, and an engine that writes small manifests."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar

import pytest

from couler_jupyter.engines.argo.live.submitting import Submitting
from couler_jupyter.engines.base import Gap
from couler_jupyter.ir import Container, Document, Feature, Step, Workflow
from couler_jupyter.runs import RunStore
from couler_jupyter.testing.kube import Cluster
from tests.engines.argo.live.followers import end_followers


@dataclass(frozen=True)
class Small(Submitting):
    """Writes no more of a workflow than a stand-in for a cluster reads."""

    name: ClassVar[str] = "small"
    features: ClassVar[frozenset[Feature]] = frozenset(Feature)
    gaps: ClassVar[Mapping[Feature, Gap]] = MappingProxyType({})

    def emit(self, workflow: Workflow) -> Iterable[Document]:
        """Yield a Workflow without templates."""
        found: dict[str, Any] = {
            "apiVersion": "argoproj.io/v1alpha1",
            "kind": "CronWorkflow" if workflow.schedule else "Workflow",
            "metadata": {"generateName": f"{workflow.name}-"},
            "spec": {"entrypoint": workflow.name},
        }
        if workflow.schedule:
            spec = {"schedules": list(workflow.schedule.crons)}
            found["spec"] = {**spec, "workflowSpec": found["spec"]}
        yield Document("workflow.yaml", json.dumps(found))


@pytest.fixture
def cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    with Cluster() as made:
        monkeypatch.setenv("KUBECONFIG", str(made.kubeconfig(tmp_path)))
        yield made


@pytest.fixture
def store(tmp_path: Path) -> Iterator[RunStore]:
    made = RunStore(tmp_path / "store")
    yield made
    made.close()
    left = RunStore(tmp_path / "store")
    end_followers(left)
    left.close()


@pytest.fixture
def engine(store: RunStore) -> Small:
    return Small(store)


@pytest.fixture
def pair() -> Workflow:
    """Two steps, one after the other."""
    box = Container(image="busybox", command=("true",))
    return Workflow(
        name="pair",
        steps=(
            Step(name="load", template=box),
            Step(name="fit", template=box, after=("load",)),
        ),
    )
