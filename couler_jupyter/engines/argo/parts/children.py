"""The children that a workflow in parts is on Argo, as plain values.

A part is a Workflow of its own, a child. Where one of its steps waits for steps of other
parts stands a gate: a task that is suspended until those have ended. Exit handlers are a
child of their own. Whoever runs the children reads here what each of them waits for and
has to be given; names of steps are those of the workflow, not those of tasks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from couler_jupyter.ir import PartMode, StepField

AT_END = 0
"""The part of the child that runs the exit handlers; the others count from 1."""


class What(StrEnum):
    """What a parameter of a child is told, which nobody knows before the run.

    RUN: the name of the run, the same for all its children; keys of artifacts begin with
    it. ID: an id that no other run has. STARTED: when the run was created, RFC 3339. Only
    exit handlers ask for the rest. STATUS: the run's phase in Argo's words. FAILURES: the
    JSON list that Argo gives as `workflow.failures`, of all children, without the quotes
    around it; `[]` for none. DURATION: seconds from the start. OUTPUT: an output of a step.
    GLOBAL: a global output of the run.
    """

    RUN = "run"
    ID = "id"
    STARTED = "started"
    STATUS = "status"
    FAILURES = "failures"
    DURATION = "duration"
    OUTPUT = "output"
    GLOBAL = "global"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A parameter of a child that has to be given when it is handed over.

    Attributes:
        parameter: as the child's `arguments` call it.
        what: it is told.
        step: whose output it is; empty for anything but an output.
        name: of the output as the workflow calls it, or of the global output.
    """

    parameter: str
    what: What
    step: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """A suspended task that stands for steps of another part.

    One that stands for a single step ends as that does: Succeeded, Failed, Error, Skipped
    or Omitted. One that stands for several, which are waited for but asked nothing, ends
    Succeeded once all of them succeeded or were skipped, and Omitted once all have ended
    otherwise.

    Attributes:
        task: what it is called in the child.
        steps: what it stands for.
        part: theirs.
        outputs: outputs of the one step that have to be supplied, as the workflow calls
            them; the task's parameter is `port_name` of it, the value the text that Argo
            passes on for it (of a map the JSON list of what its items left).
        facts: facts of the one step that have to be supplied, each with the name of the
            task's parameter for it.
    """

    task: str
    steps: tuple[str, ...]
    part: int
    outputs: tuple[str, ...] = ()
    facts: tuple[tuple[StepField, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """One child Workflow.

    Attributes:
        part: which part it is, from 1; `AT_END` for that of the exit handlers.
        steps: the steps in it.
        gates: what stands for steps of other parts, in the order of the tasks.
        waits_for: the parts that it waits for; of `AT_END` all others.
        asked: its parameters that have to be given.
        digest: of all that it does, whatever its run and its number are.
    """

    part: int
    steps: tuple[str, ...]
    gates: tuple[Gate, ...] = ()
    waits_for: tuple[int, ...] = ()
    asked: tuple[Asked, ...] = ()
    digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """What every child says of all of them.

    Attributes:
        mode: when a part is handed over.
        live: how many parts are unfinished at once, at the most.
        number: how many parts there are; the child of exit handlers is none.
        at_end: whether there is a child of exit handlers.
        fail_fast: whether nothing more may start once a step failed.
        timeout: seconds that the run may take; None for any.
        parallelism: pods at once at the most, of all children; None for any. They share
            a semaphore, the ConfigMap `limit_map`, which has to be there before them.
        ttl: what `spec.ttlStrategy` of every child is to be once the run has ended: one
            that were deleted before could not be told from one that never was.
    """

    mode: PartMode
    live: int
    number: int
    at_end: bool = False
    fail_fast: bool = False
    timeout: float | None = None
    parallelism: int | None = None
    ttl: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Children:
    """All children of a workflow, in the order in which they are handed over."""

    overview: Overview
    children: tuple[Child, ...]
