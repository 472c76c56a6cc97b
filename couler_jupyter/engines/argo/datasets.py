"""Shared datasets as volumes: Fluid caches them on the nodes, steps mount its claims.

Where a step takes such a dataset as a file, it is given a path in a volume instead; what
is said of that input in its texts, or asked by its function, is the path.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import cast

from couler_jupyter.engines.argo.names import port_name
from couler_jupyter.engines.argo.templates.home import absolute
from couler_jupyter.engines.kube.fluid import Fluid, dataset_faults, mounted_at
from couler_jupyter.errors import Problem
from couler_jupyter.ir import (
    Claim,
    ConfigRef,
    Constant,
    Container,
    Dataset,
    DatasetCache,
    EnvVar,
    FieldRef,
    Function,
    InputArtifact,
    InputParameter,
    Leaf,
    Mount,
    PathRef,
    Script,
    SecretRef,
    Sidecar,
    Step,
    SubWorkflow,
    Template,
    Text,
    Value,
    ValueType,
    Volume,
    Workflow,
    inputs_of,
    places_in,
    substitute,
)
from couler_jupyter.ir.template import Boxed

_PLACE = "/mnt/datasets"


@dataclass(frozen=True, slots=True)
class Mounting:
    """A workflow whose shared datasets are volumes.

    Attributes:
        workflow: as it is compiled.
        datasets: what was in their place, each once.
    """

    workflow: Workflow
    datasets: tuple[Dataset, ...] = ()


def mounting(workflow: Workflow, fluid: Fluid) -> Mounting:
    """Return a workflow with volumes in place of shared datasets, if it has any."""
    if not _has_shared(workflow, set()):
        return Mounting(workflow)
    maker = _Maker(fluid)
    return Mounting(maker.workflow(workflow), tuple(maker.datasets))


def dataset_problems(workflow: Workflow, fluid: Fluid) -> Iterator[Problem]:
    """Yield why the shared datasets of a workflow cannot be volumes."""
    if not _has_shared(workflow, set()):
        return
    for what in fluid.faults():
        yield Problem(f"workflow {workflow.name!r}", what)
    for one, path in places_in(workflow):
        if isinstance(one, Workflow):
            if any(is_shared(port.default) for port in one.artifacts):
                where = f"step {path!r}" if path else f"workflow {one.name!r}"
                what = "a shared dataset cannot be an input of a workflow; give it to the steps"
                yield Problem(where, what)
            continue
        for port, dataset in shared_in(one):
            for what in _port_faults(one, port, dataset, fluid):
                yield Problem(f"step {path!r}", f"input {port.name!r}: {what}")


def _has_shared(workflow: Workflow, seen: set[int]) -> bool:
    """Whether there are any: asked of every workflow, so all in it is seen once."""
    seen.add(id(workflow))
    steps = (*workflow.steps, *(one.step for one in workflow.exit_handlers))
    values = [one.value for step in steps for one in step.arguments]
    if any(is_shared(one) for one in values if type(one) is Dataset):
        return True
    templates = {id(step.template): step.template for step in steps}.values()
    ports = (
        *workflow.artifacts,
        *(port for one in templates for port in inputs_of(one)),
    )
    if any(is_shared(getattr(port, "default", None)) for port in ports):
        return True
    inner = [one.workflow for one in templates if isinstance(one, SubWorkflow)]
    return any(_has_shared(one, seen) for one in inner if id(one) not in seen)


def is_shared(given: object) -> bool:
    """Whether something is a shared dataset."""
    return isinstance(given, Dataset) and given.cache is DatasetCache.SHARED


def shared_in(step: Step) -> Iterator[tuple[InputArtifact, Dataset]]:
    """Yield the inputs of a step that are shared datasets, and which."""
    given = {argument.name: argument.value for argument in step.arguments}
    for port in inputs_of(step.template):
        if isinstance(port, InputArtifact):
            value = given.get(port.name, port.default)
            if isinstance(value, Dataset) and is_shared(value):
                yield port, value


def _port_faults(
    step: Step, port: InputArtifact, dataset: Dataset, fluid: Fluid
) -> Iterator[str]:
    yield from dataset_faults(dataset, fluid)
    if isinstance(step.template, SubWorkflow):
        yield "a shared dataset is given to the step that reads it, not to its workflow"
    elif not isinstance(step.template, Boxed):
        yield "only a container, a script or a function can mount a shared dataset"
    if port.mode is not None:
        yield "it is mounted to be read only; its mode cannot be changed"


@dataclass(slots=True)
class _Maker:
    fluid: Fluid
    datasets: dict[Dataset, None] = field(default_factory=dict[Dataset, None])

    def workflow(self, workflow: Workflow) -> Workflow:
        names: dict[str, None] = {}
        steps = tuple(self._step(one, names) for one in workflow.steps)
        handlers = tuple(
            replace(one, step=self._step(one.step, names))
            for one in workflow.exit_handlers
        )
        volumes = tuple(
            Volume(name=name, source=Claim(name=name, read_only=True)) for name in names
        )
        return replace(
            workflow,
            steps=steps,
            exit_handlers=handlers,
            volumes=(*workflow.volumes, *volumes),
        )

    def _step(self, step: Step, names: dict[str, None]) -> Step:
        if isinstance(step.template, SubWorkflow):
            inner = self.workflow(step.template.workflow)
            return replace(step, template=replace(step.template, workflow=inner))
        found = tuple(shared_in(step))
        if not found:
            return step
        template = cast("Boxed", step.template)
        for port, dataset in found:
            at = mounted_at(dataset, self.fluid)
            names[at.name] = None
            self.datasets[dataset] = None
            path = _path(port, template, at.within)
            mount = Mount(volume=at.name, path=path, sub_path=at.within, read_only=True)
            template = _with_path(template, port, path, mount)
        gone = {port.name for port, _ in found}
        kept = tuple(one for one in step.arguments if one.name not in gone)
        return replace(step, template=cast("Template", template), arguments=kept)


def _path(port: InputArtifact, template: Boxed, within: str) -> str:
    if port.path:
        return absolute(port.path, template.working_dir)
    return f"{_PLACE}/{port_name(port.name)}/{within}".rstrip("/")


def _with_path(template: Boxed, port: InputArtifact, path: str, mount: Mount) -> Boxed:
    """Return a template that finds at a path what it took as an input."""
    known: dict[Leaf, Value] = {PathRef(port.name): Constant.of(path)}
    template = replace(
        template,
        inputs=tuple(one for one in template.inputs if one.name != port.name),
        env=_variables(template.env, known),
        mounts=(*template.mounts, mount),
        pod=replace(
            template.pod,
            init=tuple(_beside(one, known, mount) for one in template.pod.init),
            sidecars=tuple(_beside(one, known, mount) for one in template.pod.sidecars),
        ),
    )
    match template:
        case Container(command=command, args=args):
            return replace(
                template, command=_texts(command, known), args=_texts(args, known)
            )
        case Script(source=source):
            return replace(template, source=_text(source, known))
        case Function():
            text = InputParameter(
                name=port.name, type=ValueType.STRING, default=Constant.of(path)
            )
            name = f"{template.entrypoint}_at_{port_name(port.name).replace('-', '_')}"
            return replace(
                template,
                inputs=(*template.inputs, text),
                source=template.source + _call(name, template.entrypoint, port.name),
                entrypoint=name,
            )
        case _:
            raise AssertionError(f"{type(template).__name__} runs in no box")


def _call(name: str, function: str, port: str) -> str:
    """Return a function that gives another a path where it is given a text."""
    return (
        f"\n\ndef {name}(**given):\n"
        "    import pathlib\n"
        f"    given[{port!r}] = pathlib.Path(given[{port!r}])\n"
        f"    return {function}(**given)\n"
    )


def _beside(one: Sidecar, known: dict[Leaf, Value], mount: Mount) -> Sidecar:
    """Return a container that finds the path, too, if it names it."""
    found = replace(
        one,
        command=_texts(one.command, known),
        args=_texts(one.args, known),
        env=_variables(one.env, known),
    )
    if found == one or one.mirror_mounts:
        return found
    return replace(found, mounts=(*one.mounts, mount))


def _variables(env: tuple[EnvVar, ...], known: dict[Leaf, Value]) -> tuple[EnvVar, ...]:
    return tuple(
        one
        if isinstance(one.value, SecretRef | ConfigRef | FieldRef)
        else replace(one, value=_text(one.value, known))
        for one in env
    )


def _texts(texts: tuple[Text, ...], known: dict[Leaf, Value]) -> tuple[Text, ...]:
    return tuple(_text(one, known) for one in texts)


def _text(text: Text, known: dict[Leaf, Value]) -> Text:
    if isinstance(text, str):
        return text
    put = substitute(text, known)
    return str(put.value) if isinstance(put, Constant) else put
