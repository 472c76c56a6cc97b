"""The Kubeflow engine: workflows as PipelineSpecs of Kubeflow Pipelines 2."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from couler_jupyter.engines.base import Engine, Gap
from couler_jupyter.engines.kube.yaml_writing import dump_all
from couler_jupyter.engines.kubeflow.document import documents_of
from couler_jupyter.engines.kubeflow.gaps import GAPS
from couler_jupyter.engines.kubeflow.names import task_name
from couler_jupyter.engines.kubeflow.problems import mount_problems, own_problems
from couler_jupyter.errors import Problem
from couler_jupyter.ir import Document, Feature, Workflow


@dataclass(frozen=True)
class Kubeflow(Engine):
    """Kubeflow Pipelines 2; its PipelineSpec is written as plain data, without kfp.

    Attributes:
        image: of functions and scripts that name none, and for what is computed
            between steps; it has a shell and Python.
    """

    name: ClassVar[str] = "kubeflow"
    gaps: ClassVar[Mapping[Feature, Gap]] = GAPS
    features: ClassVar[frozenset[Feature]] = frozenset(Feature) - frozenset(GAPS)

    image: str = "python:3.12-slim"

    def problems(self, workflow: Workflow) -> tuple[Problem, ...]:
        """Return why Kubeflow cannot run `workflow`; empty if it can."""
        found = (
            *super().problems(workflow),
            *own_problems(workflow),
            *mount_problems(workflow),
        )
        return tuple(dict.fromkeys(found))

    def emit(self, workflow: Workflow) -> Iterable[Document]:
        """Yield one YAML file: the PipelineSpec, and behind it the platform document."""
        text = dump_all(documents_of(workflow, self.image))
        yield Document(f"{task_name(workflow.name)}.yaml", text)
