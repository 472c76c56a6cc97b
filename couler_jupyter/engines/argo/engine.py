"""The Argo engine: workflows as manifests for Argo Workflows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from couler_jupyter.engines.argo.gaps import GAPS
from couler_jupyter.engines.argo.names import label
from couler_jupyter.engines.argo.structure.whole import templates_of
from couler_jupyter.engines.argo.templates import Around
from couler_jupyter.engines.base import Engine, Gap
from couler_jupyter.engines.kube.yaml_writing import dump
from couler_jupyter.errors import Problem
from couler_jupyter.ir import Document, Feature, Workflow


@dataclass(frozen=True)
class Argo(Engine):
    """Argo Workflows on Kubernetes.

    Attributes:
        version: of Argo that the manifests are for, as `4.1`.
        image: of functions that name none.
        repository: kind of the artifact repository: s3, gcs, oss, azure or hdfs.
    """

    name: ClassVar[str] = "argo"
    gaps: ClassVar[Mapping[Feature, Gap]] = GAPS
    features: ClassVar[frozenset[Feature]] = frozenset(Feature) - frozenset(GAPS)

    version: str = "4.1"
    image: str = "python:3.12-slim"
    repository: str = "s3"

    def problems(self, workflow: Workflow) -> tuple[Problem, ...]:
        """Return why Argo cannot run `workflow`, or not within its limits."""
        return super().problems(workflow)

    def emit(self, workflow: Workflow) -> Iterable[Document]:
        """Yield the one manifest."""
        built = templates_of(workflow, self._around())
        spec = {"entrypoint": built.entrypoint, "templates": [*built.templates]}
        if built.on_exit:
            spec["onExit"] = built.on_exit
        document = {
            "apiVersion": "argoproj.io/v1alpha1",
            "kind": "Workflow",
            "metadata": {"generateName": f"{label(workflow.name)}-"},
            "spec": spec,
        }
        yield Document(f"{label(workflow.name)}.yaml", dump(document))

    def _around(self) -> Around:
        return Around(image=self.image, repository=self.repository)
