"""A workflow without the workflows in it: its leaves, and what waits for what.

Maps over items that are known, and workflows that are steps, are written out; a map whose
items are known only at run time stays one leaf that says so. So a loop in Python, a map
and a map in a map come to the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from couler_jupyter.ir import (
    Constant,
    Items,
    Job,
    Json,
    Range,
    Repeat,
    Step,
    SubWorkflow,
    Suspend,
    Workflow,
)

MOST = 200
"""Leaves that one workflow may have here."""


class TooMany(ValueError):
    """A workflow has more leaves than can be looked at."""


@dataclass(frozen=True, kw_only=True)
class Leaf:
    """A step that runs something, once or for items that only a run knows.

    Attributes:
        path: as runs name it, with `[*]` where only a run knows the item.
        step: as it stands in its workflow.
        workflow: that it stands in.
        exit: whether it is an exit handler, or a part of one.
        mapped: whether it runs for items that only a run knows.
        repeats: the loops it is in, the outermost first.
    """

    path: str
    step: Step
    workflow: Workflow
    exit: bool
    mapped: bool
    repeats: tuple[Repeat, ...]

    @property
    def kind(self) -> str:
        """What it runs: `program`, `job` or `wait`."""
        match self.step.template:
            case Job():
                return "job"
            case Suspend():
                return "wait"
            case _:
                return "program"

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """What its paths in a run look like, without the turns."""
        return re.compile(re.escape(self.path).replace(r"\[\*\]", r"\[\d+\]"))

    def is_at(self, path: str) -> bool:
        """Whether a path in a run is one of its own."""
        return self.pattern.fullmatch(without_turns(path)) is not None


@dataclass(frozen=True, slots=True)
class Flat:
    """Leaves, and pairs of their places: the first before the second."""

    leaves: tuple[Leaf, ...]
    edges: frozenset[tuple[int, int]]


def without_turns(path: str) -> str:
    """Return a path in a run without the turns of repeated steps.

    >>> without_turns("body#2/draw")
    'body/draw'
    """
    return re.sub(r"#\d+", "", path)


def flat_of(workflow: Workflow) -> Flat:
    """Return the leaves of a workflow and their order.

    Raises:
        TooMany: it has more of them than `MOST`.
    """
    writing = _Writing()
    writing.steps_of(workflow, _Around())
    for handler in workflow.exit_handlers:
        writing.one_step(handler.step, workflow, _Around(exit=True))
    return Flat(tuple(writing.leaves), frozenset(writing.edges))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Around:
    front: str = ""
    exit: bool = False
    mapped: bool = False
    repeats: tuple[Repeat, ...] = ()


@dataclass(slots=True)
class _Writing:
    leaves: list[Leaf] = field(default_factory=list)
    edges: set[tuple[int, int]] = field(default_factory=set)

    def steps_of(self, workflow: Workflow, around: _Around) -> list[int]:
        places: dict[str, list[int]] = {}
        for step in workflow:
            own = places[step.name] = self.one_step(step, workflow, around)
            for before in step.dependencies:
                self.edges |= {(one, other) for one in places[before] for other in own}
        return [one for some in places.values() for one in some]

    def one_step(self, step: Step, workflow: Workflow, around: _Around) -> list[int]:
        repeats = around.repeats + ((step.repeat,) if step.repeat else ())
        places: list[int] = []
        for mark in _marks(step):
            path = f"{around.front}{step.name}{mark}"
            mapped = around.mapped or mark == "[*]"
            if isinstance(step.template, SubWorkflow):
                inside = _Around(
                    front=f"{path}/", exit=around.exit, mapped=mapped, repeats=repeats
                )
                places += self.steps_of(step.template.workflow, inside)
            else:
                places.append(len(self.leaves))
                self.leaves.append(
                    Leaf(
                        path=path,
                        step=step,
                        workflow=workflow,
                        exit=around.exit,
                        mapped=mapped,
                        repeats=repeats,
                    )
                )
            if len(self.leaves) > MOST:
                raise TooMany(f"it has more than {MOST} steps")
        return places


def _marks(step: Step) -> Iterable[str]:
    """Yield what is put behind a step's name for each of its items."""
    if step.loop is None:
        return ("",)
    match step.loop.over:
        case Items(items=items):
            return (f"[{place}]" for place in range(len(items)))
        case Range(start=Constant() as start, end=Constant() as end) as over:
            return _range_marks(start.value, end.value, over.step)
        case _:
            return ("[*]",)


def _range_marks(start: Json, end: Json, by: int) -> Iterator[str]:
    count = len(range(int(start), int(end) + (1 if by > 0 else -1), by))
    return (f"[{place}]" for place in range(count))
