"""The Argo engine: workflows as manifests for Argo Workflows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar

from couler_jupyter.engines.argo.built import Built, Setting, build
from couler_jupyter.engines.argo.datasets import dataset_problems, mounting
from couler_jupyter.engines.argo.extras import extra_problems
from couler_jupyter.engines.argo.gaps import GAPS
from couler_jupyter.engines.argo.live.parts.reusable import made_anew
from couler_jupyter.engines.argo.live.rehearsing import Rehearsing
from couler_jupyter.engines.argo.live.starting import with_images
from couler_jupyter.engines.argo.names import label
from couler_jupyter.engines.argo.parts.compiling import (
    BuiltParts,
    Pieced,
    build_parts,
    pieced,
)
from couler_jupyter.engines.argo.parts.measuring import measured
from couler_jupyter.engines.argo.structure.limits import (
    LIMITS,
    limit_problems,
    sizes_of,
)
from couler_jupyter.engines.argo.structure.problems import structure_problems
from couler_jupyter.engines.argo.whole import (
    NEWEST,
    later_problems,
    version_problems,
    whole_problems,
)
from couler_jupyter.engines.argo.written import as_written
from couler_jupyter.engines.base import Gap
from couler_jupyter.engines.kube.fluid import Fluid, objects_of
from couler_jupyter.engines.kube.yaml_writing import dump_all
from couler_jupyter.errors import Problem
from couler_jupyter.ir import Document, Feature, Limit, Measured, Workflow


@dataclass(frozen=True)
class Argo(Rehearsing):
    """Argo Workflows on Kubernetes; options of a run are those of `LiveOptions`.

    Attributes:
        version: of Argo that the manifests are for, as `4.1`; 3.6 or later.
        image: of functions that name none; it has Python.
        repository: kind of the artifact repository: s3, gcs, oss, azure or hdfs.
        fluid: what the caches of shared datasets are made of: alluxio or jindo.
        fluid_quota: how much a node keeps of each, as `2Gi`.
    """

    name: ClassVar[str] = "argo"
    gaps: ClassVar[Mapping[Feature, Gap]] = GAPS
    features: ClassVar[frozenset[Feature]] = frozenset(Feature) - frozenset(GAPS)
    limits: ClassVar[tuple[Limit, ...]] = LIMITS

    version: str = NEWEST
    image: str = "python:3.12-slim"
    repository: str = "s3"
    fluid: str = "alluxio"
    fluid_quota: str = "2Gi"
    _last: list[tuple[Workflow, Built]] = field(
        default_factory=list["tuple[Workflow, Built]"],
        init=False,
        repr=False,
        compare=False,
    )
    _last_cut: list[tuple[Workflow, BuiltParts]] = field(
        default_factory=list["tuple[Workflow, BuiltParts]"],
        init=False,
        repr=False,
        compare=False,
    )
    _last_pieced: list[Pieced] = field(
        default_factory=list[Pieced], init=False, repr=False, compare=False
    )
    _last_unsaid: list[tuple[Workflow, tuple[Problem, ...]]] = field(
        default_factory=list["tuple[Workflow, tuple[Problem, ...]]"],
        init=False,
        repr=False,
        compare=False,
    )

    def problems(self, workflow: Workflow) -> tuple[Problem, ...]:
        """Return why Argo cannot run `workflow`, or not within its limits."""
        if unsaid := self._unsaid(workflow):
            return unsaid
        if workflow.parts is not None:
            return self._problems_of_parts(workflow)
        built = self.built(workflow)
        limits = limit_problems(workflow, built.document, built.size)
        later = later_problems(workflow, built.document, self.version)
        return tuple(dict.fromkeys((*built.problems, *limits, *later)))

    def sizes(self, workflow: Workflow) -> Mapping[str, int]:
        """Return how big the Workflow is, too big ones too; none if it cannot be said.

        Of a workflow in parts, as big as the biggest child is in each respect.
        """
        if self._unsaid(workflow):
            return {}
        if workflow.parts is not None:
            each = self._sizes_of_children(workflow)
            most = {of: max(one[of] for one in each) for of in each[0]}
            return {**most, "steps": workflow.size}
        built = self.built(workflow)
        return {**sizes_of(built.document, built.size), "steps": workflow.size}

    def part_sizes(self, workflow: Workflow) -> tuple[Mapping[str, int], ...]:
        """Return how big the child of each part is; none if it cannot be said."""
        if workflow.parts is None or self._unsaid(workflow):
            return ()
        return self._sizes_of_children(workflow)[: len(workflow.parts.members)]

    def made_anew(self, workflow: Workflow) -> Mapping[str, str]:
        """Return why steps run whatever parts earlier runs have done, by name."""
        return made_anew(workflow, refresh=(), given=())

    def _sizes_of_children(self, workflow: Workflow) -> tuple[Mapping[str, int], ...]:
        children = self.children(workflow).children
        return tuple(sizes_of(one.built.document, one.built.size) for one in children)

    def measure(self, workflow: Workflow) -> Measured | None:
        """Return the bytes that each step brings; None if it cannot be said in Argo."""
        lowered = self.lower(workflow)
        if lowered.parts is not None:
            lowered = replace(lowered, parts=None)
        if self._unsaid(lowered):
            return None
        mounted = mounting(as_written(lowered), self.caches)
        return measured(mounted.workflow, self._setting)

    def emit(self, workflow: Workflow) -> Iterable[Document]:
        """Yield the manifest, behind the ConfigMaps that it needs and its datasets.

        Of a workflow in parts there is one for each child, in the order of the parts,
        and at the end that of the exit handlers.
        """
        shared = mounting(as_written(workflow), self.caches).datasets
        if shared:
            text = dump_all(objects_of(shared, self.caches))
            yield Document(f"{label(workflow.name)}-datasets.yaml", text)
        name = label(workflow.name)
        if workflow.parts is None:
            yield Document(f"{name}.yaml", self.built(workflow).text)
            return
        for child in self.children(workflow).children:
            yield Document(f"{name}-{child.name}.yaml", child.built.text)

    @property
    def _setting(self) -> Setting:
        return Setting(image=self.image, repository=self.repository)

    @property
    def caches(self) -> Fluid:
        """How Fluid keeps shared datasets."""
        return Fluid(self.fluid, self.fluid_quota)

    def filled(self, workflow: Workflow) -> Workflow:
        """Return a workflow in which all that runs names the image it runs in."""
        return with_images(workflow, self.image)

    def _unsaid(self, workflow: Workflow) -> tuple[Problem, ...]:
        """Return what Argo has no words for; what was said last is remembered."""
        if self._last_unsaid and self._last_unsaid[0][0] is workflow:
            return self._last_unsaid[0][1]
        said = as_written(workflow)
        in_parts = said.parts is not None
        found = (
            *super().problems(said),
            *(self._pieced(said).problems if in_parts else structure_problems(said)),
            *whole_problems(said),
            *version_problems(said, self.version),
            *extra_problems(said),
            *dataset_problems(said, self.caches),
        )
        unsaid = tuple(dict.fromkeys(found))
        self._last_unsaid[:] = [(workflow, unsaid)]
        return unsaid

    def _problems_of_parts(self, workflow: Workflow) -> tuple[Problem, ...]:
        made = self.children(workflow)
        later = [
            one
            for child in made.children
            for one in later_problems(workflow, child.built.document, self.version)
        ]
        return tuple(dict.fromkeys((*made.problems, *later)))

    def children(self, workflow: Workflow) -> BuiltParts:
        """Return what the parts of a workflow are; the last one is remembered."""
        if self._last_cut and self._last_cut[0][0] is workflow:
            return self._last_cut[0][1]
        mounted = mounting(as_written(workflow), self.caches)
        whole = self._pieced(mounted.workflow)
        made = build_parts(whole, self.image, self.repository)
        self._last_cut[:] = [(workflow, made)]
        return made

    def _pieced(self, workflow: Workflow) -> Pieced:
        """Return the pieces of a workflow in parts; those of the last are remembered."""
        if not self._last_pieced or self._last_pieced[0].workflow is not workflow:
            self._last_pieced[:] = [pieced(workflow)]
        return self._last_pieced[0]

    def built(self, workflow: Workflow) -> Built:
        """Return what is made of a workflow; the last one is remembered."""
        if self._last and self._last[0][0] is workflow:
            return self._last[0][1]
        mounted = mounting(as_written(workflow), self.caches)
        built = build(mounted.workflow, self._setting)
        self._last[:] = [(workflow, built)]
        return built
