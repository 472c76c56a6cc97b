"""A plan as JSON: what a run would do, and what that would take. None stands for unknown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypedDict, TypeGuard

FateWord = Literal["run", "reused", "merged", "folded", "left out"]


class SpanView(TypedDict):
    """Seconds: in the middle of the runs known, the shortest and the longest."""

    middle: float
    low: float
    high: float


class RowView(TypedDict):
    """One step.

    Attributes:
        id: of its node or group in the drawing: its path.
        fate: what becomes of it.
        to: the run it is reused from, or the step that stands for it.
        why: the reason, in plain words.
        part: the number of its part, from 1; None where nothing is cut.
        times: how often it runs; None where only the run will tell.
        seconds: what one time takes.
        bytes: what it leaves behind, in all; `cost`: in all.
        basis: what the numbers are from.
        critical: whether the run cannot end sooner unless this step does.
    """

    id: str
    fate: FateWord
    to: str
    why: str
    part: int | None
    times: float | None
    seconds: SpanView | None
    bytes: int | None
    cost: float | None
    basis: str
    critical: bool


class TotalView(TypedDict):
    """A whole run: `seconds` are at least that where some steps are `unknown`."""

    steps: int
    unknown: int
    seconds: SpanView | None
    cost: float | None
    bytes: int | None


class SizeView(TypedDict):
    """How big the submission is by one measure; `most` is None for no limit."""

    of: str
    amount: int | None
    most: int | None
    reason: str


class PartPlanView(TypedDict):
    """Steps that the engine is handed together.

    Attributes:
        number: which part, from 1; `id`: a digest of what is in it.
        steps: how many of the outermost steps are in it.
        sizes: against what it may hold.
        waits_for: numbers of the parts that its steps wait for; `edges`: how many of
            those lead into it.
        since: the run in which it was the same the last time; empty for none; `done`:
            whether all of its steps ended well there.
    """

    number: int
    id: str
    steps: int
    sizes: list[SizeView]
    waits_for: list[int]
    edges: int
    since: str
    done: bool


class HandingView(TypedDict):
    """How parts are handed over: in which mode, and how many unfinished at the most."""

    mode: Literal["window", "barrier"]
    live: int


DecisionView = TypedDict(
    "DecisionView",
    {"pass": str, "step": str, "word": str, "to": str, "reason": str},
)
"""What a pass decided; `pass` is who."""


class PlanView(TypedDict):
    """A plan.

    Attributes:
        workflow, engine: whose; `passes`: as text; `targets`: what was asked for.
        rows: of all steps, groups before what is in them, exit handlers last.
        before: what a run takes with nothing reused; `after`: what this plan takes.
        waves: how many there are, if each step starts as soon as it can; `widest`: the
            most steps in one of them.
        critical: ids of the steps that take longest one after the other.
        workers: steps at once at the most; None for no bound.
        start_seconds: what the engine adds to each step before it starts; None where
            no run tells. It is in the times of `before` and `after`.
        parts: that the engine is handed one by one; empty where nothing is cut.
        handing: how it is handed them; None where nothing is cut.
        sizes: against each limit of the engine.
        refused: why the engine cannot take it; empty if it can.
        notes: what has no effect there, and what could not be looked up.
        decisions: of all passes, in order.
        currency: of the costs; empty where no prices are given.
    """

    type: Literal["plan"]
    version: int
    workflow: str
    engine: str
    passes: str
    targets: list[str]
    rows: list[RowView]
    before: TotalView
    after: TotalView
    waves: int
    widest: int
    critical: list[str]
    workers: int | None
    start_seconds: float | None
    parts: list[PartPlanView]
    handing: HandingView | None
    sizes: list[SizeView]
    refused: list[str]
    notes: list[str]
    decisions: list[DecisionView]
    currency: str


def is_plan(given: object) -> bool:
    """Return whether what was read from a file has all that a plan has."""
    return (
        _has(given, PlanView.__required_keys__)
        and all(_has(given[one], TotalView.__required_keys__) for one in _TOTALS)
        and all(
            isinstance(given[name], list)
            and all(_has(one, keys) for one in given[name])
            for name, keys in _LISTS
        )
    )


_TOTALS = ("before", "after")
_LISTS = (
    ("rows", RowView.__required_keys__),
    ("parts", PartPlanView.__required_keys__),
    ("sizes", SizeView.__required_keys__),
    ("decisions", DecisionView.__required_keys__),
)


def _has(given: object, keys: frozenset[str]) -> TypeGuard[Mapping[str, Any]]:
    return isinstance(given, dict) and given.keys() >= keys
