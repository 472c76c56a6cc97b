"""What the scheduler and whoever carries out its orders say to each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from couler_jupyter.engines.local.scheduling.data import Data
from couler_jupyter.engines.local.scheduling.evaluate import LookUp
from couler_jupyter.ir import Phase, RunEvent, Step, Workflow


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """An attempt that is to be started now.

    Attributes:
        path: of the step in the run.
        attempt: its number, for folders and logs; never twice for one path.
        tries: how often the step was tried, this one included.
        step: what is run.
        workflow: the one that the step stands in.
        inputs: what the template's inputs were given; those without are left out.
        look_up: what references inside the template stand for, paths left out.
        again: whether the step was reused, and is run after all to bring back the bytes
            of what it left behind.
    """

    path: str
    attempt: int
    tries: int
    step: Step
    workflow: Workflow
    inputs: Mapping[str, Data]
    look_up: LookUp
    again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """How an attempt ended.

    Attributes:
        phase: SUCCEEDED, CACHED, FAILED, ERRORED, or CANCELLED when it was stopped.
        message: why, in one line.
        outputs: what it left behind.
        transient: whether trying again may help although it was not the step's fault.
        exit_code: of the process, where there was one.
        cpu_seconds: CPU used, where known.
        peak_memory: bytes, where known.
        lacks: paths of reused steps whose bytes it needs and has not; if there are any,
            it was not begun, and wants to be when they are there.
    """

    phase: Phase
    message: str = ""
    outputs: Mapping[str, Data] = field(default_factory=dict)
    transient: bool = False
    exit_code: int | None = None
    cpu_seconds: float | None = None
    peak_memory: int | None = None
    lacks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """What is known of a step path from before the run was resumed."""

    phase: Phase
    attempt: int = 0
    outputs: Mapping[str, Data] = field(default_factory=dict)
    exit_code: int | None = None
    started: float | None = None
    finished: float | None = None
    message: str = ""

    @property
    def kept(self) -> bool:
        """Whether it is not run again."""
        return self.phase.good or self.phase is Phase.SKIPPED


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity:
    """What running steps may ask for in all: cores, bytes of memory, accelerators.

    A step that asks for no cores takes one of `cpu`.
    """

    cpu: float
    memory: int
    gpu: int = 0


@dataclass(slots=True)
class Orders:
    """What is to be done now, in this order.

    Attributes:
        events: changes to write down.
        outputs: what steps left behind, by path, to write down with them.
        starts: attempts to start.
        kills: paths whose attempt is to be stopped; perhaps one just started.
    """

    events: list[RunEvent] = field(default_factory=list)
    outputs: dict[str, Mapping[str, Data]] = field(default_factory=dict)
    starts: list[Launch] = field(default_factory=list)
    kills: list[str] = field(default_factory=list)
