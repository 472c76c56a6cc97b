"""How long a run takes: list scheduling of its steps on so many workers.

What nobody knows the duration of counts for nothing, so the sum is then the least that
the run takes. Conditions are taken to hold, and all steps to succeed at once.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from couler_jupyter.ir import (
    Outcome,
    PartMode,
    Step,
    SubWorkflow,
    Workflow,
)
from couler_jupyter.passes.splitting import Graph, Machine, Work, makespan
from couler_jupyter.passes.weighing import items_in
from couler_jupyter.planning.plan import Span

_LANES = 64
"""Items of a loop that are followed each by itself, at the most."""
_NO_TIME = Span(0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """What is known of the steps, by path.

    Attributes:
        seconds: what one time takes; a step that is not there is unknown.
        times: how often a step runs; a step that is not there runs once.
        idle: the steps that are not run.
        start: seconds from when a step could start to its start.
    """

    seconds: Mapping[str, Span]
    times: Mapping[str, float]
    idle: Collection[str] = ()
    start: float = 0.0


@dataclass(frozen=True, slots=True)
class Timing:
    """What comes of it.

    Attributes:
        seconds: from start to end; None where nothing is known.
        unknown: the steps that nobody knows the duration of.
        critical: the steps that take longest one after the other.
    """

    seconds: Span | None
    unknown: tuple[str, ...]
    critical: tuple[str, ...]


def items_of(step: Step) -> int | None:
    """Return how often a loop runs its step, if that is written; None if not."""
    if step.loop is None:
        return 1 if step.repeat is None else None
    return items_in(step.loop)


def timing_of(workflow: Workflow, times: Times, workers: int | None) -> Timing:
    """Return how long a run of `workflow` takes.

    Args:
        workflow: what runs.
        times: what is known of its steps.
        workers: steps at once at the most; None for no bound but the workflow's own.
    """
    net = _Net(times)
    net.add_whole(workflow)
    bounds = [one for one in (workers, workflow.parallelism) if one is not None]
    seconds = net.makespan(workflow, min(bounds, default=len(net.owners)))
    known = seconds if len(net.unknown) < net.leaves else None
    return Timing(known, tuple(net.unknown), net.critical())


@dataclass(slots=True)
class _Net:
    """The run as nodes: steps, the lanes of loops, and where sub-workflows begin and end.

    Attributes:
        owners: the path of the step of each node; empty where a node is none.
        tops: the outermost step of each node.
        leaves: how many steps there are.
    """

    times: Times
    parents: list[list[int]] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    owners: list[str] = field(default_factory=list)
    tops: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    leaves: int = 0

    def add_whole(self, workflow: Workflow) -> None:
        """Add a workflow, and behind all of it the handlers of a good end."""
        ends = self._add_all(workflow, "", "", [])
        for handler in workflow.exit_handlers:
            if not handler.on or Outcome.SUCCEEDED in handler.on:
                self._add(handler.step, handler.step.name, "", ends)

    def makespan(self, workflow: Workflow, workers: int) -> Span:
        """Return how long all of it takes."""
        graph = Graph.of(self.parents)
        parts = workflow.parts
        cut = None
        if parts is not None:
            numbers = parts.numbers()
            cut = [numbers.get(top, len(parts.members)) for top in self.tops]
        machine = Machine(workers=max(workers, 1), submit=0.0)
        sums: list[float] = []
        for name in ("low", "middle", "high"):
            seconds = [getattr(span, name) for span in self.spans]
            work = Work(graph=graph, bytes=(), steps=(), pods=(), seconds=seconds)
            took = makespan(
                work,
                machine,
                cut,
                live=parts.live if parts is not None else 0,
                barrier=parts is not None and parts.mode is PartMode.BARRIER,
            )
            assert took is not None, "the parts wait for each other"
            sums.append(took)
        low, middle, high = sums
        return Span(middle, min(low, middle), max(high, middle))

    def critical(self) -> tuple[str, ...]:
        """Return the longest way, first step first; of equal ones that of most steps."""
        best: list[tuple[float, int, int]] = []
        for node, before in enumerate(self.parents):
            last = max(before, key=lambda one: best[one][:2], default=-1)
            seconds, count = best[last][:2] if last >= 0 else (0.0, 0)
            is_step = bool(self.owners[node])
            best.append((seconds + self.spans[node].middle, count + is_step, last))
        at = max(range(len(best)), key=lambda one: best[one][:2], default=-1)
        path: dict[str, None] = {}
        while at >= 0:
            path[self.owners[at]] = None
            at = best[at][2]
        path.pop("", None)
        return tuple(reversed(path))

    def _add_all(
        self, workflow: Workflow, front: str, top: str, start: list[int]
    ) -> list[int]:
        """Add the steps of a workflow; return the nodes that nothing in it waits for."""
        ends: dict[str, list[int]] = {}
        for step in workflow:
            waits = [node for name in step.dependencies for node in ends[name]]
            path = f"{front}{step.name}"
            ends[step.name] = self._add(step, path, top, waits or start)
        awaited = {name for step in workflow.steps for name in step.dependencies}
        return [node for name in ends if name not in awaited for node in ends[name]]

    def _add(self, step: Step, path: str, top: str, waits: list[int]) -> list[int]:
        top = top or step.name
        inner = step.template
        once = step.loop is None and step.repeat is None
        if isinstance(inner, SubWorkflow) and once:
            start = [self._node("", top, waits, _NO_TIME)]
            return self._add_all(inner.workflow, f"{path}/", top, start)
        self.leaves += 1
        if path in self.times.idle:
            return [self._node(path, top, waits, _NO_TIME)]
        span, times = self.times.seconds.get(path), self.times.times.get(path, 1)
        if span is not None:
            span = span.later(self.times.start)
        if span is None:
            self.unknown.append(path)
            return [self._node(path, top, waits, _NO_TIME)]
        if times == 1 or step.loop is None:
            return [self._node(path, top, waits, _longer(span, times))]
        lanes = max(1, min(round(times), step.loop.parallelism or _LANES, _LANES))
        share = _longer(span, times / lanes)
        return [self._node(path, top, waits, share) for _ in range(lanes)]

    def _node(self, owner: str, top: str, waits: list[int], span: Span) -> int:
        self.parents.append(waits)
        self.spans.append(span)
        self.owners.append(owner)
        self.tops.append(top)
        return len(self.parents) - 1


def _longer(span: Span, times: float) -> Span:
    return Span(span.middle * times, span.low * times, span.high * times)
