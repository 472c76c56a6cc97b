"""The objects of several texts, and which of them make one workflow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

from couler_jupyter.engines.kube.places import Path
from couler_jupyter.engines.kube.reading.fields import (
    Object,
    object_at,
    objects_at,
    text_at,
)
from couler_jupyter.engines.kube.yaml_reading import Read
from couler_jupyter.engines.tekton.importing.plain import (
    pipeline_of_task,
    run_of_task_run,
)
from couler_jupyter.engines.tekton.importing.whole import Bundle
from couler_jupyter.ir import Json, Origin, name_fault

GROUP = "tekton.dev/"
KINDS = ("Pipeline", "PipelineRun", "Task", "TaskRun")
_NOTHING: Object = MappingProxyType({})


@dataclass(frozen=True, eq=False)
class Member:
    """One object of a text.

    Attributes:
        read: the object; `file`: the text that it stands in.
    """

    read: Read
    file: str

    @cached_property
    def body(self) -> dict[str, Json]:
        """The object."""
        return dict(self.read.value)

    @cached_property
    def kind(self) -> str:
        """Its kind, if it is one of Tekton's that is read; else empty."""
        version, kind = self.body.get("apiVersion"), self.body.get("kind")
        own = isinstance(version, str) and version.startswith(GROUP)
        if kind == "ClusterTask" and own:
            return "Task"
        return str(kind) if own and kind in KINDS else ""

    @property
    def metadata(self) -> Object:
        """What stands in its metadata."""
        return object_at(self.body, "metadata")

    @property
    def spec(self) -> Object:
        """What stands in its spec."""
        return object_at(self.body, "spec")

    @property
    def name(self) -> str:
        """Its name; of a run that gets one later, what that begins with."""
        own = text_at(self.metadata, "name")
        return own or text_at(self.metadata, "generateName").rstrip("-.")


class Library:
    """Objects that may refer to each other."""

    def __init__(self, members: Sequence[Member]) -> None:
        self._members = members
        self._tasks = {o.name: o for o in members if o.kind == "Task"}
        self._pipelines = {o.name: o for o in members if o.kind == "Pipeline"}

    def bundles(self) -> Iterator[tuple[Member, Bundle]]:
        """Yield what each workflow is read from, with the object that it is named by."""
        runs = [one for one in self._members if one.kind == "PipelineRun"]
        of_runs = [self._pipeline_of(one) for one in runs]
        for one, pipeline in zip(runs, of_runs, strict=True):
            alone = pipeline is not None and of_runs.count(pipeline) == 1
            yield one, self._of_run(one, pipeline, alone=alone)
        for one in self._members:
            if one.kind == "Pipeline" and one not in of_runs:
                yield one, self._bundle(one, one.name, one.spec, pipeline=one)
            elif one.kind == "TaskRun":
                yield one, self._of_task_run(one)
        named = {name for one in self._members for name in _tasks_named(one)}
        for name, one in self._tasks.items():
            if name not in named:
                spec = pipeline_of_task(name, one.body)
                yield one, self._bundle(one, name, spec)

    def _pipeline_of(self, run: Member) -> Member | None:
        ref = object_at(run.spec, "pipelineRef")
        plain = not set(ref) - {"name", "apiVersion", "kind"}
        return self._pipelines.get(text_at(ref, "name")) if plain else None

    def _of_run(self, run: Member, pipeline: Member | None, *, alone: bool) -> Bundle:
        if pipeline is None:
            spec = object_at(run.spec, "pipelineSpec")
            return self._bundle(run, run.name, spec, run=run, run_spec=run.spec)
        name = pipeline.name if alone else run.name
        return self._bundle(
            run, name, pipeline.spec, pipeline=pipeline, run=run, run_spec=run.spec
        )

    def _of_task_run(self, run: Member) -> Bundle:
        spec = run_of_task_run(run.name, run.body)
        inner = object_at(spec, "pipelineSpec")
        return self._bundle(run, run.name, inner, run=run, run_spec=spec)

    def _bundle(
        self,
        member: Member,
        name: str,
        spec: Object,
        *,
        pipeline: Member | None = None,
        run: Member | None = None,
        run_spec: Object | None = None,
    ) -> Bundle:
        named = {*_task_names(spec)} | ({name} if member.kind == "Task" else set())
        own = [o for o in (member, pipeline, run) if o is not None]
        tasks = [self._tasks[one] for one in named if one in self._tasks]
        others = [one for one in self._members if not one.kind]
        kept = {id(one) for one in (*own, *tasks, *others)}
        main = {id(one) for one in (pipeline, run) if one is not None}
        some = [one for one in self._members if id(one) in kept]
        origins = dict(_origins(pipeline or member))
        return Bundle(
            name=name if name and name_fault(name) is None else "workflow",
            spec=spec,
            metadata=_NOTHING if pipeline is None else pipeline.metadata,
            run=run_spec,
            run_metadata=_NOTHING if run is None else run.metadata,
            documents=tuple(one.body for one in some),
            beside=tuple(one.body for one in some if id(one) not in main),
            task=self._task,
            origin=lambda node: origins.get(text_at(node, "name")) or _origin(member),
        )

    def _task(self, name: str) -> Object | None:
        found = self._tasks.get(name)
        return None if found is None else found.spec


def _tasks_named(member: Member) -> Iterator[str]:
    if not member.kind:
        return
    spec = object_at(member.spec, "pipelineSpec") or member.spec
    yield from _task_names(spec)
    yield text_at(object_at(member.spec, "taskRef"), "name")


def _task_names(spec: Object) -> Iterator[str]:
    for key in ("tasks", "finally"):
        for one in objects_at(spec, key):
            yield text_at(object_at(one, "taskRef"), "name")


def _origin(member: Member, path: Path = ()) -> Origin:
    return Origin(member.file, member.read.place(path).line)


def _origins(member: Member) -> Iterator[tuple[str, Origin]]:
    """Yield where the tasks of a pipeline were written, by their names."""
    inline = "pipelineSpec" in member.spec
    head: Path = ("spec", "pipelineSpec") if inline else ("spec",)
    spec = object_at(member.spec, "pipelineSpec") if inline else member.spec
    for key in ("tasks", "finally"):
        for at, one in enumerate(objects_at(spec, key)):
            yield text_at(one, "name"), _origin(member, (*head, key, at))
