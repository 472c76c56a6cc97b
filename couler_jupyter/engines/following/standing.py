"""How a step or a run stands, as the run store is told of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from couler_jupyter.ir import Phase
from couler_jupyter.runs import StepRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a step stands.

    Attributes:
        phase: its phase.
        attempt: 1 for the first try, 0 where nothing was tried.
        message: why, in one line.
        exit_code: of its process, where there was one.
        started: seconds since the epoch, None before it ran; `finished` likewise.
    """

    phase: Phase
    attempt: int = 0
    message: str = ""
    exit_code: int | None = None
    started: float | None = None
    finished: float | None = None

    @classmethod
    def of_record(cls, record: StepRecord) -> Standing:
        """Return how a step stands by what the run store was last told."""
        return cls(
            phase=record.phase,
            attempt=record.attempt,
            message=record.message,
            exit_code=record.exit_code,
            started=record.started,
            finished=record.finished,
        )

    def says(self, other: Standing) -> bool:
        """Whether another one tells nothing new; times alone are no news."""
        mine = (self.phase, self.attempt, self.message, self.exit_code)
        return mine == (other.phase, other.attempt, other.message, other.exit_code)


def at(text: str | None) -> float | None:
    """Return an RFC 3339 time as seconds since the epoch.

    >>> at("1970-01-01T00:01:00Z")
    60.0
    """
    if not text:
        return None
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def one_line(text: str) -> str:
    r"""Return a text as one line.

    >>> one_line("exit\n  code 1")
    'exit code 1'
    """
    return " ".join(text.split())
