"""Who reads steps that are to be folded, and what they read afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeAlias, cast

from couler_jupyter.ir import (
    Ended,
    ListOf,
    OutputRef,
    Step,
    StepRef,
    SubWorkflow,
    Workflow,
)
from couler_jupyter.ir.given import given_by_output

Folds: TypeAlias = dict[tuple[str, ...], Step]
"""Maps, by the names of the steps that they stand for."""


def whole_readers(
    workflow: Workflow, groups: Sequence[tuple[str, ...]]
) -> Iterator[tuple[str, ...]]:
    """Yield the groups that are only waited for as a whole and read as one list."""
    group_of = {name: names for names in groups for name in names}
    if not group_of:
        return
    broken: set[tuple[str, ...]] = set()
    for thing in _holders(workflow):
        for name in _single_uses(thing, group_of, workflow):
            broken.add(group_of[name])
        if isinstance(thing, Step):
            waited = {name for name in thing.after if isinstance(name, str)}
            for names in {group_of[name] for name in waited if name in group_of}:
                if not waited.issuperset(names):
                    broken.add(names)
    yield from (names for names in groups if names not in broken)


def rewritten(workflow: Workflow, folds: Folds) -> Workflow:
    """Return the workflow with the maps where the first of their steps stood."""
    first = {names[0]: made for names, made in folds.items()}
    into = {name: made.name for names, made in folds.items() for name in names}
    lists = {names: made.name for names, made in folds.items()}
    steps: list[Step] = []
    for step in workflow.steps:
        if (made := first.get(step.name)) is not None:
            steps.append(_renamed(made, into, lists))
        elif step.name not in into:
            steps.append(_renamed(step, into, lists))
    return replace(
        workflow,
        steps=tuple(steps),
        outputs=_rewrite(workflow.outputs, lists),
        exit_handlers=tuple(
            replace(one, step=_renamed(one.step, into, lists))
            for one in workflow.exit_handlers
        ),
    )


def _holders(workflow: Workflow) -> Iterator[object]:
    """Yield all that may name steps: steps, exit handlers, outputs of the workflow."""
    yield from workflow.steps
    yield from (one.step for one in workflow.exit_handlers)
    yield from workflow.outputs


def _single_uses(
    thing: object, group_of: Mapping[str, tuple[str, ...]], workflow: Workflow
) -> Iterator[str]:
    """Yield the steps of groups that something names otherwise than all in one list."""
    if isinstance(thing, Step):
        if group_of.keys().isdisjoint(thing.dependencies):
            return
        waits = (one for one in thing.after if not isinstance(one, str))
        rest = (getattr(thing, f.name) for f in fields(thing) if f.name not in _APART)
        for part in (*waits, *rest):
            yield from _single_uses(part, group_of, workflow)
    elif isinstance(thing, OutputRef | StepRef | Ended):
        if thing.step in group_of:
            yield thing.step
    elif isinstance(thing, ListOf) and _is_whole(thing, group_of, workflow):
        return
    else:
        for part in _parts(thing):
            yield from _single_uses(part, group_of, workflow)


_APART = frozenset({"name", "template", "after", "origin"})
"""Fields of a step that name no steps, or are looked at apart."""


def _parts(thing: object) -> Iterator[object]:
    if isinstance(thing, tuple):
        yield from thing
    elif is_dataclass(thing) and not isinstance(thing, SubWorkflow):
        for field in fields(thing):
            yield getattr(thing, field.name)


def _is_whole(
    given: ListOf, group_of: Mapping[str, tuple[str, ...]], workflow: Workflow
) -> bool:
    """Whether a list has one parameter of each step of a group, in their order."""
    refs = [one for one in given.items if isinstance(one, OutputRef)]
    if not refs or len(refs) < len(given.items) or len({one.name for one in refs}) > 1:
        return False
    names = tuple(one.step for one in refs)
    maker = workflow.by_name.get(names[0])
    return (
        group_of.get(names[0]) == names
        and maker is not None
        and given_by_output(maker, refs[0].name) != "artifact"
    )


def _renamed(
    step: Step, into: Mapping[str, str], lists: Mapping[tuple[str, ...], str]
) -> Step:
    """Return a step that waits for maps, and reads what they give."""
    if into.keys().isdisjoint(step.dependencies):
        return step
    after = (into.get(one, one) if isinstance(one, str) else one for one in step.after)
    changes = {
        field.name: _rewrite(getattr(step, field.name), lists)
        for field in fields(step)
        if field.name not in _APART
    }
    return replace(step, after=tuple(dict.fromkeys(after)), **changes)


def _rewrite(thing: Any, lists: Mapping[tuple[str, ...], str]) -> Any:  # noqa: ANN401
    """Return a value, or what holds some, with lists of all outputs as one output."""
    if isinstance(thing, ListOf):
        names = tuple(one.step for one in thing.items if isinstance(one, OutputRef))
        if len(names) == len(thing.items) and names in lists:
            return OutputRef(lists[names], cast("OutputRef", thing.items[0]).name)
    if isinstance(thing, tuple):
        return tuple(_rewrite(one, lists) for one in thing)
    if not is_dataclass(thing) or isinstance(thing, type):
        return thing
    changes: dict[str, Any] = {}
    for field in fields(thing):
        before = getattr(thing, field.name)
        if (after := _rewrite(before, lists)) != before:
            changes[field.name] = after
    return replace(cast("Any", thing), **changes) if changes else thing
