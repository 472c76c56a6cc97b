"""What the machine is told, and what it orders."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from couler_jupyter.engines.argo.live.parts.ends import End, GateEnd


class Shutdown(StrEnum):
    """How a run is ended before its time, as `spec.shutdown` has it.

    STOP ends the steps, and exit handlers still run; TERMINATE ends those, too.
    """

    NO = ""
    STOP = "Stop"
    TERMINATE = "Terminate"


@dataclass(frozen=True, slots=True)
class Present:
    """A child is there and has not ended; how it was told to behave."""

    part: int
    shutdown: Shutdown = Shutdown.NO
    suspended: bool = False


@dataclass(frozen=True, slots=True)
class GateOpen:
    """A gate of a child waits; `GateClosed`: it ended, whoever did that."""

    part: int
    task: str


@dataclass(frozen=True, slots=True)
class GateClosed:
    """A gate of a child has ended."""

    part: int
    task: str


@dataclass(frozen=True, slots=True)
class StepOver:
    """A step has ended."""

    step: str
    end: End


@dataclass(frozen=True, slots=True)
class ChildOver:
    """A child has ended; `phase` in Argo's words, `message` why."""

    part: int
    phase: str
    message: str = ""
    shutdown: Shutdown = Shutdown.NO


@dataclass(frozen=True, slots=True)
class ChildGone:
    """A child that had not ended was deleted."""

    part: int
    name: str


@dataclass(frozen=True, slots=True)
class ChildRefused:
    """The cluster does not take a child, and will not."""

    part: int
    why: str


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody asks for the whole to be ended, or to start nothing more for now."""

    shutdown: Shutdown = Shutdown.NO
    suspended: bool = False


@dataclass(frozen=True, slots=True)
class Late:
    """The run took longer than it may."""


@dataclass(frozen=True, slots=True)
class Caused:
    """What ended the run before its time, as it was found out earlier."""

    phase: str
    message: str


Event: TypeAlias = (
    Present
    | GateOpen
    | GateClosed
    | StepOver
    | ChildOver
    | ChildGone
    | ChildRefused
    | Asked
    | Late
    | Caused
)


@dataclass(frozen=True, slots=True)
class Submit:
    """Hand a child over."""

    part: int


@dataclass(frozen=True, slots=True)
class Supply:
    """Let gates of a child end."""

    part: int
    ends: tuple[GateEnd, ...]


@dataclass(frozen=True, slots=True)
class ShutDown:
    """End a child."""

    part: int
    how: Shutdown


@dataclass(frozen=True, slots=True)
class Suspend:
    """Have a child start nothing more; `Resume`: have it go on."""

    part: int


@dataclass(frozen=True, slots=True)
class Resume:
    """Have a child go on."""

    part: int


@dataclass(frozen=True, slots=True)
class Finish:
    """The run is over.

    Attributes:
        phase: in Argo's words.
        message: why.
        cancelled: whether somebody asked for it.
    """

    phase: str
    message: str = ""
    cancelled: bool = False


Order: TypeAlias = Submit | Supply | ShutDown | Suspend | Resume | Finish
