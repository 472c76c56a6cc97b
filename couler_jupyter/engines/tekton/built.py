"""The two objects that a workflow is on Tekton, and why it may be none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from couler_jupyter.engines.kube.fields import Fields, said
from couler_jupyter.engines.kube.names import label
from couler_jupyter.engines.tekton.arrivals import pickled_in
from couler_jupyter.engines.tekton.drafts import FILES, Draft, about_input
from couler_jupyter.engines.tekton.durations import duration_text
from couler_jupyter.engines.tekton.ends import handled
from couler_jupyter.engines.tekton.extras import ENGINE, Refused, merged
from couler_jupyter.engines.tekton.flattening import Flat, flat
from couler_jupyter.engines.tekton.functions import runner_text
from couler_jupyter.engines.tekton.names import OWN, port_names
from couler_jupyter.engines.tekton.naming import Named, named
from couler_jupyter.engines.tekton.pods import task_fields, whole_fields
from couler_jupyter.engines.tekton.programs import program
from couler_jupyter.engines.tekton.scope import Scope
from couler_jupyter.engines.tekton.sharing import shared, size_of
from couler_jupyter.engines.tekton.tasks import TaskMaker
from couler_jupyter.engines.tekton.texts import Unsayable, literal, wire
from couler_jupyter.engines.tekton.volumes import (
    VolumeNames,
    check_claims,
    files_claim,
)
from couler_jupyter.errors import Problem
from couler_jupyter.ir import (
    Boxed,
    Pod,
    Step,
    Workflow,
    as_text,
    leaves,
)
from couler_jupyter.ir.value import OutputRef

VERSION = "tekton.dev/v1"
_RUN_END = 10
"""Characters, or less, that a run's name gets behind that of its pipeline."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What the engine decides for all workflows.

    Attributes:
        image: of what names none; it has Python.
        files: bytes of the volume that files pass through.
        storage_class: of that volume; empty for the cluster's own.
        access_mode: of that volume.
    """

    image: str
    files: int
    storage_class: str
    access_mode: str


@dataclass(frozen=True, slots=True)
class Placed:
    """The step that a task is, and its path in the run."""

    step: Step
    path: str


@dataclass(frozen=True, kw_only=True)
class Built:
    """What is made of a workflow.

    Attributes:
        pipeline: the Pipeline; `run`: the PipelineRun.
        problems: why it is not the workflow.
        flat: the workflow with all steps in one, as they are in the pipeline.
        steps: those that tasks are, by the task's name; those that reckon are none.
        tasks: Task objects that the pipeline names; mostly none, since tasks stand in it.
    """

    pipeline: Fields
    run: Fields
    problems: tuple[Problem, ...]
    flat: Flat
    steps: Mapping[str, Placed]
    tasks: tuple[Fields, ...] = ()

    @cached_property
    def size(self) -> int:
        """Bytes of the pipeline as JSON, which its run holds once more."""
        return size_of(self.pipeline)


def build(workflow: Workflow, setting: Setting) -> Built:
    """Return what is made of a workflow that has no gaps in its way."""
    whole = flat(workflow)
    known = named(whole.workflow)
    whole = replace(
        whole,
        workflow=known.workflow,
        problems=(*whole.problems, *known.problems),
    )
    return _Building(known, whole, setting).built()


@dataclass(slots=True)
class _Building:
    named: Named
    flat: Flat
    setting: Setting
    problems: list[Problem] = field(default_factory=list[Problem])
    tasks: list[Draft] = field(default_factory=list[Draft])
    last: list[Draft] = field(default_factory=list[Draft])
    steps: dict[str, Placed] = field(default_factory=dict[str, Placed])

    @property
    def workflow(self) -> Workflow:
        return self.flat.workflow

    def built(self) -> Built:
        workflow = self.workflow
        scope = Scope(workflow, self.setting.image)
        volumes = VolumeNames(workflow)
        maker = TaskMaker(scope, pickled_in(workflow), volumes)
        self.problems += self.flat.problems
        for step in workflow.steps:
            self._add(maker, step)
        results = self._results(scope)
        scope.reckoner.closed = True
        self._add_last(maker)
        self.tasks += scope.reckoner.drafts
        pipeline = self._pipeline(scope, volumes, results)
        whole = {"pipeline": pipeline, "run": self._run(volumes)}
        try:
            whole = dict(merged(whole, workflow.extras, ENGINE))
        except Refused as why:
            self._tell_whole(why)
        pipeline, tasks = shared(whole["pipeline"])
        return Built(
            pipeline=pipeline,
            run=whole["run"],
            tasks=tuple(tasks),
            problems=tuple(dict.fromkeys(self.problems)),
            steps=self.steps,
            flat=self.flat,
        )

    def _add(self, maker: TaskMaker, step: Step) -> None:
        name = maker.scope.tasks[step.name]
        try:
            draft = maker.made(step, name)
            check_claims(draft)
            draft.extras = step.extras
        except Unsayable as why:
            self._tell(step, why)
            return
        self.tasks.append(draft)
        self.steps[name] = Placed(step, self._path(step))

    def _add_last(self, maker: TaskMaker) -> None:
        for handler in self.workflow.exit_handlers:
            try:
                for step, behind, when in handled(handler):
                    name = maker.scope.names.take(f"{step.name}{behind}")
                    draft = maker.made(step, name)
                    check_claims(draft)
                    draft.extras = step.extras
                    whole = [*when, *draft.beside.get("when", ())]
                    draft.beside |= said(when=whole)
                    self.last.append(draft)
                    self.steps[name] = Placed(step, step.name)
            except Unsayable as why:
                self._tell(handler.step, why)

    def _path(self, step: Step) -> str:
        return self.flat.paths.get(step.name, step.name)

    def _tell(self, step: Step, why: Unsayable) -> None:
        place = "" if step.origin is None else str(step.origin)
        self.problems.append(Problem(f"step {self._path(step)!r}", str(why), place))

    def _tell_whole(self, why: object) -> None:
        where = f"workflow {self.workflow.name!r}"
        self.problems.append(Problem(where, str(why)))

    def _results(self, scope: Scope) -> list[Fields]:
        names = scope.names_of_outputs()
        found: list[Fields] = []
        for output in self.workflow.outputs:
            is_result = any(isinstance(one, OutputRef) for one in leaves(output.value))
            write = scope.text if is_result else scope.reckoner.value
            try:
                text = write(output.value)
            except Unsayable as why:
                self._tell_whole(f"output {output.name!r}: {why}")
                continue
            about = said(description=output.description)
            found.append({"name": names[output.name], **about, "value": text})
        return [*found, *self._known_results(scope)]

    def _known_results(self, scope: Scope) -> Iterator[Fields]:
        """Yield what is known to the whole run by a name; files are only in it."""
        outputs = [one.name for one in self.workflow.outputs]
        names = port_names((*outputs, *self.named.values))
        for name, value in self.named.values.items():
            if scope.is_artifact(value):
                continue
            try:
                yield {"name": names[name], "value": scope.text(value)}
            except Unsayable as why:
                self._tell_whole(f"global output {name!r}: {why}")

    def _pipeline(
        self, scope: Scope, volumes: VolumeNames, results: list[Fields]
    ) -> Fields:
        drafts = (*self.tasks, *self.last)
        claims = [{"name": one["name"]} for one in self._workspaces(volumes)]
        spec = said(
            description=self.workflow.description,
            params=[*self._params(scope), *_program_params(drafts)],
            workspaces=claims,
            tasks=[self._fields(one) for one in self.tasks],
            results=results,
        )
        if self.last:
            spec["finally"] = [self._fields(one) for one in self.last]
        metadata = {"name": label(self.workflow.name), **self._labels()}
        return {
            "apiVersion": VERSION,
            "kind": "Pipeline",
            "metadata": metadata,
            "spec": spec,
        }

    def _fields(self, draft: Draft) -> Fields:
        try:
            return dict(merged({"task": draft.fields()}, draft.extras, ENGINE)["task"])
        except Refused as why:
            self.problems.append(Problem(f"task {draft.name!r}", str(why)))
            return draft.fields()

    def _params(self, scope: Scope) -> list[Fields]:
        found: list[Fields] = []
        for one in self.workflow.parameters:
            fields: Fields = {"name": scope.params[one.name], "type": "string"}
            fields |= said(description=about_input(one))
            if one.default is not None:
                try:
                    fields["default"] = literal(as_text(one.default.value))
                except Unsayable as why:
                    self._tell_whole(f"parameter {one.name!r}: {why}")
            found.append(fields)
        return found

    def _labels(self) -> Fields:
        return said(
            labels=dict(self.workflow.labels),
            annotations=dict(self.workflow.annotations),
        )

    def _workspaces(self, volumes: VolumeNames) -> list[Fields]:
        used = {name for one in (*self.tasks, *self.last) for name in one.workspaces}
        setting = self.setting
        files = files_claim(setting.files, setting.storage_class, setting.access_mode)
        return [*([files] if FILES in used else []), *volumes.claims()]

    def _run(self, volumes: VolumeNames) -> Fields:
        name = label(self.workflow.name)
        workflow = self.workflow
        # Tekton ends runs after an hour of which nothing else is said
        timeout = 0 if workflow.timeout is None else workflow.timeout
        tasks = [*self.tasks, *self.last]
        own = [self._pod(draft.name) for draft in tasks]
        return {
            "apiVersion": VERSION,
            "kind": "PipelineRun",
            "metadata": {
                "generateName": f"{label(name, 63 - _RUN_END)}-",
                **self._labels(),
            },
            "spec": {
                "pipelineRef": {"name": name},
                "timeouts": {"pipeline": duration_text(timeout)},
                **said(
                    workspaces=self._workspaces(volumes),
                    taskRunTemplate=whole_fields(workflow.pod),
                    taskRunSpecs=[one for one in own if one],
                ),
            },
        }

    def _pod(self, task: str) -> Fields:
        template = self.steps[task].step.template if task in self.steps else None
        own = template.pod if isinstance(template, Boxed) else Pod()
        return task_fields(task, own, self.workflow.pod)


def _program_params(drafts: Iterable[Draft]) -> list[Fields]:
    """Return the parameters that hold the programs which tasks run."""
    used = sorted({name for draft in drafts for name in draft.programs})
    return [
        {"name": f"{OWN}{name}", "type": "string", "default": _program_text(name)}
        for name in used
    ]


def _program_text(name: str) -> str:
    return wire(runner_text()) if name == "runner" else program(name)
