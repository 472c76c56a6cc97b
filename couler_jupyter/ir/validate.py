"""All that can be wrong with a workflow, found at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from couler_jupyter.errors import Problem
from couler_jupyter.ir.condition import Condition, Outcome
from couler_jupyter.ir.given import outputs_of
from couler_jupyter.ir.step import Step, condition_values
from couler_jupyter.ir.template import Input, inputs_of
from couler_jupyter.ir.validate_parts import parts_faults
from couler_jupyter.ir.validate_step import step_faults
from couler_jupyter.ir.validate_template import template_faults, texts_of
from couler_jupyter.ir.validate_tree import depth_fault
from couler_jupyter.ir.validate_use import Surroundings
from couler_jupyter.ir.validate_workflow import workflow_faults
from couler_jupyter.ir.value import Value

if TYPE_CHECKING:
    from couler_jupyter.ir.workflow import Workflow

MOST_STEPS = 1_000_000
"""Steps of a workflow with those of all its sub-workflows."""
DEEPEST_WORKFLOW = 16
_LONGEST_CYCLE = 12
_HANDLED = frozenset({Outcome.SUCCEEDED, Outcome.FAILED, Outcome.ERRORED})


def problems_of(workflow: Workflow) -> tuple[Problem, ...]:
    """Return everything that is wrong with a workflow, in the order of its steps."""
    if too_big := tuple(_bound_problems(workflow)):
        return too_big
    around = _surroundings(workflow)
    whole = f"workflow {workflow.name!r}"
    return (
        *(Problem(whole, fault) for fault in workflow_faults(workflow, around)),
        *_step_problems(workflow, around),
        *(Problem(whole, fault) for fault in _cycle_faults(workflow)),
        *problems_of_parts(workflow),
    )


def problems_of_parts(workflow: Workflow) -> tuple[Problem, ...]:
    """Return what is wrong with the parts of a workflow that is well formed without."""
    whole = f"workflow {workflow.name!r}"
    return tuple(Problem(whole, fault) for fault in parts_faults(workflow))


def _surroundings(workflow: Workflow) -> Surroundings:
    steps = {step.name: step for step in reversed(workflow.steps)}
    ports: tuple[Input, ...] = (*workflow.parameters, *workflow.artifacts)
    handlers = [handler.step for handler in workflow.exit_handlers]
    templates = {id(step.template): step for step in (*workflow.steps, *handlers)}
    return Surroundings(
        steps=steps,
        inputs={one.name: one for one in ports},
        volumes=frozenset(volume.name for volume in workflow.volumes),
        outputs={
            key: {output.name: output for output in outputs_of(step)}
            for key, step in templates.items()
        },
        ports={
            key: {port.name: port for port in inputs_of(step.template)}
            for key, step in templates.items()
        },
        handlers=frozenset(step.name for step in handlers),
    )


def _bound_problems(workflow: Workflow) -> Iterator[Problem]:
    """Yield what is so big or deep that it could be neither walked nor written."""
    whole = f"workflow {workflow.name!r}"
    if workflow.size > MOST_STEPS:
        what = f"it has {workflow.size} steps with those of its sub-workflows"
        yield Problem(whole, f"{what}; {MOST_STEPS} at the most")
    if workflow.depth > DEEPEST_WORKFLOW:
        what = f"its sub-workflows make it {workflow.depth} levels deep"
        yield Problem(whole, f"{what}; {DEEPEST_WORKFLOW} at the most")
    for output in workflow.outputs:
        if fault := depth_fault(output.value):
            yield Problem(whole, f"output {output.name!r}: {fault}")
    seen: dict[int, str | None] = {}
    for step in (*workflow.steps, *(one.step for one in workflow.exit_handlers)):
        fault = next(filter(None, map(depth_fault, _trees(step))), None)
        if fault is None:
            key = id(step.template)
            if key not in seen:
                texts = texts_of(step.template)
                seen[key] = next(filter(None, map(depth_fault, texts)), None)
            fault = seen[key]
        if fault is not None:
            yield from _located(step, [fault])


def _trees(step: Step) -> Iterator[Value | Condition]:
    yield from step.conditions()
    yield from step.values()
    if step.retry is not None and step.retry.when is not None:
        yield from condition_values(step.retry.when)


def _step_problems(workflow: Workflow, around: Surroundings) -> Iterator[Problem]:
    handlers = [handler.step for handler in workflow.exit_handlers]
    yield from _clashes((*workflow.steps, *handlers))
    for steps, at_end in ((workflow.steps, False), (handlers, True)):
        seen: dict[int, tuple[str, ...]] = {}
        for step in steps:
            yield from _located(step, step_faults(step, around, at_end=at_end))
            key = id(step.template)
            if key not in seen:
                seen[key] = tuple(
                    template_faults(
                        step.template, around.inputs, around.volumes, at_end=at_end
                    )
                )
            if seen[key]:
                yield from _located(step, seen[key])
    for handler in workflow.exit_handlers:
        yield from _located(
            handler.step,
            (
                f"an exit handler cannot be for runs that are {outcome}"
                for outcome in handler.on
                if outcome not in _HANDLED
            ),
        )


def _located(step: Step, faults: Iterable[str]) -> Iterator[Problem]:
    for fault in faults:
        place = "" if step.origin is None else str(step.origin)
        yield Problem(f"step {step.name!r}", fault, place)


def _clashes(steps: tuple[Step, ...]) -> Iterator[Problem]:
    first: dict[str, Step] = {}
    for step in steps:
        other = first.setdefault(step.name, step)
        if other is not step:
            at = "" if other.origin is None else f" ({other.origin})"
            what = f"another step has this name{at}; give one of them a step_name"
            yield from _located(step, [what])


def _is_in_order(waits: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether each step stands after all it waits for, so that there is no cycle."""
    seen: set[str] = set()
    for name, others in waits.items():
        if not seen.issuperset(others):
            return False
        seen.add(name)
    return True


def _cycle_faults(workflow: Workflow) -> Iterator[str]:
    if _is_in_order(workflow.dependencies):
        return
    known = {step.name for step in workflow.steps}
    edges = {
        name: [other for other in others if other in known and other != name]
        for name, others in workflow.dependencies.items()
    }
    try:
        TopologicalSorter(edges).prepare()
    except CycleError as error:
        cycle: list[str] = error.args[1]
        shown = cycle[:_LONGEST_CYCLE]
        if len(cycle) > _LONGEST_CYCLE:
            shown += [f"({len(cycle) - _LONGEST_CYCLE - 1} more)", cycle[-1]]
        yield f"its steps wait for each other: {' -> '.join(shown)}"
