"""The Argo engine: workflows as manifests for Argo Workflows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from couler_jupyter.engines.argo.extras import (
    extra_problems,
    merge_document,
)
from couler_jupyter.engines.argo.gaps import GAPS
from couler_jupyter.engines.argo.live.submitting import Submitting
from couler_jupyter.engines.argo.names import label
from couler_jupyter.engines.argo.structure.book import Object
from couler_jupyter.engines.argo.structure.limits import limit_problems
from couler_jupyter.engines.argo.structure.own import with_own_spec
from couler_jupyter.engines.argo.structure.problems import structure_problems
from couler_jupyter.engines.argo.structure.whole import templates_of
from couler_jupyter.engines.argo.templates import Around
from couler_jupyter.engines.argo.whole import (
    NEWEST,
    VolumeNames,
    document,
    runner_of,
    version_problems,
    whole_problems,
)
from couler_jupyter.engines.base import Gap
from couler_jupyter.engines.kube.yaml_writing import dump
from couler_jupyter.errors import Problem
from couler_jupyter.ir import Document, Extra, Feature, Workflow


@dataclass(frozen=True)
class Argo(Submitting):
    """Argo Workflows on Kubernetes; options of a run are those of `LiveOptions`.

    Attributes:
        version: of Argo that the manifests are for, as `4.1`; 3.6 or later.
        image: of functions that name none; it has Python.
        repository: kind of the artifact repository: s3, gcs, oss, azure or hdfs.
    """

    name: ClassVar[str] = "argo"
    gaps: ClassVar[Mapping[Feature, Gap]] = GAPS
    features: ClassVar[frozenset[Feature]] = frozenset(Feature) - frozenset(GAPS)

    version: str = NEWEST
    image: str = "python:3.12-slim"
    repository: str = "s3"
    _last: list[tuple[Workflow, Built]] = field(
        default_factory=list["tuple[Workflow, Built]"],
        init=False,
        repr=False,
        compare=False,
    )

    def problems(self, workflow: Workflow) -> tuple[Problem, ...]:
        """Return why Argo cannot run `workflow`, or not within its limits."""
        found = [
            *super().problems(workflow),
            *structure_problems(workflow),
            *whole_problems(workflow),
            *version_problems(workflow, self.version),
            *extra_problems(workflow),
        ]
        if not found:
            built = self.built(workflow)
            found = [
                *built.problems,
                *limit_problems(workflow, built.document, built.text),
            ]
        return tuple(dict.fromkeys(found))

    def emit(self, workflow: Workflow) -> Iterable[Document]:
        """Yield the one manifest."""
        built = self.built(workflow)
        yield Document(f"{label(workflow.name)}.yaml", built.text)

    def built(self, workflow: Workflow) -> Built:
        """Return what is made of a workflow; the last one is remembered."""
        if self._last and self._last[0][0] is workflow:
            return self._last[0][1]
        built = self._build(workflow)
        self._last[:] = [(workflow, built)]
        return built

    def _build(self, workflow: Workflow) -> Built:
        volumes = VolumeNames(workflow)
        around = Around(
            pod=workflow.pod,
            image=self.image,
            repository=self.repository,
            volumes=volumes.of(workflow),
            runner=runner_of(workflow),
        )
        made = templates_of(workflow, around, volumes)
        problems = [*made.problems]
        whole: Object = document(
            workflow,
            made.entrypoint,
            made.templates,
            made.on_exit,
            made.write,
            volumes=volumes,
            repository=self.repository,
            runner=around.runner,
        )

        def report(extra: Extra, why: str) -> None:
            where = f"workflow {workflow.name!r}"
            problems.append(Problem(where, f"extra {extra.path!r}: {why}"))

        whole = merge_document(with_own_spec(whole, workflow), workflow.extras, report)
        return Built(whole, dump(whole), tuple(problems))


@dataclass(frozen=True, slots=True)
class Built:
    """A manifest as an object and as text, and what could not be said in it."""

    document: Object
    text: str
    problems: tuple[Problem, ...]
