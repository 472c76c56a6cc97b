"""Outputs that the whole run knows by a global name, read from the steps that leave them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from couler_jupyter.engines.tekton.substituting import step_with
from couler_jupyter.errors import Problem
from couler_jupyter.ir import (
    GlobalRef,
    Leaf,
    OutputRef,
    Step,
    SubWorkflow,
    Value,
    Workflow,
    leaves,
    substitute,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A workflow in which nothing is read by a global name.

    Attributes:
        workflow: the workflow.
        values: what the names stand for.
        problems: why it means something else.
    """

    workflow: Workflow
    values: Mapping[str, Value] = field(default_factory=dict[str, "Value"])
    problems: tuple[Problem, ...] = ()


def named(workflow: Workflow) -> Named:
    """Return a workflow with outputs of steps in place of global names.

    It has no sub-workflows.
    """
    made = list(_made(workflow))
    read = [
        (step, leaf.name) for step in _steps(workflow) for leaf in _globals_in(step)
    ]
    if not made:  # then nothing is read either, or others have told why that fails
        return Named(workflow=workflow)
    values = dict(made)
    problems = [*_double(made), *_faults(workflow, values, read)]
    if problems:
        return Named(workflow=workflow, problems=tuple(problems))
    known: dict[Leaf, Value] = {GlobalRef(name): one for name, one in values.items()}
    handlers = (
        replace(one, step=step_with(one.step, known)) for one in workflow.exit_handlers
    )
    outputs = (
        replace(one, value=substitute(one.value, known)) for one in workflow.outputs
    )
    whole = replace(
        workflow,
        steps=tuple(step_with(one, known) for one in workflow.steps),
        exit_handlers=tuple(handlers),
        outputs=tuple(outputs),
    )
    return Named(workflow=whole, values=values)


def _steps(workflow: Workflow) -> Iterator[Step]:
    yield from workflow.steps
    yield from (one.step for one in workflow.exit_handlers)


def _made(workflow: Workflow) -> Iterator[tuple[str, Value]]:
    for step in _steps(workflow):
        outputs = (
            () if isinstance(step.template, SubWorkflow) else step.template.outputs
        )
        for one in outputs:
            if one.global_name:
                yield one.global_name, OutputRef(step.name, one.name)
    for output in workflow.outputs:
        if output.global_name:
            yield output.global_name, output.value


def _globals_in(step: Step) -> Iterator[GlobalRef]:
    for value in step.values():
        yield from (one for one in leaves(value) if isinstance(one, GlobalRef))


def _double(made: list[tuple[str, Value]]) -> Iterator[Problem]:
    for name, count in Counter(name for name, _ in made).items():
        if count > 1:
            what = f"{count} outputs are known as {name!r}; let one of them be"
            yield Problem(f"global output {name!r}", what)


def _faults(
    workflow: Workflow, values: Mapping[str, Value], read: list[tuple[Step, str]]
) -> Iterator[Problem]:
    for name, value in values.items():
        for leaf in leaves(value):
            if isinstance(leaf, OutputRef) and leaf.step not in workflow.by_name:
                what = "an exit handler leaves it, when nobody is there to read it"
                yield Problem(f"global output {name!r}", what)
            elif isinstance(leaf, OutputRef) and workflow[leaf.step].loop is not None:
                what = f"every item of {leaf.step!r} leaves it; let one step do"
                yield Problem(f"global output {name!r}", what)
        if any(output.name == name for output in workflow.outputs):
            what = "an output of the workflow has that name; call one of them otherwise"
            yield Problem(f"global output {name!r}", what)
    for step, name in read:
        for leaf in leaves(values[name]) if name in values else ():
            if isinstance(leaf, OutputRef) and leaf.step in workflow.by_name:
                yield from _reading_faults(workflow, step, leaf, name)


def _reading_faults(
    workflow: Workflow, step: Step, ref: OutputRef, name: str
) -> Iterator[Problem]:
    if workflow[ref.step].when is not None:
        what = f"step {ref.step!r}, which leaves {name!r}, may be skipped"
        yield Problem(f"step {step.name!r}", what)
    if step.name in workflow.by_name and ref.step not in _before(workflow, step):
        what = f"it reads global output {name!r}, but does not come behind {ref.step!r}"
        yield Problem(f"step {step.name!r}", what)


def _before(workflow: Workflow, step: Step) -> set[str]:
    found: set[str] = set()
    left = list(step.dependencies)
    while left:
        if (name := left.pop()) not in found:
            found.add(name)
            left += workflow[name].dependencies
    return found
