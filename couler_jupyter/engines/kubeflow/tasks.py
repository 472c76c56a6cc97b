"""A step as one task: what it runs, what it is given, and how often it is tried."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias, assert_never, cast, get_args

from couler_jupyter.engines.kubeflow.book import Object
from couler_jupyter.engines.kubeflow.containers import container_of
from couler_jupyter.engines.kubeflow.dag import (
    Dag,
    ports_of,
)
from couler_jupyter.engines.kubeflow.foreign import known_values, own_component
from couler_jupyter.engines.kubeflow.names import (
    port_name,
    task_name,
)
from couler_jupyter.engines.kubeflow.pods import platform_of, pod_of
from couler_jupyter.engines.kubeflow.ports import Program, kinds_of, ports_for
from couler_jupyter.engines.kubeflow.stored import brought, filled_in
from couler_jupyter.engines.kubeflow.values import given
from couler_jupyter.ir import (
    Boxed,
    Container,
    Foreign,
    Function,
    InputArtifact,
    InputParameter,
    InputRef,
    Job,
    Leaf,
    OutputRef,
    ParameterRef,
    Pod,
    Script,
    Step,
    Storage,
    SubWorkflow,
    Suspend,
    Value,
    Workflow,
    inputs_of,
)

Kinds: TypeAlias = Mapping[str, str]
"""What the text of each output is read as; `artifact` for a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The workflow that steps stand in, as they must know it.

    Attributes:
        workflow: it.
        pod: where steps run that do not say so themselves.
        used: outputs of steps that something uses.
        image: for what names none.
        runner: parameter of the run that holds what functions run in, if one does.
        fill: puts all of a workflow into a DAG, given the pod of what is around it.
    """

    workflow: Workflow
    pod: Pod
    used: frozenset[OutputRef]
    image: str
    runner: ParameterRef | None
    fill: Callable[[Dag, Workflow, Pod, str, ParameterRef | None], None]


def add_core(dag: Dag, step: Step, place: Place, after: list[str]) -> tuple[str, Kinds]:
    """Add what a step runs, once; return the task and what it leaves."""
    key = task_name(step.name)
    match step.template:
        case SubWorkflow(workflow=inner):
            child = Dag(book=dag.book, parent=dag, loops=dag.loops)
            _give(child.given, dag, step, place)
            place.fill(child, inner, place.pod, place.image, place.runner)
            component = dag.book.component(key, child.spec())
            kinds = {
                one.name: _kind_of(child, port_name(one.name)) for one in inner.outputs
            }
            given = child.given
            return dag.add(key, component, given=given, after=after, inner=child), kinds
        case Container() | Script() | Function() | Suspend() as template:
            return add_program(dag, step, template, place, after)
        case Foreign() as own:
            return _add_own(dag, step, own, place, after)
        case Job() as other:
            raise AssertionError(other)
        case _ as never:
            assert_never(never)


def add_program(
    dag: Dag, step: Step, template: Program, place: Place, after: list[str]
) -> tuple[str, Kinds]:
    """Add a task that runs a container; return it and what it leaves."""
    key = task_name(step.name)
    ports = ports_for(template)
    container = container_of(template, ports, place.image, place.runner)
    takes: dict[str, dict[str, Object]] = {"parameters": {}, "artifacts": {}}
    _give(takes, dag, step, place)
    for leaf, name in ports.more.items():
        found = given(dag, leaf, near=key, image=place.image)
        takes["parameters"][name] = found.given
    box = template if isinstance(template, Boxed) else Boxed()
    volumes = {one.name: one for one in place.workflow.volumes}
    pod = platform_of(box, pod_of(box.pod, place.pod), volumes, step.timeout)
    spec = ports_of(ports.inputs, ports.outputs)
    component = dag.book.container(key, spec, container, pod)
    task = dag.add(
        key,
        component,
        given=takes,
        after=after,
        cachingOptions=_caching(step),
        retryPolicy=_retrying(step),
    )
    return task, kinds_of(template.outputs)


def _add_own(
    dag: Dag, step: Step, template: Foreign, place: Place, after: list[str]
) -> tuple[str, Kinds]:
    """Add a task that runs a component of Kubeflow's own."""
    key = task_name(step.name)
    takes: dict[str, dict[str, Object]] = {"parameters": {}, "artifacts": {}}
    _give(takes, dag, step, place)
    takes["parameters"] |= known_values(step)
    task = dag.add(
        key,
        own_component(dag.book, key, template),
        given=takes,
        after=after,
        cachingOptions=_caching(step),
        retryPolicy=_retrying(step),
    )
    return task, kinds_of(template.outputs)


def _give(
    takes: Mapping[str, dict[str, Object]],
    dag: Dag,
    step: Step,
    place: Place,
) -> None:
    """Fill in what a task is given for the inputs of its template."""
    key = task_name(step.name)
    values = {one.name: one.value for one in step.arguments}
    for port in inputs_of(step.template):
        kind = "artifacts" if isinstance(port, InputArtifact) else "parameters"
        value = values.get(port.name)
        if value is None and isinstance(port, InputArtifact) and port.default:
            value = filled_in(port.default, _inputs_known(step))
        if value is None:
            continue
        if isinstance(value, get_args(Storage)):
            near = task_name(f"{step.name}-{port.name}")
            found = brought(dag, cast("Storage", value), near=near, image=place.image)
        else:
            found = given(dag, cast("Value", value), near=key, image=place.image)
        takes[kind][port_name(port.name)] = found.given


def _inputs_known(step: Step) -> dict[Leaf, Value]:
    """Return the values of a step's inputs, by what refers to them in its template."""
    ports = [one for one in inputs_of(step.template) if isinstance(one, InputParameter)]
    found: dict[Leaf, Value] = {
        InputRef(one.name): one.default for one in ports if one.default is not None
    }
    for one in step.arguments:
        if not isinstance(one.value, get_args(Storage)):
            found[InputRef(one.name)] = cast("Value", one.value)
    return found


def _kind_of(child: Dag, name: str) -> str:
    return "artifact" if name in child.outputs["artifacts"] else "json"


def _caching(step: Step) -> Object:
    if step.cache is None:
        return {}
    key = {"cacheKey": step.cache.key} if step.cache.key else {}
    return {"enableCache": step.cache.enabled, **key}


def _retrying(step: Step) -> Object:
    if step.retry is None:
        return {}
    found: Object = {"maxRetryCount": step.retry.limit}
    if (backoff := step.retry.backoff) is not None:
        found["backoffDuration"] = _seconds(backoff.seconds)
        found["backoffFactor"] = backoff.factor
        if backoff.longest is not None:
            found["backoffMaxDuration"] = _seconds(backoff.longest)
    return found


def _seconds(seconds: float) -> str:
    """Return seconds as JSON has a protobuf Duration."""
    return f"{seconds:.9f}".rstrip("0").rstrip(".") + "s"
