"""The DAG itself: steps, what goes in and comes out, how a run of it behaves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import copy
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from couler_jupyter.errors import InvalidWorkflow
from couler_jupyter.ir.artifact import InputArtifact
from couler_jupyter.ir.condition import Outcome
from couler_jupyter.ir.parameter import InputParameter, WorkflowOutput
from couler_jupyter.ir.parts import Parts
from couler_jupyter.ir.pod import ANYWHERE, Labels, Pod, Volume
from couler_jupyter.ir.step import Extra, Step
from couler_jupyter.ir.template import SubWorkflow
from couler_jupyter.ir.validate import problems_of, problems_of_parts


class Overlap(StrEnum):
    """What happens when a scheduled run is due and the last one still runs."""

    ALLOW = "Allow"
    FORBID = "Forbid"
    REPLACE = "Replace"


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """When a workflow runs by itself.

    Attributes:
        crons: five fields each: minute, hour, day of month, month, day of week.
        timezone: an IANA name, as `Europe/Berlin`.
        overlap: what happens when the last run is still going.
        suspended: whether the schedule is paused.
        deadline: seconds after its time within which a missed run still starts.
        keep_succeeded: how many such runs are kept; `keep_failed` likewise.
    """

    crons: tuple[str, ...]
    timezone: str = "UTC"
    overlap: Overlap = Overlap.ALLOW
    suspended: bool = False
    deadline: int | None = None
    keep_succeeded: int | None = None
    keep_failed: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeToLive:
    """Seconds after its end that the record of a run is kept; None for ever."""

    after_end: int | None = None
    after_success: int | None = None
    after_failure: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExitHandler:
    """A step that runs when all others have ended, whatever happened.

    Attributes:
        step: what runs; `RunRef`s tell it how the run ended.
        on: the ends it is for (succeeded, failed, errored); none for all.
    """

    step: Step
    on: tuple[Outcome, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Workflow:
    """A named DAG of steps. Building one checks it: a `Workflow` is well formed.

    Attributes:
        name: how it is called.
        steps: its nodes.
        parameters: values it takes; `artifacts`: files it takes.
        outputs: what it leaves behind, for whoever uses it as a step.
        exit_handlers: what runs at the end.
        parallelism: steps at once at the most.
        fail_fast: whether nothing more is started once a step failed.
        timeout: seconds a run may take.
        priority: which of several waiting runs goes first; higher is sooner.
        labels, annotations: for people and tools, on every run.
        schedule: when it runs by itself.
        ttl: how long a run's record is kept.
        pod: where steps run that do not say so themselves.
        volumes: what steps can mount.
        description: for people.
        extras: what only one engine has a word for.
        parts: which steps an engine is handed together; None for all at once.

    Raises:
        InvalidWorkflow: with everything that is wrong.
    """

    name: str
    steps: tuple[Step, ...]
    parameters: tuple[InputParameter, ...] = ()
    artifacts: tuple[InputArtifact, ...] = ()
    outputs: tuple[WorkflowOutput, ...] = ()
    exit_handlers: tuple[ExitHandler, ...] = ()
    parallelism: int | None = None
    fail_fast: bool = False
    timeout: float | None = None
    priority: int | None = None
    labels: Labels = ()
    annotations: Labels = ()
    schedule: Schedule | None = None
    ttl: TimeToLive | None = None
    pod: Pod = ANYWHERE
    volumes: tuple[Volume, ...] = ()
    description: str = ""
    extras: tuple[Extra, ...] = ()
    parts: Parts | None = None

    def __post_init__(self) -> None:
        """Reject what is not well formed, all problems at once."""
        if problems := problems_of(self):
            raise InvalidWorkflow(self.name, problems)

    def __getitem__(self, name: str) -> Step:
        """Return the step called `name`."""
        return self.by_name[name]

    def __iter__(self) -> Iterator[Step]:
        """Yield the steps, each after all it waits for."""
        return (self.by_name[name] for name in self.order)

    def cut(self, parts: Parts | None) -> Workflow:
        """Return the same workflow in these parts; all else is as it was checked.

        Raises:
            InvalidWorkflow: the parts are not well formed.
        """
        made = copy(self)
        object.__setattr__(made, "parts", parts)
        if problems := problems_of_parts(made):
            raise InvalidWorkflow(self.name, problems)
        return made

    @cached_property
    def by_name(self) -> Mapping[str, Step]:
        """The steps by their names; exit handlers are not among them."""
        return {step.name: step for step in self.steps}

    @cached_property
    def size(self) -> int:
        """How many steps it has, with exit handlers and those of sub-workflows."""
        return sum(1 + inner for inner, _ in self._inner())

    @cached_property
    def depth(self) -> int:
        """How many workflows stand inside each other; 1 without sub-workflows."""
        return 1 + max((depth for _, depth in self._inner()), default=0)

    def _inner(self) -> Iterator[tuple[int, int]]:
        for step in (*self.steps, *(one.step for one in self.exit_handlers)):
            if isinstance(step.template, SubWorkflow):
                yield step.template.workflow.size, step.template.workflow.depth
            else:
                yield 0, 0

    @cached_property
    def dependencies(self) -> Mapping[str, tuple[str, ...]]:
        """What each step waits for, by name."""
        return {step.name: step.dependencies for step in self.steps}

    @cached_property
    def order(self) -> tuple[str, ...]:
        """Step names in a stable topological order."""
        waits = self.dependencies
        after: dict[str, list[str]] = {}
        for name, others in waits.items():
            after.setdefault(name, [])
            for one in others:
                after.setdefault(one, []).append(name)
        left = {name: len(waits[name]) for name in after}
        ready = [name for name, count in left.items() if not count]
        for name in ready:
            for one in after[name]:
                left[one] -= 1
                if not left[one]:
                    ready.append(one)
        return tuple(ready)
