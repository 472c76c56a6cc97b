"""Where a node stands, from the steps of the run that it stands for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from couler_jupyter.drawing.amount import duration_text
from couler_jupyter.drawing.looks import PHASES
from couler_jupyter.ir.run import Phase
from couler_jupyter.protocol import RunView, StepView

_WORST_FIRST = (
    Phase.ERRORED,
    Phase.FAILED,
    Phase.INTERRUPTED,
    Phase.CANCELLED,
    Phase.SUCCEEDED,
    Phase.CACHED,
    Phase.OMITTED,
    Phase.SKIPPED,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a node stands.

    Attributes:
        phase: its own, or what its items come to.
        started: seconds since the epoch, of the first; None if not started.
        finished: of the last; None while something goes on.
        items: how many items in each phase; empty for a step that runs once.
        attempts: the most that one of them was tried.
    """

    phase: Phase
    started: float | None
    finished: float | None
    items: Mapping[Phase, int]
    attempts: int

    @property
    def seconds(self) -> float | None:
        """How long it took; None while it is not over."""
        if self.started is None or self.finished is None:
            return None
        return self.finished - self.started

    def __str__(self) -> str:
        """Return phase, duration and what else is worth a word, on one line."""
        parts = [PHASES[self.phase]["word"]]
        if (seconds := self.seconds) is not None and self.phase is not Phase.CACHED:
            parts.append(duration_text(seconds))
        if total := sum(self.items.values()):
            done = sum(count for phase, count in self.items.items() if phase.good)
            bad = [phase for phase in _WORST_FIRST if phase.bad and phase in self.items]
            told = (f"{self.items[one]} {PHASES[one]['word']}" for one in bad)
            parts.append(", ".join((f"{done}/{total}", *told)))
        elif self.attempts > 1:
            parts.append(f"{self.attempts} attempts")
        return " · ".join(parts)


def standings(run: RunView) -> dict[str, Standing]:
    """Return where each node stands that has steps in `run`, by node id."""
    by_node: dict[str, list[StepView]] = {}
    for step in run["steps"]:
        by_node.setdefault(step["node"], []).append(step)
    return {node: _standing(node, steps) for node, steps in by_node.items()}


def _standing(node: str, steps: list[StepView]) -> Standing:
    whole = next((step for step in steps if step["id"] == node), None)
    items = [step for step in steps if step is not whole]
    phases = [Phase(step["phase"]) for step in items]
    counted = whole is None and len(items) == 1
    phase = Phase(whole["phase"]) if whole else together(phases)
    starts = [step["started"] for step in steps if step["started"] is not None]
    ends = [step["finished"] for step in steps if step["finished"] is not None]
    return Standing(
        phase=phase,
        started=min(starts, default=None),
        finished=max(ends, default=None) if phase.ended else None,
        items={} if counted else dict(Counter(phases)),
        attempts=max(step["attempts"] for step in steps),
    )


def together(phases: Iterable[Phase]) -> Phase:
    """Return what several phases come to: the liveliest, then the worst."""
    found = set(phases)
    if not found:
        return Phase.PENDING
    if live := {one for one in found if not one.ended}:
        if Phase.RUNNING in live:
            return Phase.RUNNING
        if Phase.SUSPENDED in live:
            return Phase.SUSPENDED
        return Phase.PENDING if len(found) == 1 else Phase.RUNNING
    return next(phase for phase in _WORST_FIRST if phase in found)
