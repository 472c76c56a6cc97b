"""What can be wrong with a workflow beside its steps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from couler_jupyter.ir.name import name_fault, nearest
from couler_jupyter.ir.step import storage_values
from couler_jupyter.ir.template import Input
from couler_jupyter.ir.validate_place import pod_faults, volume_faults
from couler_jupyter.ir.validate_schedule import schedule_faults
from couler_jupyter.ir.validate_step import fact_fault, positive_fault
from couler_jupyter.ir.validate_template import input_faults, outer_faults
from couler_jupyter.ir.validate_tree import twice, value_faults
from couler_jupyter.ir.validate_use import Surroundings, User, use_faults
from couler_jupyter.ir.value import (
    AttemptRef,
    InputRef,
    ItemRef,
    Leaf,
    ParameterRef,
    PathRef,
    RunRef,
    StepRef,
    TurnRef,
    leaves,
)

if TYPE_CHECKING:
    from couler_jupyter.ir.workflow import Workflow


def workflow_faults(workflow: Workflow, around: Surroundings) -> Iterator[str]:
    """Yield what is wrong with a workflow beside its steps."""
    if fault := name_fault(workflow.name):
        yield f"its name {fault}"
    if not workflow.steps:
        yield "it has no steps"
    yield from _name_faults(workflow)
    yield from _number_faults(workflow)
    if workflow.schedule is not None:
        yield from schedule_faults(workflow.schedule)
    for one in _inputs(workflow):
        yield from input_faults(one)
    for artifact in workflow.artifacts:
        for value in (
            () if artifact.default is None else storage_values(artifact.default)
        ):
            yield from value_faults(value)
            for leaf in leaves(value):
                yield from outer_faults(leaf, around.inputs, at_end=False)
    for volume in workflow.volumes:
        yield from volume_faults(volume)
    yield from pod_faults(workflow.pod, around.volumes)
    yield from _output_faults(workflow, around)


def _name_faults(workflow: Workflow) -> Iterator[str]:
    yield from twice("input", (one.name for one in _inputs(workflow)))
    yield from twice("volume", (volume.name for volume in workflow.volumes))
    yield from twice("output", (output.name for output in workflow.outputs))
    yield from twice("label", (name for name, _ in workflow.labels))
    yield from twice("annotation", (name for name, _ in workflow.annotations))


def _inputs(workflow: Workflow) -> tuple[Input, ...]:
    return (*workflow.parameters, *workflow.artifacts)


def _number_faults(workflow: Workflow) -> Iterator[str]:
    for what, number in (
        ("parallelism", workflow.parallelism),
        ("timeout", workflow.timeout),
    ):
        if fault := positive_fault(what, number):
            yield fault
    if workflow.ttl is not None:
        ttl = workflow.ttl
        for seconds in (ttl.after_end, ttl.after_success, ttl.after_failure):
            if seconds is not None and seconds < 0:
                yield f"its time to live is {seconds} seconds; it must be 0 or more"


def _output_faults(workflow: Workflow, around: Surroundings) -> Iterator[str]:
    for output in workflow.outputs:
        if fault := name_fault(output.name):
            yield f"the name of output {output.name!r} {fault}"
        faults = [
            *value_faults(output.value),
            *use_faults(output.value, User(), around),
        ]
        for leaf in leaves(output.value):
            faults += _leaf_faults(leaf, around)
        for fault in faults:
            yield f"output {output.name!r}: {fault}"


def _leaf_faults(leaf: Leaf, around: Surroundings) -> Iterator[str]:
    match leaf:
        case ParameterRef(name=name, of_run=False) if name not in around.inputs:
            yield f"the workflow has no input {name!r}{nearest(name, around.inputs)}"
        case StepRef(step=name, field=fact):
            if fault := fact_fault(name, fact, around):
                yield fault
        case RunRef(field=field) if field.at_end:
            yield f"the run's {field} is known only to exit handlers"
        case InputRef() | PathRef() | ItemRef() | TurnRef() | AttemptRef():
            yield "it is of a kind that only a step or a template knows"
        case _:
            return
