"""Which steps need not run, since what they left behind is kept; and which others go.

A stored step has ended well, so that conditions on its end are settled: a step that runs
only if it fails never does. It has to run all the same if somebody reads what is not at
hand any more, or asks what is known only of a step that runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from couler_jupyter.ir import (
    Constant,
    OutputRef,
    Step,
    StepField,
    StepRef,
    Value,
    Workflow,
    leaves,
)
from couler_jupyter.passes.facts import Stored
from couler_jupyter.passes.fates import LeftOut, Reason, ends_of, users_of
from couler_jupyter.passes.known_ends import settled
from couler_jupyter.passes.never_run import find_never

_TOLD = frozenset({StepField.PHASE, StepField.EXIT_CODE})
"""Facts that are the same of every step that ended well."""

Barrier: TypeAlias = Callable[[Step | None, str, OutputRef], Reason]
"""Why an output cannot be given to a step's input; empty if it can. No step stands for
whoever else reads it, no input for a use inside something else."""


def left_out(
    workflow: Workflow,
    stored: Mapping[str, Stored],
    barrier: Barrier,
    targets: tuple[str, ...] = (),
) -> LeftOut:
    """Return which steps of a workflow need not run.

    Args:
        workflow: whose steps.
        stored: what is kept of them, by name.
        barrier: says which outputs cannot stand in where they are used.
        targets: names of the steps that are asked for; none means all.
    """
    found = LeftOut(reused=dict(stored))
    while True:
        causes = find_never(workflow, found)
        found.unneeded = _unneeded(workflow, found, targets) if targets else frozenset()
        wanted = _undecided(workflow, found) or _wanted(workflow, found, barrier)
        for name in causes - wanted.keys():
            wanted[name] = "another step goes by how it ended"
        if not wanted:
            return found
        found.kept |= wanted
        for name in wanted:
            del found.reused[name]


def _unneeded(
    workflow: Workflow, found: LeftOut, targets: tuple[str, ...]
) -> frozenset[str]:
    """Return the steps that neither run for the targets nor stand in for others."""
    needed: set[str] = set()
    waiting = [name for name in targets if name in workflow.by_name]
    for output in workflow.outputs:
        waiting += _steps_in(output.value)
    for handler in workflow.exit_handlers:
        waiting += handler.step.dependencies
    while waiting:
        name = waiting.pop()
        if name not in needed:
            needed.add(name)
            if name not in found.reused and name not in found.never:
                waiting += workflow.dependencies[name]
    return frozenset(
        name
        for name in workflow.by_name
        if name not in needed and name not in found.reused and name not in found.never
    )


def _steps_in(value: Value) -> list[str]:
    return [
        leaf.step for leaf in leaves(value) if isinstance(leaf, OutputRef | StepRef)
    ]


def _undecided(workflow: Workflow, found: LeftOut) -> dict[str, Reason]:
    """Return the stored steps of which it is open whether they would run."""
    ends = ends_of(found, workflow)
    return {
        name: "how others end decides whether it runs"
        for name in found.reused
        for one in workflow[name].after
        if not isinstance(one, str) and settled(one, ends) is not True
    }


def _wanted(workflow: Workflow, found: LeftOut, barrier: Barrier) -> dict[str, Reason]:
    """Return the stored steps that must run, since somebody needs them to."""
    gone = found.gone
    wanted: dict[str, Reason] = {}
    waiting = [step for step in users_of(workflow) if step.name not in gone]
    for output in workflow.outputs:
        _ask(None, (("", output.value),), found, barrier, wanted)
    waiting += [workflow[name] for name in wanted]
    while waiting:
        before = set(wanted)
        step = waiting.pop()
        if step.data_dependencies:
            _ask(step, _uses(step), found, barrier, wanted)
        waiting += [workflow[name] for name in wanted.keys() - before]
    return wanted


def _uses(step: Step) -> Iterable[tuple[str, Value]]:
    """Yield what a step holds, an argument as a whole with the name of its input."""
    whole = [
        (one.name, one.value)
        for one in step.arguments
        if isinstance(one.value, OutputRef)
    ]
    own = {id(value) for _, value in whole}
    rest = [("", value) for value in step.values() if id(value) not in own]
    return (*whole, *rest)


def _ask(
    step: Step | None,
    uses: Iterable[tuple[str, Value]],
    found: LeftOut,
    barrier: Barrier,
    wanted: dict[str, Reason],
) -> None:
    who = "the workflow" if step is None else step.name
    for name, value in uses:
        for leaf in leaves(value):
            match leaf:
                case OutputRef(step=maker) if maker in found.reused:
                    why = barrier(step, name, leaf)
                case StepRef(step=maker, field=fact) if maker in found.reused:
                    why = "" if fact in _TOLD else f"its {fact} is asked for"
                case _:
                    continue
            if why and maker not in wanted:
                wanted[maker] = f"{who} needs it: {why}"


def told_fact(fact: StepField) -> Constant:
    """Return a fact about a step that is reused."""
    return Constant.of("succeeded" if fact is StepField.PHASE else 0)
