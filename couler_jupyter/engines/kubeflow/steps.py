"""Steps as tasks: a sub-DAG around each condition, each map and each exit handler.

A task whose condition does not hold is skipped, and what waits for it would be left out.
So a conditional step is a DAG that always runs and holds one that may not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import assert_never, cast

from couler_jupyter.engines.kubeflow.book import Book, Object
from couler_jupyter.engines.kubeflow.conditions import trigger
from couler_jupyter.engines.kubeflow.containers import (
    Program,
    container_of,
    input_definition,
    kind_of,
    kinds_of,
    ports_for,
)
from couler_jupyter.engines.kubeflow.dag import (
    ARTIFACT,
    Dag,
    Known,
    constant,
    output_of,
    own_input,
    ports_of,
)
from couler_jupyter.engines.kubeflow.names import (
    channel,
    item_name,
    port_name,
    task_name,
)
from couler_jupyter.engines.kubeflow.pods import platform_of, pod_of
from couler_jupyter.engines.kubeflow.values import given, items_of, made
from couler_jupyter.ir import (
    AllOf,
    Boxed,
    Compare,
    Condition,
    Constant,
    Container,
    ExitHandler,
    Foreign,
    Function,
    InputArtifact,
    ItemRef,
    Job,
    Operator,
    OutputRef,
    ParameterRef,
    Pod,
    RunField,
    RunRef,
    Script,
    Step,
    SubWorkflow,
    Suspend,
    Value,
    Workflow,
    condition_values,
    inputs_of,
    leaves,
)

FACTS: Mapping[RunField, str] = {
    RunField.RUN: "{{$.pipeline_job_name}}",
    RunField.ID: "{{$.pipeline_job_uuid}}",
    RunField.STARTED: "{{$.pipeline_job_create_time_utc}}",
    RunField.SCHEDULED: "{{$.pipeline_job_schedule_time_utc}}",
}
"""Facts about a run that Kubeflow puts in for a constant."""
_STATUS = "status"
_COMPLETED = "ALL_UPSTREAM_TASKS_COMPLETED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The workflow that steps stand in, as they must know it.

    Attributes:
        workflow: it.
        pod: where steps run that do not say so themselves.
        used: outputs of steps that something uses.
        image: for what names none.
    """

    workflow: Workflow
    pod: Pod
    used: frozenset[OutputRef]
    image: str


def build(book: Book, workflow: Workflow, image: str) -> Object:
    """Return the root component of a workflow; the others go into the book."""
    root = Dag(book=book)
    root.known[RunRef(RunField.WORKFLOW)] = Known(constant(workflow.name), "string")
    for field, placeholder in FACTS.items():
        root.known[RunRef(field)] = Known(constant(placeholder), "string")
    fill(root, workflow, Pod(), image)
    return root.spec()


def fill(dag: Dag, workflow: Workflow, outer: Pod, image: str) -> None:
    """Put all of a workflow into an empty DAG."""
    _take_inputs(dag, workflow)
    place = Place(
        workflow=workflow,
        pod=pod_of(workflow.pod, outer),
        used=_used(workflow),
        image=image,
    )
    inside = Dag(book=dag.book, parent=dag) if workflow.exit_handlers else dag
    for step in workflow:
        add_step(inside, step, place)
    for output in workflow.outputs:
        name = port_name(output.name)
        found = made(inside, output.value, near=name.lower(), image=image)
        inside.leave(name, found, output.description)
    if workflow.exit_handlers:
        _end(dag, inside, place)


def _take_inputs(dag: Dag, workflow: Workflow) -> None:
    for one in workflow.parameters:
        name = dag.channels.take(port_name(one.name))
        dag.inputs["parameters"][name] = input_definition(one)
        known = Known(own_input("parameters", name), kind_of(one.type))
        dag.known[ParameterRef(one.name)] = known
        if dag.parent is None:
            dag.known[ParameterRef(one.name, of_run=True)] = known
    for artifact in workflow.artifacts:
        name = dag.channels.take(port_name(artifact.name))
        told = {"description": artifact.description} if artifact.description else {}
        dag.inputs["artifacts"][name] = {**ARTIFACT, **told}
        known = Known(own_input("artifacts", name), "artifact")
        dag.known[ParameterRef(artifact.name)] = known


def _used(workflow: Workflow) -> frozenset[OutputRef]:
    found = {
        one
        for step in workflow.steps
        for one in step.references()
        if isinstance(one, OutputRef)
    }
    for output in workflow.outputs:
        found |= {one for one in leaves(output.value) if isinstance(one, OutputRef)}
    return frozenset(found)


def _end(dag: Dag, inside: Dag, place: Place) -> None:
    """Add the steps as one task, and what runs at the end as one that waits for it.

    It is one because Kubeflow runs but one task at the end of another.
    """
    component = dag.book.component("steps", inside.spec())
    steps = dag.add("steps", component, given=inside.given)
    for kind, outputs in inside.outputs.items():
        for name, (definition, _) in outputs.items():
            found = output_of(
                steps, name, "artifact" if kind == "artifacts" else "json"
            )
            dag.leave(name, found, str(definition.get("description", "")))
    last = Dag(book=dag.book, parent=dag)
    status = {"taskFinalStatus": {"producerTask": steps}}
    own = last.take(Known(status, "ended"), _STATUS)
    last.known[RunRef(RunField.STATUS)] = own
    last.known[RunRef(RunField.KUBE_STATUS)] = replace(own, kind="kube-ended")
    for handler in place.workflow.exit_handlers:
        add_step(last, _with_status(handler), place)
    component = dag.book.component("at-the-end", last.spec())
    policy = {"strategy": _COMPLETED}
    dag.add("at-the-end", component, given=last.given, triggerPolicy=policy)


def _with_status(handler: ExitHandler) -> Step:
    """Return the step of a handler, under the condition that the run ended so."""
    step = handler.step
    if not handler.on:
        return step
    ends = Constant.of([str(one) for one in handler.on])
    ended = Compare(RunRef(RunField.STATUS), Operator.IN, ends)
    when: Condition = ended if step.when is None else AllOf((ended, step.when))
    return replace(step, when=when)


def add_step(dag: Dag, step: Step, place: Place) -> None:
    """Add the tasks of a step; those of what it uses are there."""
    after = [dag.placed[one] for one in step.order_dependencies]
    if step.when is not None and not is_per_item(step):
        dag.placed[step.name] = _add_conditional(dag, step, place, after)
        return
    task, kinds = _add_looped(dag, step, place, after)
    dag.placed[step.name] = task
    for name, kind in kinds.items():
        known = output_of(task, port_name(name), kind, each=step.loop is not None)
        dag.known[OutputRef(step.name, name)] = known


def is_per_item(step: Step) -> bool:
    """Whether the condition of a step is asked for each item of its map."""
    return step.when is not None and any(
        isinstance(leaf, ItemRef)
        for value in condition_values(step.when)
        for leaf in leaves(value)
    )


def _add_conditional(dag: Dag, step: Step, place: Place, after: list[str]) -> str:
    key = task_name(step.name)
    outer = Dag(book=dag.book, parent=dag, loops=dag.loops)
    _add_guarded(outer, step, place)
    component = dag.book.component(key, outer.spec())
    return dag.add(key, component, given=outer.given, after=after)


def _add_guarded(outer: Dag, step: Step, place: Place) -> None:
    """Add a DAG that runs only if the step's condition holds."""
    key = task_name(step.name)
    inner = Dag(book=outer.book, parent=outer, loops=outer.loops)
    when = cast("Condition", step.when)
    condition = trigger(outer, inner, when, key, place.image)
    if is_per_item(step):
        _add_core(inner, step, place, [])
    else:
        _add_looped(inner, step, place, [])
    component = outer.book.component(f"{key}-if", inner.spec())
    policy = {"condition": condition}
    outer.add(key, component, given=inner.given, triggerPolicy=policy)


def _add_looped(
    dag: Dag, step: Step, place: Place, after: list[str]
) -> tuple[str, Mapping[str, str]]:
    key = task_name(step.name)
    if step.loop is None:
        return _add_core(dag, step, place, after)
    body = Dag(book=dag.book, parent=dag, loops=dag.loops + 1)
    item = body.channels.take(item_name(dag.loops))
    body.inputs["parameters"][item] = {"parameterType": "STRING"}
    body.known[ItemRef()] = Known(own_input("parameters", item))
    items = items_of(dag, step.loop, near=key, image=place.image)
    if isinstance(items, Known):
        ((_, name),) = body.take(items, channel("items")).given.items()
        items = {"inputParameter": name}
    kinds = _add_body(body, step, place)
    component = dag.book.component(f"{key}-each", body.spec())
    bound = step.loop.parallelism
    task = dag.add(
        key,
        component,
        given=body.given,
        after=after,
        parameterIterator={"items": items, "itemInput": item},
        iteratorPolicy={} if bound is None else {"parallelismLimit": bound},
    )
    return task, kinds


def _add_body(body: Dag, step: Step, place: Place) -> Mapping[str, str]:
    """Add what is done for each item; what others use of it leaves the body."""
    if is_per_item(step):
        _add_guarded(body, step, place)
        return {}
    task, kinds = _add_core(body, step, place, [])
    for name, kind in kinds.items():
        if OutputRef(step.name, name) in place.used:
            port = port_name(name)
            body.leave(port, output_of(task, port, kind, each=True))
    return kinds


def _add_core(
    dag: Dag, step: Step, place: Place, after: list[str]
) -> tuple[str, Mapping[str, str]]:
    key = task_name(step.name)
    match step.template:
        case SubWorkflow(workflow=inner):
            child = Dag(book=dag.book, parent=dag, loops=dag.loops)
            _give(child.given, dag, step, place)
            fill(child, inner, place.pod, place.image)
            component = dag.book.component(key, child.spec())
            kinds = {
                one.name: _kind_of(child, port_name(one.name)) for one in inner.outputs
            }
            return dag.add(key, component, given=child.given, after=after), kinds
        case Container() | Script() | Function() | Suspend() as template:
            return _add_program(dag, step, template, place, after)
        case Job() | Foreign() as other:
            raise AssertionError(other)
        case _ as never:
            assert_never(never)


def _add_program(
    dag: Dag, step: Step, template: Program, place: Place, after: list[str]
) -> tuple[str, Mapping[str, str]]:
    key = task_name(step.name)
    ports = ports_for(template)
    container = container_of(template, ports, place.image)
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


def _give(
    takes: Mapping[str, dict[str, Object]],
    dag: Dag,
    step: Step,
    place: Place,
) -> None:
    """Fill in what a task is given for the inputs of its template."""
    key = task_name(step.name)
    values = {one.name: cast("Value", one.value) for one in step.arguments}
    for port in inputs_of(step.template):
        if port.name not in values:
            continue
        kind = "artifacts" if isinstance(port, InputArtifact) else "parameters"
        found = given(dag, values[port.name], near=key, image=place.image)
        takes[kind][port_name(port.name)] = found.given


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
