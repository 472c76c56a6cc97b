"""The Kubeflow engine: workflows as PipelineSpecs of Kubeflow Pipelines 2."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from couler_jupyter.engines import as_read
from couler_jupyter.engines.base import Gap
from couler_jupyter.engines.kube.yaml_writing import dump_all
from couler_jupyter.engines.kubeflow.document import documents_of
from couler_jupyter.engines.kubeflow.extras import (
    extra_problems,
    inner_extra_problems,
    with_extras,
)
from couler_jupyter.engines.kubeflow.gaps import GAPS
from couler_jupyter.engines.kubeflow.limits import (
    LIMITS,
    ON_CLUSTER,
    size_on_cluster,
)
from couler_jupyter.engines.kubeflow.live.controlling import Controlling
from couler_jupyter.engines.kubeflow.names import task_name
from couler_jupyter.engines.kubeflow.problems import mount_problems, own_problems
from couler_jupyter.engines.kubeflow.schedules import triggers_of
from couler_jupyter.errors import Problem
from couler_jupyter.ir import Document, Feature, Limit, Workflow


@dataclass(frozen=True)
class Kubeflow(Controlling):
    """Kubeflow Pipelines 2; options of a run are those of `LiveOptions`.

    Attributes:
        image: of functions and scripts that name none, and for what is computed
            between steps; it has a shell and Python.
    """

    name: ClassVar[str] = "kubeflow"
    gaps: ClassVar[Mapping[Feature, Gap]] = GAPS
    features: ClassVar[frozenset[Feature]] = frozenset(Feature) - frozenset(GAPS)
    limits: ClassVar[tuple[Limit, ...]] = LIMITS

    image: str = "python:3.12-slim"

    def problems(self, workflow: Workflow) -> tuple[Problem, ...]:
        """Return why Kubeflow cannot run `workflow`; empty if it can.

        What was read from a PipelineSpec and is the same still is written as it was.
        """
        if as_read.documents_of(workflow, self.name) is not None:
            return ()
        workflow = as_read.without_documents(workflow, self.name)
        found = (
            *super().problems(workflow),
            *own_problems(workflow),
            *mount_problems(workflow),
            *inner_extra_problems(workflow),
        )
        if not found and workflow.extras:
            made = documents_of(workflow, self.image)
            found = (*extra_problems(made, workflow),)
        return tuple(dict.fromkeys(found))

    def sizes(self, workflow: Workflow) -> Mapping[str, int]:
        """Return how big the package is, and what Kubeflow makes of it at the least.

        What is too big for a cluster compiles, and is not sent to one.
        """
        lowered = self.lower(workflow)
        if self.problems(lowered):
            return {}
        documents = self.documents(lowered)
        texts = self._files(lowered, documents)
        return {
            "bytes": sum(len(one.text.encode()) for one in texts),
            ON_CLUSTER: size_on_cluster(documents),
            "steps": workflow.size,
        }

    def emit(self, workflow: Workflow) -> Iterable[Document]:
        """Yield the PipelineSpec with the platform document behind it, and a schedule."""
        return self._files(workflow, self.documents(workflow))

    def _files(
        self, workflow: Workflow, documents: tuple[dict[str, Any], ...]
    ) -> Iterator[Document]:
        name = task_name(workflow.name)
        yield Document(f"{name}.yaml", dump_all(documents))
        if workflow.schedule is not None:
            yield Document(
                f"{name}-schedule.yaml", dump_all(triggers_of(workflow.schedule))
            )

    def documents(self, workflow: Workflow) -> tuple[dict[str, Any], ...]:
        """Return the PipelineSpec and the platform document of a workflow."""
        known = as_read.documents_of(workflow, self.name)
        if known is not None:
            return tuple(known)
        return with_extras(documents_of(workflow, self.image), workflow)
