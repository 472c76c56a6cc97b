"""What comes of a workflow: a manifest, a run of it, the phase of each step."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Document:
    """One file of a manifest."""

    filename: str
    text: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an engine makes of a workflow, ready to read or to submit."""

    engine: str
    documents: tuple[Document, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """A submitted manifest, by the engine's own id."""

    engine: str
    id: str


class Phase(StrEnum):
    """Where a run, or one step of it, stands.

    A step that a condition switched off is SKIPPED; one whose dependencies ended
    in a way it does not accept is OMITTED; FAILED is the step's own fault, ERRORED
    is what surrounds it (an image that does not exist, a lost machine). Only a run
    is INTERRUPTED: whoever drove it is gone, and it can be resumed.
    """

    PENDING = "pending"
    RUNNING = "running"
    SUSPENDED = "suspended"
    SUCCEEDED = "succeeded"
    CACHED = "cached"
    SKIPPED = "skipped"
    OMITTED = "omitted"
    FAILED = "failed"
    ERRORED = "errored"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen by itself."""
        return self not in _LIVE

    @property
    def good(self) -> bool:
        """Whether the work was done, now or earlier."""
        return self in _GOOD

    @property
    def bad(self) -> bool:
        """Whether it ended without doing its work, and somebody should look."""
        return self in _BAD


_LIVE = frozenset({Phase.PENDING, Phase.RUNNING, Phase.SUSPENDED})
_GOOD = frozenset({Phase.SUCCEEDED, Phase.CACHED})
_BAD = frozenset({Phase.FAILED, Phase.ERRORED, Phase.CANCELLED, Phase.INTERRUPTED})


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEvent:
    """One change of phase, of a step or (with an empty `step`) of the whole run.

    Every engine tells its runs in these words.

    Attributes:
        step: path of the step in the run: `train`, `train[2]` (item of a map),
            `tune/fit` (step of a sub-workflow), `flip#3` (third turn of a repeat).
        phase: where it now stands.
        time: seconds since the epoch, UTC.
        attempt: 1 for the first try, 0 where nothing was tried.
        message: why, in one line; empty where the phase says all.
        exit_code: of the process, where there was one.
        cpu_seconds: CPU used, where known.
        peak_memory: bytes, where known.
    """

    step: str
    phase: Phase
    time: float
    attempt: int = 0
    message: str = ""
    exit_code: int | None = None
    cpu_seconds: float | None = None
    peak_memory: int | None = None
