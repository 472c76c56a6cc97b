"""What would go wrong with a workflow on this machine, found before anything runs."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec

from couler_jupyter.engines.local.container_service import (
    ContainersMissing,
    connect,
    find_service,
)
from couler_jupyter.engines.local.options import Options
from couler_jupyter.engines.local.placing.environment import FIELDS
from couler_jupyter.engines.local.placing.way import Way, way_of
from couler_jupyter.engines.local.placing.where import path_fault, paths_of
from couler_jupyter.engines.local.requirements import missing
from couler_jupyter.engines.local.scheduling.orders import Capacity
from couler_jupyter.engines.local.scheduling.plan import ask_of
from couler_jupyter.engines.local.storing.remote import PACKAGES
from couler_jupyter.errors import Problem
from couler_jupyter.ir import (
    Container,
    Dataset,
    FieldRef,
    Function,
    InputArtifact,
    OutputArtifact,
    Step,
    StepField,
    StepRef,
    SubWorkflow,
    Workflow,
    bytes_text,
)
from couler_jupyter.ir.template import Boxed


def problems_here(
    workflow: Workflow, options: Options, capacity: Capacity
) -> tuple[Problem, ...]:
    """Return why the steps of `workflow` could not run here; empty if they could."""
    checker = _Checker(options, capacity)
    return tuple(checker.problems(workflow, ""))


class _Checker:
    def __init__(self, options: Options, capacity: Capacity) -> None:
        self._options = options
        self._capacity = capacity
        self._no_containers: str | None = None

    def problems(self, workflow: Workflow, prefix: str) -> Iterator[Problem]:
        handlers = (handler.step for handler in workflow.exit_handlers)
        for step in (*workflow.steps, *handlers):
            path = f"{prefix}{step.name}"
            place = "" if step.origin is None else str(step.origin)
            for what in self._faults(step, workflow):
                yield Problem(f"step {path!r}", what, place)
            if isinstance(step.template, SubWorkflow):
                yield from self.problems(step.template.workflow, f"{path}/")

    def _faults(self, step: Step, workflow: Workflow) -> Iterator[str]:
        template = step.template
        if not isinstance(template, Boxed):
            return
        yield from self._too_much(step)
        yield from _missing_packages(step)
        if isinstance(template, Function) and not self._options.dask:
            yield from filter(None, map(missing, template.requirements))
        yield from _unknown_fields(template)
        if way_of(template, self._options) is Way.CONTAINER:
            yield from self._container_faults(step, workflow)
        else:
            yield from _process_faults(step, workflow)

    def _too_much(self, step: Step) -> Iterator[str]:
        ask, most = ask_of(step), self._capacity
        if ask.cpu > most.cpu:
            yield f"it asks for {ask.cpu:g} cores; there are {most.cpu:g}"
        if ask.memory > most.memory:
            have = f"{most.memory / 2**30:.1f}Gi"
            yield f"it asks for {bytes_text(ask.memory)} of memory; there is {have}"
        if ask.gpu > most.gpu:
            yield f"it asks for {ask.gpu} GPUs; there are {most.gpu}"

    def _container_faults(self, step: Step, workflow: Workflow) -> Iterator[str]:
        if self._no_containers is None:
            try:
                connect(find_service()).close()
                self._no_containers = ""
            except ContainersMissing as error:
                self._no_containers = str(error)
        if self._no_containers:
            yield f"it is a container; {self._no_containers}"
        hosted = self._options.network == "host" or _on_host(step, workflow)
        if step.daemon and not hosted and _is_called(step, workflow):
            yield "its address can be used only with the option network='host'"


def _on_host(step: Step, workflow: Workflow) -> bool:
    own = isinstance(step.template, Boxed) and step.template.pod.host_network
    return own or workflow.pod.host_network


def _is_called(step: Step, workflow: Workflow) -> bool:
    ref = StepRef(step.name, StepField.ADDRESS)
    return any(ref in tuple(other.references()) for other in workflow.steps)


def _process_faults(step: Step, workflow: Workflow) -> Iterator[str]:
    template = step.template
    for path in paths_of(template):
        if fault := path_fault(path):
            yield fault
    if not isinstance(template, Boxed):
        return
    if template.working_dir.startswith("/"):
        yield (
            f"working folder {template.working_dir} is outside the step's own folder; "
            "write a relative path, or run the step in a container"
        )
    for mount in template.mounts:
        yield f"it mounts volume {mount.volume!r}; only containers can, not processes"
    pods = (template.pod, workflow.pod)
    if any(pod.sidecars or pod.init for pod in pods):
        yield "it has containers beside it; only a container can, not a process"
    if isinstance(template, Container) and not (template.command or template.args):
        yield "it has no command; what the image runs is known only to a container"


def _missing_packages(step: Step) -> Iterator[str]:
    for kind, package in PACKAGES.items():
        if any(isinstance(_source(one), kind) for one in _storages(step)):
            missing = [name for name in ("fsspec", package) if not find_spec(name)]
            if missing:
                what = " ".join(missing)
                yield f"{kind.__name__} needs packages; pip install {what}"


def _source(storage: object) -> object:
    return storage.source if isinstance(storage, Dataset) else storage


def _storages(step: Step) -> Iterator[object]:
    yield from (argument.value for argument in step.arguments)
    if isinstance(step.template, Boxed):
        for port in (*step.template.inputs, *step.template.outputs):
            if isinstance(port, InputArtifact):
                yield port.default
            elif isinstance(port, OutputArtifact):
                yield port.storage


def _unknown_fields(template: Boxed) -> Iterator[str]:
    for variable in template.env:
        value = variable.value
        if isinstance(value, FieldRef) and value.path not in FIELDS:
            known = ", ".join(FIELDS)
            yield f"variable {variable.name!r} is {value.path}, of a pod; here are {known}"
