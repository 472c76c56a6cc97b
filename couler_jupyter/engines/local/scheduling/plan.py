"""What is known of a workflow's steps before any of them runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from couler_jupyter.engines.local.scheduling.admission import Ask
from couler_jupyter.ir import (
    Ended,
    ItemRef,
    Outcome,
    Step,
    SubWorkflow,
    Suspend,
    Workflow,
    atoms,
    leaves,
)
from couler_jupyter.ir.step import condition_values
from couler_jupyter.ir.template import Boxed

_BAD_ENDS = frozenset({Outcome.FAILED, Outcome.ERRORED, Outcome.ALL_FAILED})


@dataclass(frozen=True, slots=True, eq=False)
class StepPlan:
    """One step and its place among the others.

    Attributes:
        step: the step.
        rank: smaller goes first: it heads the longer path, then it is written first.
        dependencies: names of the steps it waits for.
        dependents: names of the steps that wait for it, as they are written.
        ask: what an attempt takes of the machine.
        per_item: whether its condition speaks of the item of its map.
    """

    step: Step
    rank: tuple[int, int]
    dependencies: tuple[str, ...]
    dependents: tuple[str, ...]
    ask: Ask
    per_item: bool


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """A workflow and what is known of its steps.

    Attributes:
        workflow: the workflow.
        steps: its steps, by name, as they are written.
        handlers: its exit handlers' steps.
        awaited: for a step, who runs because it failed, and after which bad ends.
    """

    workflow: Workflow
    steps: Mapping[str, StepPlan]
    handlers: tuple[StepPlan, ...]
    awaited: Mapping[str, tuple[tuple[str, frozenset[Outcome]], ...]]


def plan_of(workflow: Workflow) -> Plan:
    """Return what is known of `workflow` before it runs."""
    dependents: dict[str, list[str]] = {step.name: [] for step in workflow.steps}
    for step in workflow.steps:
        for name in workflow.dependencies[step.name]:
            dependents[name].append(step.name)
    heights: dict[str, int] = {}
    for name in reversed(workflow.order):
        heights[name] = 1 + max((heights[n] for n in dependents[name]), default=0)
    steps = {
        step.name: StepPlan(
            step,
            (-heights[step.name], index),
            workflow.dependencies[step.name],
            tuple(dependents[step.name]),
            ask_of(step),
            _per_item(step),
        )
        for index, step in enumerate(workflow.steps)
    }
    handlers = tuple(
        StepPlan(
            one.step,
            (0, index),
            one.step.dependencies,
            (),
            ask_of(one.step),
            _per_item(one.step),
        )
        for index, one in enumerate(workflow.exit_handlers)
    )
    return Plan(workflow, steps, handlers, _awaited(workflow))


def ask_of(step: Step) -> Ask:
    """Return what one attempt of a step takes of the machine.

    One that says nothing of cores takes one; a daemon then takes none, because what
    runs all the time would leave nothing to those it is there for.
    """
    template = step.template
    if isinstance(template, SubWorkflow | Suspend) or not isinstance(template, Boxed):
        return Ask()
    asked = (template.resources, *(one.resources for one in template.pod.sidecars))
    cpu = sum(one.cpu or 0.0 for one in asked)
    return Ask(
        cpu=cpu or (0.0 if step.daemon else 1.0),
        memory=sum(one.memory or 0 for one in asked),
        gpu=sum(one.gpu for one in asked),
    )


def _per_item(step: Step) -> bool:
    if step.when is None or step.loop is None:
        return False
    return any(
        isinstance(leaf, ItemRef)
        for value in condition_values(step.when)
        for leaf in leaves(value)
    )


def _awaited(
    workflow: Workflow,
) -> dict[str, tuple[tuple[str, frozenset[Outcome]], ...]]:
    found: dict[str, dict[str, set[Outcome]]] = {}
    for step in workflow.steps:
        for one in step.after:
            for atom in () if isinstance(one, str) else atoms(one):
                if isinstance(atom, Ended) and (bad := _BAD_ENDS & {*atom.how}):
                    found.setdefault(atom.step, {}).setdefault(step.name, set()).update(
                        bad
                    )
    return {
        name: tuple((who, frozenset(how)) for who, how in waiters.items())
        for name, waiters in found.items()
    }
