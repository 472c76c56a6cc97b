"""All that can be wrong with a workflow, found at once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from couler_jupyter.errors import Problem
from couler_jupyter.ir.condition import Outcome
from couler_jupyter.ir.name import name_fault, nearest
from couler_jupyter.ir.step import Step
from couler_jupyter.ir.template import Input
from couler_jupyter.ir.validate_step import Surroundings, step_faults, use_faults
from couler_jupyter.ir.validate_template import input_faults, template_faults
from couler_jupyter.ir.value import OutputRef, ParameterRef, RunField, RunRef, leaves

if TYPE_CHECKING:
    from couler_jupyter.ir.workflow import Schedule, Workflow

_CRON_FIELD = re.compile(r"[\d*/,\-?LW#A-Za-z]+")
_END_FIELDS = {RunField.STATUS, RunField.FAILURES, RunField.DURATION}


def problems_of(workflow: Workflow) -> tuple[Problem, ...]:
    """Return everything that is wrong with a workflow, in the order of its steps."""
    return (
        *map(partial(Problem, _title(workflow)), _workflow_faults(workflow)),
        *_step_problems(workflow),
        *map(partial(Problem, _title(workflow)), _cycle_faults(workflow)),
    )


def _title(workflow: Workflow) -> str:
    return f"workflow {workflow.name!r}"


def _workflow_faults(workflow: Workflow) -> Iterator[str]:
    if fault := name_fault(workflow.name):
        yield f"its name {fault}"
    if not workflow.steps:
        yield "it has no steps"
    inputs: tuple[Input, ...] = (*workflow.parameters, *workflow.artifacts)
    yield from _twice("input", (one.name for one in inputs))
    for one in inputs:
        yield from input_faults(one)
    yield from _twice("volume", (volume.name for volume in workflow.volumes))
    yield from _twice("output", (output.name for output in workflow.outputs))
    for number, what in (
        (workflow.parallelism, "parallelism"),
        (workflow.timeout, "timeout"),
    ):
        if number is not None and number <= 0:
            yield f"its {what} is {number}; it must be more than 0"
    if workflow.schedule is not None:
        yield from _schedule_faults(workflow.schedule)
    yield from _output_faults(workflow)


def _schedule_faults(schedule: Schedule) -> Iterator[str]:
    if not schedule.crons:
        yield "its schedule has no cron line"
    for cron in schedule.crons:
        fields = cron.split()
        if cron.startswith("@"):
            continue
        if len(fields) != 5 or not all(map(_CRON_FIELD.fullmatch, fields)):
            yield (
                f"cron {cron!r} must have five fields: "
                "minute, hour, day of month, month, day of week"
            )
    try:
        ZoneInfo(schedule.timezone)
    except (ValueError, OSError, KeyError):
        yield f"time zone {schedule.timezone!r} is unknown; write one as Europe/Berlin"


def _output_faults(workflow: Workflow) -> Iterator[str]:
    around = _surroundings(workflow)
    for output in workflow.outputs:
        if fault := name_fault(output.name):
            yield f"the name of output {output.name!r} {fault}"
        for leaf in leaves(output.value):
            if isinstance(leaf, ParameterRef) and leaf.name not in around.inputs:
                hint = nearest(leaf.name, around.inputs)
                yield f"output {output.name!r} is input {leaf.name!r}, unknown{hint}"
        for fault in use_faults(output.value, None, around):
            yield f"output {output.name!r}: {fault}"


def _surroundings(workflow: Workflow) -> Surroundings:
    steps = {step.name: step for step in reversed(workflow.steps)}
    ports: tuple[Input, ...] = (*workflow.parameters, *workflow.artifacts)
    inputs = {one.name: one for one in ports}
    volumes = frozenset(volume.name for volume in workflow.volumes)
    return Surroundings(steps=steps, inputs=inputs, volumes=volumes)


def _step_problems(workflow: Workflow) -> Iterator[Problem]:
    around = _surroundings(workflow)
    handlers = [handler.step for handler in workflow.exit_handlers]
    yield from _clashes((*workflow.steps, *handlers))
    seen: dict[int, tuple[str, ...]] = {}
    for step in workflow.steps:
        faults = [*_run_faults(step), *step_faults(step, around)]
        faults += _faults_of_template(step, around, seen)
        yield from _located(step, faults)
    for handler in workflow.exit_handlers:
        faults = [*step_faults(handler.step, around, at_end=True)]
        faults += _faults_of_template(handler.step, around, seen)
        allowed = {Outcome.SUCCEEDED, Outcome.FAILED, Outcome.ERRORED}
        faults += [
            f"an exit handler cannot be for runs that are {outcome}"
            for outcome in handler.on
            if outcome not in allowed
        ]
        yield from _located(handler.step, faults)


def _located(step: Step, faults: Iterable[str]) -> Iterator[Problem]:
    place = "" if step.origin is None else str(step.origin)
    return (Problem(f"step {step.name!r}", fault, place) for fault in faults)


def _faults_of_template(
    step: Step, around: Surroundings, seen: dict[int, tuple[str, ...]]
) -> tuple[str, ...]:
    """Look at a template that many steps share only once, but tell each of them."""
    key = id(step.template)
    if key not in seen:
        seen[key] = tuple(template_faults(step.template, around.inputs, around.volumes))
    return seen[key]


def _run_faults(step: Step) -> Iterator[str]:
    for value in step.values():
        if isinstance(value, OutputRef):
            continue
        for leaf in leaves(value):
            if isinstance(leaf, RunRef) and leaf.field in _END_FIELDS:
                yield f"the run's {leaf.field} is known only to exit handlers"


def _clashes(steps: tuple[Step, ...]) -> Iterator[Problem]:
    first: dict[str, Step] = {}
    for step in steps:
        other = first.setdefault(step.name, step)
        if other is not step:
            at = "" if other.origin is None else f" ({other.origin})"
            what = f"another step has this name{at}; give one of them a step_name"
            yield from _located(step, [what])


def _twice(what: str, names: Iterable[str]) -> Iterator[str]:
    for name, count in Counter(names).items():
        if count > 1:
            yield f"{count} {what}s are named {name!r}"


def _cycle_faults(workflow: Workflow) -> Iterator[str]:
    known = {step.name for step in workflow.steps}
    edges = {
        name: [other for other in others if other in known and other != name]
        for name, others in workflow.dependencies.items()
    }
    try:
        TopologicalSorter(edges).prepare()
    except CycleError as error:
        yield f"its steps wait for each other: {' -> '.join(error.args[1])}"
