"""A whole workflow as a DAG: what goes in and out, its steps, and what runs at the end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from couler_jupyter.engines.kube.runner import whole_program
from couler_jupyter.engines.kubeflow.book import Book
from couler_jupyter.engines.kubeflow.dag import (
    ARTIFACT,
    Dag,
    Known,
    constant,
    output_of,
    own_input,
)
from couler_jupyter.engines.kubeflow.names import port_name, task_name
from couler_jupyter.engines.kubeflow.pods import pod_of
from couler_jupyter.engines.kubeflow.ports import input_definition, kind_of
from couler_jupyter.engines.kubeflow.steps import add_step
from couler_jupyter.engines.kubeflow.stored import brought
from couler_jupyter.engines.kubeflow.tasks import Place
from couler_jupyter.engines.kubeflow.values import made
from couler_jupyter.ir import (
    AllOf,
    Compare,
    Condition,
    Constant,
    ExitHandler,
    Function,
    InputParameter,
    Operator,
    OutputRef,
    ParameterRef,
    Pod,
    RunField,
    RunRef,
    Step,
    Workflow,
    leaves,
    places_in,
)

FACTS: Mapping[RunField, str] = {
    RunField.RUN: "{{$.pipeline_job_name}}",
    RunField.ID: "{{$.pipeline_job_uuid}}",
    RunField.STARTED: "{{$.pipeline_job_create_time_utc}}",
    RunField.SCHEDULED: "{{$.pipeline_job_schedule_time_utc}}",
}
"""Facts about a run that Kubeflow puts in for a constant."""
RUNNER = "couler-runner"
"""Parameter of the run that holds what functions run in, where there are several."""
_SEVERAL = 2
_STATUS = "status"
_COMPLETED = "ALL_UPSTREAM_TASKS_COMPLETED"


def build(book: Book, workflow: Workflow, image: str) -> Dag:
    """Return the root DAG of a workflow; all components go into the book."""
    root = Dag(book=book)
    root.known[RunRef(RunField.WORKFLOW)] = Known(constant(workflow.name), "string")
    for field, placeholder in FACTS.items():
        root.known[RunRef(field)] = Known(constant(placeholder), "string")
    fill(root, workflow, Pod(), image, _runner(root, workflow))
    return root


def _runner(root: Dag, workflow: Workflow) -> ParameterRef | None:
    """Return the parameter of the run that holds what functions run in.

    It is there if there are several of them; a single one holds that itself.
    """
    found = {
        one.template
        for one, _ in places_in(workflow)
        if isinstance(one, Step) and isinstance(one.template, Function)
    }
    if len(found) < _SEVERAL:
        return None
    name = RUNNER
    while any(port_name(one.name) == name for one in workflow.parameters):
        name += "-0"
    told = "what functions run in; leave it as it is"
    port = InputParameter(
        name=name, default=Constant.of(whole_program()), description=told
    )
    root.inputs["parameters"][root.channels.take(name)] = input_definition(port)
    runner = ParameterRef(name, of_run=True)
    root.known[runner] = Known(own_input("parameters", name), "string")
    return runner


def fill(
    dag: Dag, workflow: Workflow, outer: Pod, image: str, runner: ParameterRef | None
) -> None:
    """Put all of a workflow into an empty DAG."""
    _take_inputs(dag, workflow, image)
    place = Place(
        workflow=workflow,
        pod=pod_of(workflow.pod, outer),
        used=_used(workflow),
        image=image,
        runner=runner,
        fill=fill,
    )
    inside = Dag(book=dag.book, parent=dag) if workflow.exit_handlers else dag
    for step in workflow:
        add_step(inside, step, place)
    for output in workflow.outputs:
        name = port_name(output.name)
        found = made(inside, output.value, near=task_name(output.name), image=image)
        inside.leave(name, found, output.description)
    if workflow.exit_handlers:
        _end(dag, inside, place)


def _take_inputs(dag: Dag, workflow: Workflow, image: str) -> None:
    for one in workflow.parameters:
        name = dag.channels.take(port_name(one.name))
        dag.inputs["parameters"][name] = input_definition(one)
        known = Known(own_input("parameters", name), kind_of(one.type))
        dag.known[ParameterRef(one.name)] = known
        if dag.parent is None:
            dag.known[ParameterRef(one.name, of_run=True)] = known
    for artifact in workflow.artifacts:
        if dag.parent is None and artifact.default is not None:
            near = task_name(artifact.name)
            known = brought(dag, artifact.default, near=near, image=image)
            dag.known[ParameterRef(artifact.name)] = known
            continue
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
        if isinstance(one, OutputRef) and one.step != step.name
    }
    for output in workflow.outputs:
        found |= {one for one in leaves(output.value) if isinstance(one, OutputRef)}
    return frozenset(found)


def _end(dag: Dag, inside: Dag, place: Place) -> None:
    """Add the steps as one task, and what runs at the end as one that waits for it.

    It is one because Kubeflow runs but one task at the end of another.
    """
    component = dag.book.component("steps", inside.spec())
    steps = dag.add("steps", component, given=inside.given, inner=inside)
    dag.body = steps
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
        add_step(last, with_status(handler), place)
    component = dag.book.component("at-the-end", last.spec())
    policy = {"strategy": _COMPLETED}
    dag.last = dag.add(
        "at-the-end", component, given=last.given, inner=last, triggerPolicy=policy
    )


def with_status(handler: ExitHandler) -> Step:
    """Return the step of a handler, under the condition that the run ended so."""
    step = handler.step
    if not handler.on:
        return step
    ends = Constant.of([str(one) for one in handler.on])
    ended = Compare(RunRef(RunField.STATUS), Operator.IN, ends)
    when: Condition = ended if step.when is None else AllOf((ended, step.when))
    return replace(step, when=when)
