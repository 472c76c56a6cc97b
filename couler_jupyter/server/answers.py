"""What is answered, as JSON: the protocol's views, and lists and pieces of them.

Texts are as they are kept: whoever shows them escapes them. Times are seconds since the
epoch, sizes are bytes.
"""

from __future__ import annotations

from typing import Any, Literal, TypedDict

from couler_jupyter.protocol import RunPatch, StepView


class AboutAnswer(TypedDict):
    """What serves, and what it lets be done.

    Attributes:
        package: version of this package.
        read_only: whether nothing can be asked of runs.
        store: folder that the runs are kept in.
        requests: what can be asked at all: `cancel`, `retry`, ...
    """

    type: Literal["about"]
    version: int
    package: str
    read_only: bool
    store: str
    requests: list[str]


class RunEntry(TypedDict):
    """One run of a list.

    Attributes:
        created: when it was handed over; `started`, `finished`: None before.
        seconds: from start to end; None while it has not ended.
        notebook: where it comes from; may be empty.
        restarts: how often it was run again.
        remote: whether it goes on elsewhere.
        live: whether it has not ended.
        steps: how many steps stand at each phase.
        requests: what can be asked of it now.
    """

    run_id: str
    workflow: str
    engine: str
    phase: str
    message: str
    created: float
    started: float | None
    finished: float | None
    seconds: float | None
    notebook: str
    restarts: int
    remote: bool
    live: bool
    steps: dict[str, int]
    requests: list[str]


class RunsAnswer(TypedDict):
    """One page of runs.

    Attributes:
        next: cursor of the next page; empty on the last.
        total: how many there are on all pages; None where that is not known.
        sent: the server's clock.
    """

    type: Literal["runs"]
    version: int
    runs: list[RunEntry]
    next: str
    total: int | None
    sent: float


class StepsAnswer(TypedDict):
    """One page of the steps of a run, in the order in which they first appeared.

    Attributes:
        next: cursor of the next page; empty on the last.
        total: how many there are on all pages.
    """

    type: Literal["steps"]
    version: int
    run_id: str
    steps: list[StepView]
    next: str
    total: int


class EventEntry(TypedDict):
    """One change of phase; `step` is empty where it is that of the run."""

    seq: int
    step: str
    phase: str
    time: float
    attempt: int
    message: str


class EventsAnswer(TypedDict):
    """What happened in a run behind some event.

    Attributes:
        events: in order.
        last: seq of the newest told of: ask for what is behind it next.
        more: whether there is more to ask for at once.
        phase: where the run stands now.
        live: whether more may come; asked once more, a run that just ended tells its end.
        patch: what the events come to, for a `RunView` that was up to date before;
            None if nothing changed.
    """

    type: Literal["events"]
    version: int
    run_id: str
    events: list[EventEntry]
    last: int
    more: bool
    phase: str
    live: bool
    patch: RunPatch | None


class LogAnswer(TypedDict):
    """A piece of what one attempt of a step printed; ANSI escapes are part of the text.

    Attributes:
        attempt: which one; `attempts`: how many there were.
        offset: byte that `text` begins at; 0 again if the log was begun anew.
        next: byte to go on from.
        size: bytes there are now.
        ended: whether nothing will be added any more.
    """

    type: Literal["log"]
    version: int
    run_id: str
    step: str
    attempt: int
    attempts: int
    text: str
    offset: int
    next: int
    size: int
    ended: bool


class OutputEntry(TypedDict):
    """One output of one step; `step` is empty for what the workflow leaves behind.

    Attributes:
        kind: `value` is plain JSON; `python` can only be read by Python; `artifact` is
            a file or folder that the run keeps; `elsewhere` lies outside of it.
        value: of a `value` that is short; None otherwise.
        text: one line for people.
        cut: whether that is not all of it.
        size: bytes; None where that is not known.
        preview: whether its content can be looked at.
    """

    step: str
    name: str
    kind: Literal["value", "python", "artifact", "elsewhere"]
    value: Any
    text: str
    cut: bool
    size: int | None
    preview: bool


class OutputsAnswer(TypedDict):
    """What the steps of a run left behind, so far.

    Attributes:
        hidden: how many are left out because there are too many.
    """

    type: Literal["outputs"]
    version: int
    run_id: str
    outputs: list[OutputEntry]
    hidden: int


class ArtifactAnswer(TypedDict):
    """The beginning of an artifact.

    Attributes:
        media: `text/plain`, a kind of picture, `inode/directory` for a folder (its
            names, one a line), or `application/octet-stream` for what cannot be shown.
        text: of what is text; `base64`: of a picture; else empty.
        size: bytes of all of it.
        cut: whether there is more than this.
    """

    type: Literal["artifact"]
    version: int
    run_id: str
    step: str
    name: str
    media: str
    text: str
    base64: str
    size: int
    cut: bool


class DoneAnswer(TypedDict):
    """What was asked is done, or on its way.

    Attributes:
        done: what was asked.
        run_id: the run that it came to: a new one for `rerun`.
        phase: where that stands; empty if it is deleted.
        repeated: whether this request had been answered before; nothing was done again.
    """

    type: Literal["done"]
    version: int
    done: str
    run_id: str
    phase: str
    repeated: bool


class EngineEntry(TypedDict):
    """One engine.

    Attributes:
        runs: whether workflows can be run on it from here; else it only compiles.
        remote: whether runs go on elsewhere.
        about: one line.
    """

    name: str
    runs: bool
    remote: bool
    about: str


class EnginesAnswer(TypedDict):
    """All engines, by name."""

    type: Literal["engines"]
    version: int
    engines: list[EngineEntry]


class SecretEntry(TypedDict):
    """Where a secret is, never what it is; `fault` says why it cannot be read."""

    name: str
    reference: str
    fault: str


class TargetEntry(TypedDict):
    """One target: a place where workflows run.

    Attributes:
        options: of the engine.
        origin: file that it is written in; empty for this machine.
    """

    name: str
    engine: str
    options: dict[str, str | int | float | bool]
    secrets: list[SecretEntry]
    origin: str


class TargetsAnswer(TypedDict):
    """All targets, by name."""

    type: Literal["targets"]
    version: int
    targets: list[TargetEntry]


class HealthAnswer(TypedDict):
    """Whether a target answers.

    Attributes:
        ok: whether a run could be sent there.
        message: what it says, or why not, in one line.
        seconds: how long it took to tell.
    """

    type: Literal["health"]
    version: int
    target: str
    ok: bool
    message: str
    seconds: float


class ErrorAnswer(TypedDict):
    """Why something was not done; `message` is one line for people."""

    type: Literal["error"]
    version: int
    status: int
    message: str
