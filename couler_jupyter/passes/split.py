"""split: which steps an engine is handed together, where it cannot take all of them at once.

Paper section IV-B (Algorithm 3) cuts by depth-first search, whose parts wait for each
other in a ring; here no step waits for one of a later part. What a part may hold is a
vector of bounds, none of which may be passed: bytes with the gates that a step needs to
wait for other parts, steps, and pods. How the parts are found is told in docs/splitting.md.

Where the workflow was cut before, parts stay as they were as far as that serves nearly as
well, so that what did not change keeps its id. Nothing is cut where all of it fits (parts
that somebody wrote are kept), or for an engine that takes no parts.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import ClassVar

from couler_jupyter.errors import PassFailed, UsageFailed
from couler_jupyter.ir import Feature, PartMode, Parts, Workflow
from couler_jupyter.passes.base import Decision, Passed, Word
from couler_jupyter.passes.cutting import Pieces, algorithm_3, pieces_of, too_big
from couler_jupyter.passes.facts import Context
from couler_jupyter.passes.splitting import Bounds, Chosen, Machine, chosen
from couler_jupyter.passes.weighing import Weights, guessed, weights_of


class Mode(StrEnum):
    """How parts are made and handed over.

    WINDOW and BARRIER are those of `PartMode`. LITERAL is Algorithm 3 of the paper as it
    is printed and REPAIRED as it must have been meant; both are for comparison, and
    refused where a step is lost or parts wait for each other.
    """

    WINDOW = "window"
    BARRIER = "barrier"
    LITERAL = "literal"
    REPAIRED = "repaired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """Cut a workflow into parts.

    Attributes:
        mode: how parts are made and handed over.
        max_steps: steps of a part at the most; None for the budget's.
        max_bytes: bytes of it, with gates; `max_pods`: pods that it may start.
        live: parts that are unfinished at once at the most; None to choose by
            simulation, up to 8 in a window.
        submit_seconds: what handing over a part takes, for the simulation.
    """

    name: ClassVar[str] = "split"
    mode: Mode = Mode.WINDOW
    max_steps: int | None = None
    max_bytes: int | None = None
    max_pods: int | None = None
    live: int | None = None
    submit_seconds: float = 5.0

    def __post_init__(self) -> None:
        """Reject options that make no sense."""
        for option, value in (
            ("max-steps", self.max_steps),
            ("max-bytes", self.max_bytes),
            ("max-pods", self.max_pods),
            ("live", self.live),
        ):
            if value is not None and value < 1:
                raise UsageFailed(
                    f"pass split: {option} is {value}; it must be 1 or more"
                )
        if self.submit_seconds < 0:
            raise UsageFailed(
                f"pass split: submit-seconds is {self.submit_seconds:g}; "
                "it must be 0 or more"
            )

    def run(self, workflow: Workflow, context: Context) -> Passed:
        """Return the workflow with its parts, if it needs some.

        Raises:
            PassFailed: one step is above a bound alone, with which and by how much; or
                the mode is the paper's, and what it makes cannot run.
        """
        bounds = self.bounds(context)
        if guess := self._guess(workflow, context, bounds):
            with suppress(PassFailed):  # it may be that only the guess is above
                made = self._by(guess, workflow, context, bounds)
                if _holds(made.workflow, context, bounds):
                    return made
        weights = weights_of(workflow, context, bounds.bytes)
        made = self._by(weights, workflow, context, bounds)
        if weights.alone is None or _holds(made.workflow, context, bounds):
            return made
        return self._by(weights.apart(), workflow, context, bounds)

    def _guess(
        self, workflow: Workflow, context: Context, bounds: Bounds
    ) -> Weights | None:
        """Return guessed weights where bytes are far from their bound; None elsewhere.

        Measuring makes all of a workflow, and whoever looks at the parts makes it again.
        """
        engine = context.engine
        if context.measure is None or engine is None or self.mode not in _OURS:
            return None
        if Feature.PARTS not in engine.features:
            return None
        weights = weights_of(workflow, context, bounds.bytes, guessed(workflow))
        largest = sorted(weights.bytes.values())[-bounds.steps :]
        gates = (weights.gate + weights.edge) * len(largest)
        return weights if weights.base + sum(largest) + gates < bounds.bytes else None

    def _by(
        self, weights: Weights, workflow: Workflow, context: Context, bounds: Bounds
    ) -> Passed:
        bounds = replace(
            bounds,
            base=weights.base,
            gate=weights.gate,
            edge=weights.edge,
            shared=weights.shared,
        )
        too_much = tuple(_too_much(weights, bounds))
        engine = context.engine
        if not too_much:
            return self._whole(workflow, context)
        if engine is not None and Feature.PARTS not in engine.features:
            reason = f"{'; '.join(too_much)}; {engine.name} takes no parts"
            return Passed(workflow, (self._say(Word.NOTED, reason),))
        if self.mode in {Mode.LITERAL, Mode.REPAIRED}:
            return self._papers(workflow, weights, bounds)
        return self._cut(workflow, context, pieces_of(workflow, weights, bounds))

    def bounds(self, context: Context) -> Bounds:
        """Return what a part may hold: the least of option, budget and engine's limit."""
        budget = context.budget
        limits = (
            {}
            if context.engine is None
            else {limit.of: limit.most for limit in context.engine.limits}
        )
        return Bounds(
            bytes=min(self.max_bytes or budget.max_bytes, limits.get("bytes", _ANY)),
            steps=min(self.max_steps or budget.max_steps, limits.get("steps", _ANY)),
            pods=min(self.max_pods or budget.max_pods, limits.get("pods", _ANY)),
        )

    def _whole(self, workflow: Workflow, context: Context) -> Passed:
        """Return what fits into one part: as it is, with the parts that it has."""
        if workflow.parts is None:
            return Passed(workflow)
        engine, reason = context.engine, "all of it fits into one part"
        if engine is not None and Feature.PARTS not in engine.features:
            reason = f"{reason}, and {engine.name} takes no parts"
            return Passed(workflow.cut(None), (self._say(Word.MERGED, reason),))
        reason = f"it is in parts already; {reason}, too"
        return Passed(workflow, (self._say(Word.KEPT, reason),))

    def _cut(self, workflow: Workflow, context: Context, pieces: Pieces) -> Passed:
        if faults := too_big(pieces):
            raise PassFailed("split: " + "; ".join(faults))
        workers = min(context.workers, workflow.parallelism or context.workers)
        made = chosen(
            pieces.work,
            Machine(workers=workers, submit=self.submit_seconds),
            live=self.live or 0,
            barrier=self.mode is Mode.BARRIER,
            before=pieces.before(workflow.parts or context.parts),
        )
        parts = Parts(
            members=pieces.members(made.cut),
            mode=PartMode(self.mode.value),
            live=made.live,
        )
        return self._passed(workflow, parts, pieces, _summary(made))

    def _papers(self, workflow: Workflow, weights: Weights, bounds: Bounds) -> Passed:
        pieces = pieces_of(workflow, weights, bounds, alone=True)
        cut = algorithm_3(pieces, printed_only=self.mode is Mode.LITERAL)
        parts = Parts(members=pieces.members(cut), live=self.live or 1)
        reason = f"Algorithm 3 of the paper makes {len(parts.members)} parts"
        return self._passed(workflow, parts, pieces, reason)

    def _passed(
        self, workflow: Workflow, parts: Parts, pieces: Pieces, reason: str
    ) -> Passed:
        made = workflow if workflow.parts == parts else workflow.cut(parts)
        count = len(parts.members)
        decisions = [self._say(Word.MOVED, reason, to=f"{count} parts")]
        for number, names in enumerate(parts.members, 1):
            inside = set(names)
            for name in names:
                others = workflow.by_name[name].dependencies
                held = sum(1 for one in others if one in inside)
                why = pieces.why.get(name, "") or _reason(held, len(others))
                decisions.append(self._say(Word.MOVED, why, name, f"part {number}"))
        return Passed(made, tuple(decisions))

    def _say(self, word: Word, reason: str, step: str = "", to: str = "") -> Decision:
        return Decision(pass_name=self.name, word=word, reason=reason, step=step, to=to)


_ANY = 2**62
_OURS = frozenset({Mode.WINDOW, Mode.BARRIER})


def _holds(workflow: Workflow, context: Context, bounds: Bounds) -> bool:
    """Whether no part has more bytes than it may, by what the engine makes of it."""
    engine = context.engine
    if workflow.parts is None or engine is None:
        return True
    if not (sizes := engine.part_sizes(engine.lower(workflow))):
        return False
    return all(one.get("bytes", _ANY) <= bounds.bytes for one in sizes)


def _too_much(weights: Weights, bounds: Bounds) -> Iterator[str]:
    """Yield what is above the bounds when nothing is cut."""
    for of, has, most in (
        ("bytes", weights.base + sum(weights.bytes.values()), bounds.bytes),
        ("steps", sum(weights.steps.values()), bounds.steps),
        ("pods", sum(weights.pods.values()), bounds.pods),
    ):
        if has > most:
            yield f"it has {has:,} {of}, and a part may have {most:,}"


def _reason(held: int, others: int) -> str:
    """Return why a step is where it is, told by what it waits for."""
    if not others:
        return "it waits for no step"
    if held == others:
        return "what it waits for is in the same part"
    outside = others - held
    some = "1 step" if outside == 1 else f"{outside} steps"
    beside = (
        f"{held} of {others} that it waits for are in the same part; " if held else ""
    )
    return f"{beside}it waits for {some} of earlier parts by a gate"


def _summary(made: Chosen) -> str:
    slower = made.seconds / made.whole if made.whole else 1.0
    return (
        f"{made.live} of {made.parts} parts are live at once (the least would be "
        f"{made.least}); {made.edges:,} of {made.of_edges:,} edges lead from part to "
        f"part; the simulated run takes {slower:.2f} of the time in one piece "
        f"({made.recipe})"
    )
