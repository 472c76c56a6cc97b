"""A task of a DAG as plain data, and how a step of it waits for others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from couler_jupyter.engines.airflow.literals import Code
from couler_jupyter.engines.airflow.trees import Trees
from couler_jupyter.ir import (
    DictOf,
    Ended,
    FirstOf,
    Format,
    ListOf,
    Outcome,
    OutputRef,
    Step,
    StepRef,
    Value,
    Workflow,
    leaves,
)
from couler_jupyter.ir.condition import atoms
from couler_jupyter.ir.given import output_of

_REACTS = frozenset({Outcome.FAILED, Outcome.ERRORED, Outcome.ALL_FAILED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One task.

    Attributes:
        id: of the task in its group.
        kind: the class it is made of.
        step: what the workflow says of it.
        options: words of Airflow's, by the name of the parameter.
        before: ids of the tasks it waits for, with their groups.
        expand: items it is mapped over, or the task that gives them; None for none.
        teardown: whether it runs at the end whatever happened.
    """

    id: str
    kind: str
    step: dict[str, Any] = field(default_factory=dict[str, Any])
    options: dict[str, Any] = field(default_factory=dict[str, Any])
    before: tuple[str, ...] = ()
    expand: Code | list[Any] | None = None
    teardown: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Tasks that stand together: a workflow that is a step of another.

    Attributes:
        id: of the group in the one around it.
        tasks: what is in it; expand: as of a task, for all of them together.
    """

    id: str
    tasks: tuple[Task | Group, ...]
    expand: Code | list[Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """Why a step may have to stay out, by how others end.

    Attributes:
        after: paths of steps, and conditions on how steps ended.
        needs: steps that must have succeeded, since something of them is used.
        choices: for each choice of values, the steps that each option needs.
        soft: whether it may run though something it waits for did not end well.
    """

    after: tuple[Any, ...]
    needs: tuple[str, ...]
    choices: tuple[tuple[tuple[str, ...], ...], ...]
    soft: bool

    @property
    def said(self) -> dict[str, Any]:
        """What is said of it in a DAG file, where there is anything."""
        asked = {"after": self.after, "needs": self.needs, "choices": self.choices}
        return {key: value for key, value in asked.items() if value}


def waits_of(step: Step, workflow: Workflow, trees: Trees) -> Waits:
    """Return what a step waits for, as the local engine understands it."""
    by_tree = {
        atom.step
        for one in step.after
        if not isinstance(one, str)
        for atom in atoms(one)
        if isinstance(atom, Ended)
    }
    used = [one for one in step.data_dependencies if one in workflow.by_name]
    hard = {one for value in step.values() for one in _hard(value, workflow)}
    choices = tuple(
        tuple(_option(one, workflow, trees) for one in choice.options)
        for value in step.values()
        for choice in _choices(value)
    )
    needs = [one for one in used if one in hard and one not in by_tree]
    soft = bool(by_tree) or any(one not in hard for one in used)
    return Waits(
        after=tuple(
            trees.path(one) if isinstance(one, str) else trees.condition(one)
            for one in step.after
        ),
        needs=tuple(map(trees.path, needs)),
        choices=choices,
        soft=soft,
    )


def awaited(workflow: Workflow, trees: Trees) -> dict[str, list[Any]]:
    """Return who runs because a step failed, and how it may have, by path."""
    found: dict[str, list[Any]] = {}
    for step in workflow.steps:
        for one in step.after:
            for atom in () if isinstance(one, str) else atoms(one):
                if isinstance(atom, Ended) and _REACTS & set(atom.how):
                    how = tuple(word.value for word in atom.how)
                    mine = found.setdefault(trees.path(atom.step), [])
                    mine.append((trees.path(step.name), how))
    return found


def _hard(value: Value, workflow: Workflow) -> Iterator[str]:
    match value:
        case OutputRef(step=name, name=output):
            maker = workflow.by_name.get(name)
            default = maker and getattr(output_of(maker, output), "default", None)
            if default is None:
                yield name
        case StepRef(step=name):
            yield name
        case Format(parts=parts):
            for part in parts:
                if not isinstance(part, str):
                    yield from _hard(part, workflow)
        case ListOf(items=items):
            for item in items:
                yield from _hard(item, workflow)
        case DictOf(items=pairs):
            for _, item in pairs:
                yield from _hard(item, workflow)
        case _:
            return


def _choices(value: Value) -> Iterator[FirstOf]:
    match value:
        case FirstOf(options=options):
            yield value
            for one in options:
                yield from _choices(one)
        case Format(parts=parts):
            for part in parts:
                if not isinstance(part, str):
                    yield from _choices(part)
        case ListOf(items=items):
            for item in items:
                yield from _choices(item)
        case DictOf(items=pairs):
            for _, item in pairs:
                yield from _choices(item)
        case _:
            return


def _option(value: Value, workflow: Workflow, trees: Trees) -> tuple[str, ...]:
    """Return the steps that must have succeeded for an option to be there."""
    if isinstance(value, FirstOf):
        return ()
    needed = dict.fromkeys(_hard(value, workflow))
    asked = {one.step for one in leaves(value) if isinstance(one, StepRef)}
    return tuple(trees.path(one) for one in needed if one not in asked)
