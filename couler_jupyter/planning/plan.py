"""A plan: what a run would do, step by step, and what that would take. Nothing is run.

Where nobody knows, it says None; no number is made up.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from couler_jupyter.errors import Problem
from couler_jupyter.ir import Workflow
from couler_jupyter.passes import Decision


class Fate(StrEnum):
    """What becomes of a step."""

    RUN = "run"
    REUSED = "reused"
    MERGED = "merged"
    FOLDED = "folded"
    REMOVED = "left out"


@dataclass(frozen=True, slots=True)
class Span:
    """Seconds that something takes.

    Attributes:
        middle: what it took in the middle of the runs known.
        low, high: the shortest and the longest seen; the same as `middle` for one run.
    """

    middle: float
    low: float
    high: float

    def later(self, seconds: float) -> Span:
        """Return the same, so much longer."""
        return Span(self.middle + seconds, self.low + seconds, self.high + seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One step.

    Attributes:
        step: its path.
        fate: what becomes of it.
        to: the run it is reused from, or the step that stands for it.
        why: the reason, in plain words; empty where it simply runs.
        part: the number of its part, from 1; None where nothing is cut.
        times: how often it runs; None where only the run will tell.
        seconds: what one time takes.
        bytes: what it leaves behind, in all.
        cost: in the currency of the prices, in all.
        basis: what the numbers are from.
        critical: whether the run cannot end sooner unless this step does.
    """

    step: str
    fate: Fate = Fate.RUN
    to: str = ""
    why: str = ""
    part: int | None = None
    times: float | None = 1
    seconds: Span | None = None
    bytes: int | None = None
    cost: float | None = None
    basis: str = ""
    critical: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """What a whole run takes.

    Attributes:
        steps: how many steps are run.
        unknown: how many of them nobody knows the duration of; `seconds` is then what
            the others take at least.
        seconds: from start to end; None where nothing at all is known.
        cost: None where that of some step is not known; `bytes` likewise.
    """

    steps: int
    unknown: int
    seconds: Span | None
    cost: float | None
    bytes: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How big the submission is by one measure.

    Attributes:
        of: what is counted.
        amount: how much of it there is; None where the engine cannot tell.
        most: how much there may be; None for no limit.
        reason: whose limit it is.
    """

    of: str
    amount: int | None
    most: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Steps that the engine is handed together.

    Attributes:
        number: which one, from 1.
        id: a digest of what is in it.
        steps: how many of the outermost steps are in it.
        sizes: against what it may hold.
        waits_for: numbers of the parts that some of its steps wait for.
        edges: how many edges lead into it.
        since: the run in which it was the same the last time; empty for none.
        done: whether all of its steps ended well there.
    """

    number: int
    id: str
    steps: int
    sizes: tuple[Size, ...]
    waits_for: tuple[int, ...] = ()
    edges: int = 0
    since: str = ""
    done: bool = False


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a run would do.

    Attributes:
        engine: the name of the engine that it is for.
        passes: those that ran, as text; `targets`: the steps that were asked for.
        original: the workflow before the passes; `workflow`: after.
        rows: of all steps of the original, those of sub-workflows and exit handlers too.
        before: what a run of the original takes with nothing reused; `after`: what this
            plan takes.
        waves: how many steps each wave has, if every step starts as soon as it can.
        critical: the steps that take longest one after the other.
        workers: steps at once at the most; None for no bound.
        parts: that the engine is handed one by one; empty where nothing is cut.
        start_seconds: what the engine adds to each step before it runs, as earlier runs
            tell; None where none does.
        sizes: against each limit.
        refused: why the engine cannot take it; empty if it can.
        notes: what has no effect there, what is not known, what was not reused.
        decisions: of all passes, in order.
        currency: of the costs; empty where no prices are given.
        handed: the workflow as the engine would be handed it, which asks the cache by
            itself; None where what is kept has been taken out here.
    """

    engine: str
    passes: str
    targets: tuple[str, ...]
    original: Workflow
    workflow: Workflow
    rows: tuple[Row, ...]
    before: Total
    after: Total
    waves: tuple[int, ...]
    critical: tuple[str, ...]
    workers: int | None
    parts: tuple[Part, ...]
    start_seconds: float | None
    sizes: tuple[Size, ...]
    refused: tuple[Problem, ...]
    notes: tuple[str, ...]
    decisions: tuple[Decision, ...]
    currency: str = ""
    handed: Workflow | None = None

    @property
    def drawn(self) -> Workflow:
        """What to draw: all steps there are, or the parts where it is cut."""
        return self.original if self.workflow.parts is None else self.workflow

    def __repr__(self) -> str:
        return (
            f"<plan of {self.original.name} on {self.engine}: {self.after.steps} run>"
        )
