"""Programs that are as right as the one they are made from: what matters stays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from couler_jupyter.ir import (
    ExitHandler,
    Items,
    Step,
    SubWorkflow,
    Workflow,
    WorkflowOutput,
    output_names,
    substitute,
)
from couler_jupyter.ir.renaming import rename_in, renamed
from couler_jupyter.ir.value import ItemRef, ListOf, OutputRef


def variants_of(workflow: Workflow) -> Iterator[tuple[str, Workflow]]:
    """Yield programs that mean the same, each with what was done."""
    yield "renamed", with_other_names(workflow)
    yield "reversed", replace(workflow, steps=workflow.steps[::-1])
    yield "longer ways round", with_longer_ways(workflow)
    if (apart := written_out(workflow)) is not None:
        yield "maps written out", apart
    if not any(one.repeat or one.loop or one.when for one in workflow.steps):
        yield "each step a workflow", boxed(workflow)


def with_other_names(workflow: Workflow) -> Workflow:
    """Number the steps."""
    names = {one.name: f"s{at}" for at, one in enumerate(workflow.steps)}
    steps = tuple(
        replace(renamed(one, names), name=names[one.name]) for one in workflow.steps
    )
    outputs = rename_in(workflow.outputs, names)
    handlers = tuple(
        ExitHandler(step=replace(one.step, name=f"x{at}"), on=one.on)
        for at, one in enumerate(workflow.exit_handlers)
    )
    return replace(workflow, steps=steps, outputs=outputs, exit_handlers=handlers)


def with_longer_ways(workflow: Workflow) -> Workflow:
    """Have each step wait for all that it waits for indirectly, too."""
    above: dict[str, set[str]] = {}
    steps: list[Step] = []
    for step in workflow:
        direct = set(step.dependencies)
        above[step.name] = direct.union(*(above[one] for one in direct))
        tolerant = not all(isinstance(one, str) for one in step.after) or step.when
        more = () if tolerant else tuple(sorted(above[step.name] - direct))
        plain = tuple(one for one in more if not workflow[one].when)
        steps.append(replace(step, after=(*step.after, *plain)))
    return replace(workflow, steps=tuple(steps))


def written_out(workflow: Workflow) -> Workflow | None:
    """Write maps over known items out, as a loop in Python does; None for none."""
    steps: list[Step] = []
    known: dict[Any, Any] = {}
    copies: dict[str, tuple[str, ...]] = {}
    for step in workflow.steps:
        loop = step.loop
        plain = loop is not None and isinstance(loop.over, Items)
        if loop is None or not plain or loop.parallelism:
            steps.append(step)
            continue
        assert isinstance(loop.over, Items)
        made = [_at_item(step, at, one) for at, one in enumerate(loop.over.items)]
        steps += made
        copies[step.name] = tuple(one.name for one in made)
        for name in output_names(step.template):
            refs = tuple(OutputRef(one.name, name) for one in made)
            known[OutputRef(step.name, name)] = ListOf(refs)
    if not copies:
        return None
    changed = tuple(_pointed(one, known, copies) for one in steps)
    outputs = tuple(
        replace(one, value=substitute(one.value, known)) for one in workflow.outputs
    )
    return replace(workflow, steps=changed, outputs=outputs)


def _at_item(step: Step, at: int, item: Any) -> Step:
    parts: dict[Any, Any] = {ItemRef(): item}
    if isinstance(item.value, dict):
        kind = type(item)
        parts |= {ItemRef((key,)): kind.of(one) for key, one in item.value.items()}
    arguments = tuple(
        replace(one, value=substitute(one.value, parts))  # type: ignore[arg-type]
        for one in step.arguments
    )
    return replace(step, name=f"{step.name}-{at}", loop=None, arguments=arguments)


def _pointed(
    step: Step, known: dict[Any, Any], copies: dict[str, tuple[str, ...]]
) -> Step:
    arguments = tuple(
        replace(one, value=substitute(one.value, known))  # type: ignore[arg-type]
        if known and not hasattr(one.value, "bucket")
        else one
        for one in step.arguments
    )
    after: list[Any] = []
    for one in step.after:
        after += copies.get(one, (one,)) if isinstance(one, str) else [one]
    return replace(step, arguments=arguments, after=tuple(after))


def boxed(workflow: Workflow) -> Workflow:
    """Put each step that takes no values into a workflow of its own."""
    return replace(workflow, steps=tuple(map(_boxed, workflow.steps)))


def _boxed(step: Step) -> Step:
    if step.arguments or step.retry or isinstance(step.template, SubWorkflow):
        return step
    if getattr(step.template, "mounts", ()):
        return step
    outputs = tuple(
        WorkflowOutput(name=name, value=OutputRef("inner", name))
        for name in output_names(step.template)
    )
    inner = Workflow(
        name="inner",
        steps=(Step(name="inner", template=step.template),),
        outputs=outputs,
    )
    return replace(step, template=SubWorkflow(workflow=inner))
