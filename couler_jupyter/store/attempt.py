"""How things went: attempts at steps, and runs as the policies learn from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from couler_jupyter.ir import Phase


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """How one attempt at a step went.

    Attributes:
        path: of the step in the run; `step` is its name in the workflow.
        phase: how it ended.
        fingerprint: empty where the step has none.
        started: seconds since the epoch, as that machine's clock had it.
        seconds: wall-clock time; `cpu_seconds` and `peak_memory` (bytes) where known.
        output_bytes: of all it left behind.
        read_bytes, read_seconds: what of its inputs came from the store, and how fast.
    """

    run: str
    workflow: str
    step: str
    path: str
    engine: str
    phase: Phase
    fingerprint: str = ""
    started: float = 0.0
    seconds: float = 0.0
    cpu_seconds: float | None = None
    peak_memory: int | None = None
    output_bytes: int = 0
    read_bytes: int = 0
    read_seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Typical:
    """What a step has taken lately, when it succeeded.

    Attributes:
        seconds, output_bytes: means.
        cpu_seconds, peak_memory: means of what is known; None if nothing is.
        attempts: how many these are of.
    """

    seconds: float
    output_bytes: float
    cpu_seconds: float | None
    peak_memory: float | None
    attempts: int


@dataclass(frozen=True, slots=True)
class Visit:
    """A step as a run met it.

    Attributes:
        step: its name.
        own: what the step itself was; it changes when the step is edited.
        target: whether the run was asked for it.
        needed: whether it is a target or something that a target is made of.
        fingerprint: of the step with its inputs; empty where it has none.
        parents: fingerprints of what it read.
        seconds, size: what it took, or had taken when it was made, and left behind.
        reason: why it was run, and what became of what it left behind.
    """

    step: str
    own: str
    target: bool = False
    needed: bool = True
    fingerprint: str = ""
    parents: Sequence[str] = ()
    seconds: float = 0.0
    size: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """An earlier run, as far as later ones can be told from it.

    Attributes:
        finished: False if it was broken off; None while it goes on.
    """

    run: str
    workflow: str
    visits: tuple[Visit, ...]
    finished: bool | None = None
