"""What the run store gives back: a run, one of its steps, a command to it."""

from __future__ import annotations

from dataclasses import dataclass

from couler_jupyter.ir.run import Phase


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """One run as it stands. Times are seconds since the epoch, UTC.

    Attributes:
        id: sortable by time, safe as a folder name, unique in its store.
        workflow: the workflow's name.
        engine: name of the engine that runs it.
        phase: where it stands; INTERRUPTED when it is live but nobody drives it, here
            or elsewhere.
        message: of the last event about the run.
        created: when it was handed over.
        started: when it first ran, None before.
        finished: when it ended, None while it is live or interrupted.
        document: the workflow as JSON text; empty in a listing, which stays light.
        arguments: JSON text.
        options: JSON text, for the engine.
        notebook: where it came from; empty if unknown.
        attempt: how many times it was reopened; 0 at first.
        version: of the package that created it.
        remote: whether it goes on elsewhere, whoever follows it from here.
    """

    id: str
    workflow: str
    engine: str
    phase: Phase
    message: str
    created: float
    started: float | None
    finished: float | None
    document: str
    arguments: str
    options: str
    notebook: str
    attempt: int
    version: str
    remote: bool = False

    @property
    def duration(self) -> float | None:
        """Seconds from start to end, None if one is missing."""
        return _between(self.started, self.finished)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRecord:
    """One step path as its last event left it. Times as in `RunRecord`.

    Attributes:
        path: of the step in the run, as in `RunEvent.step`.
        phase: where it stands.
        attempt: 1 for the first try, 0 where nothing was tried.
        started: when this attempt began, None if none did.
        finished: when it ended, None while it is live.
        message: why, in one line.
        exit_code: of the process, where there was one.
        cpu_seconds: CPU used, where known.
        peak_memory: bytes, where known.
    """

    path: str
    phase: Phase
    attempt: int
    started: float | None
    finished: float | None
    message: str
    exit_code: int | None
    cpu_seconds: float | None
    peak_memory: int | None

    @property
    def duration(self) -> float | None:
        """Seconds from start to end, None if one is missing."""
        return _between(self.started, self.finished)


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What somebody asked of a run.

    Attributes:
        verb: `cancel`, `resume`, ...
        step: path of the step it is about; empty for the run.
        payload: JSON text.
        time: when it was asked, seconds since the epoch.
    """

    verb: str
    step: str
    payload: str
    time: float


def _between(start: float | None, end: float | None) -> float | None:
    if start is None or end is None:
        return None
    return max(0.0, end - start)  # a clock may be set back in between
