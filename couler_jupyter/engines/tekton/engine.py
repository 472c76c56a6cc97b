"""The Tekton engine: workflows as Pipelines, and the PipelineRuns that run them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from couler_jupyter.engines.as_read import documents_of, is_whole
from couler_jupyter.engines.base import Gap
from couler_jupyter.engines.kube.names import label
from couler_jupyter.engines.kube.yaml_writing import dump_all
from couler_jupyter.engines.tekton.built import Built, Setting, build
from couler_jupyter.engines.tekton.checking import faults_of
from couler_jupyter.engines.tekton.extras import beside
from couler_jupyter.engines.tekton.gaps import GAPS
from couler_jupyter.engines.tekton.limits import LIMITS, limit_problems, sizes_of
from couler_jupyter.engines.tekton.live.submitting import Submitting
from couler_jupyter.errors import Problem, Unsupported
from couler_jupyter.ir import Document, Feature, Limit, Workflow

RUNS = ("PipelineRun", "TaskRun")
"""Kinds of objects that are created for every run; others are there before."""


@dataclass(frozen=True)
class Tekton(Submitting):
    """Tekton Pipelines, `tekton.dev/v1`, with what its stable features say.

    Options of a run are those of `TektonOptions`, and these.

    Attributes:
        image: of functions that name none, and of what lays files out; it has Python.
        files: bytes of the volume that files pass through in a run.
        storage_class: of that volume; empty for the cluster's own.
        access_mode: of that volume.
    """

    name: ClassVar[str] = "tekton"
    gaps: ClassVar[Mapping[Feature, Gap]] = GAPS
    features: ClassVar[frozenset[Feature]] = frozenset(Feature) - frozenset(GAPS)
    limits: ClassVar[tuple[Limit, ...]] = LIMITS

    image: str = "python:3.12-slim"
    files: int = 2**30
    storage_class: str = ""
    access_mode: str = "ReadWriteOnce"
    _last: list[tuple[Workflow, Built]] = field(
        default_factory=list["tuple[Workflow, Built]"],
        init=False,
        repr=False,
        compare=False,
    )

    def problems(self, workflow: Workflow) -> tuple[Problem, ...]:
        """Return why Tekton cannot run `workflow`, or would refuse it.

        What was read from manifests and is the same still is written as it was.
        """
        if documents_of(workflow, self.name) is not None:
            return ()
        if gaps := super().problems(workflow):
            return gaps
        where = f"workflow {workflow.name!r}"
        built = self.built(workflow)
        if built.problems:
            return built.problems
        refused = (
            Problem(f"task {one.task!r}" if one.task else where, one.what)
            for one in faults_of(built.pipeline, built.run, built.tasks)
        )
        return (*refused, *limit_problems(workflow, built))

    def sizes(self, workflow: Workflow) -> Mapping[str, int]:
        """Return how big the pipeline is, too big ones too; none if it cannot be said."""
        lowered = self.lower(workflow)
        if super().problems(lowered) or is_whole(workflow, self.name):
            return {}
        return sizes_of(lowered, self.built(lowered))

    def emit(self, workflow: Workflow) -> Iterable[Document]:
        """Yield the Pipeline, and the PipelineRun to create whenever it is to run."""
        name = label(workflow.name)
        found = documents_of(workflow, self.name)
        if found is None:
            built = self.built(workflow)
            found = [*beside(workflow), *built.tasks, built.pipeline, built.run]
        runs = [one for one in found if one.get("kind") in RUNS]
        for end, some in (
            ("", [one for one in found if one not in runs]),
            ("-run", runs),
        ):
            if some:
                yield Document(f"{name}{end}.yaml", dump_all(some))

    def built(self, workflow: Workflow) -> Built:
        """Return what is made of a workflow; the last one is remembered.

        Raises:
            Unsupported: it is kept whole as it was written, and known to nobody here.
        """
        if is_whole(workflow, self.name):
            what = "it is kept as it was written, all of it; create it with kubectl"
            where = f"workflow {workflow.name!r}"
            raise Unsupported(self.name, (Problem(where, what),))
        if self._last and self._last[0][0] is workflow:
            return self._last[0][1]
        built = build(workflow, self._setting)
        self._last[:] = [(workflow, built)]
        return built

    @property
    def _setting(self) -> Setting:
        return Setting(
            image=self.image,
            files=self.files,
            storage_class=self.storage_class,
            access_mode=self.access_mode,
        )
