"""Whether what came of a wish is right, and if not, why not in one line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from couler_jupyter.errors import CoulerError
from couler_jupyter.ir import Workflow
from couler_jupyter.nl.bench.facts import fault_in
from couler_jupyter.nl.bench.flat import Flat, Leaf, TooMany, flat_of
from couler_jupyter.nl.bench.looking import Look, look_at
from couler_jupyter.nl.bench.matching import difference, is_alike, matches
from couler_jupyter.nl.bench.scenarios import Cast, fault_of_runs
from couler_jupyter.nl.bench.seen import Seen, squashed
from couler_jupyter.nl.bench.task import Each, Task, While
from couler_jupyter.nl.bench.wanted import Graph, graphs_of
from couler_jupyter.nl.bench.whole import fault_of_whole

_MOST = 60
"""Ways to see a graph in a workflow that are tried."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What an oracle says.

    Attributes:
        passed: whether it is right.
        graph: whether at least the graph is, kinds of steps included.
        why: what is wrong, in one line; empty if it is right.
    """

    passed: bool
    graph: bool
    why: str = ""


_RIGHT = Verdict(passed=True, graph=True)


def judge(task: Task, workflow: Workflow | None) -> Verdict:
    """Say whether a workflow is what a task asks for.

    Args:
        task: with what has to come of it.
        workflow: what was proposed; None for a question back.
    """
    if workflow is None or task.asks:
        return _judge_question(task, workflow)
    try:
        flat = flat_of(workflow)
    except TooMany as error:
        return _wrong(str(error))
    graphs = graphs_of(task)
    found = [one for one in graphs if next(_by_sort(one, flat), None) is not None]
    if not found:
        return _wrong(difference(graphs[0], flat))
    try:
        look = look_at(workflow, flat)
    except (CoulerError, ValueError) as error:
        return _wrong(f"it cannot be played: {error}", graph=True)
    if why := fault_of_whole(workflow, task):
        return _wrong(why, graph=True)
    faults = [_fault(task, look, one) for one in found]
    return _RIGHT if "" in faults else _wrong(faults[0], graph=True)


def _judge_question(task: Task, workflow: Workflow | None) -> Verdict:
    if task.asks and workflow is None:
        return _RIGHT
    if task.asks:
        return _wrong("it cannot be done as it stands; a question back is right")
    return _wrong("it was asked back, though nothing is unclear")


def _wrong(why: str, *, graph: bool = False) -> Verdict:
    return Verdict(passed=False, graph=graph, why=" ".join(why.split()))


def _by_sort(graph: Graph, flat: Flat) -> Iterator[Mapping[int, int]]:
    """Yield the ways in which the graphs are the same, with only the sorts of steps."""
    return matches(
        graph,
        flat,
        lambda node, leaf: is_alike(graph.nodes[node], flat.leaves[leaf]),
    )


def _fault(task: Task, look: Look, graph: Graph) -> str:
    """Return what is wrong with what steps do; empty if one way to see it is right."""
    faults = _Faults(task, look, graph)
    first = ""
    ways = matches(graph, look.flat, lambda node, leaf: not faults.of(node, leaf))
    for way in islice(ways, _MOST):
        fault = _fault_of_way(task, look, graph, way)
        if not fault:
            return ""
        first = first or fault
    return first or faults.least()


class _Faults:
    """What keeps a leaf from being a node, found once."""

    def __init__(self, task: Task, look: Look, graph: Graph) -> None:
        self._task, self._look, self._graph = task, look, graph
        self._known: dict[tuple[int, int], str] = {}

    def of(self, node: int, leaf: int) -> str:
        """Return what keeps a leaf from being a node."""
        key = node, leaf
        if key not in self._known:
            self._known[key] = self._find(node, leaf)
        return self._known[key]

    def least(self) -> str:
        """Return what is wrong in the way that has the fewest faults."""
        best: list[str] = []
        for way in islice(_by_sort(self._graph, self._look.flat), _MOST):
            told = [
                f"step {self._look.seen[leaf].name} as {self._graph.nodes[node].label}: {why}"
                for node, leaf in way.items()
                if (why := self.of(node, leaf))
            ]
            if told and (not best or len(told) < len(best)):
                best = told
        return best[0] if best else "its steps do not fit together"

    def _find(self, node: int, leaf: int) -> str:
        one, seen = self._graph.nodes[node], self._look.seen[leaf]
        if not is_alike(one, seen.leaf):
            return "it runs another number of times, or at another time"
        fault = fault_in(seen, self._task.facts(one.label), one.items)
        return fault or _loop_fault(self._task, one.label, seen)


def _loop_fault(task: Task, label: str, seen: Seen) -> str:
    for one in task.maps:
        if label in one.steps and one.over:
            return _source_fault(one, seen)
    for loop in task.whiles:
        if label in loop.steps:
            return _while_fault(loop, seen.leaf)
    return ""


def _source_fault(one: Each, seen: Seen) -> str:
    is_parameter = one.over.startswith("$")
    if is_parameter and not any(t.rstrip(".") == one.over for t in seen.tokens):
        return f"its items are not those of {one.over[1:]!r}"
    return ""


def _while_fault(loop: While, leaf: Leaf) -> str:
    repeat = leaf.repeats[-1]
    if repeat.limit != loop.limit:
        return f"it is repeated {repeat.limit} times at the most, not {loop.limit}"
    if loop.pause is not None and repeat.pause != f"{loop.pause:g}":
        return f"it pauses for {repeat.pause} seconds, not {loop.pause:g}"
    return ""


def _fault_of_way(task: Task, look: Look, graph: Graph, way: Mapping[int, int]) -> str:
    for before, after, arrow in graph.edges:
        if arrow.data:
            maker, taker = look.seen[way[before]], look.seen[way[after]]
            as_file = arrow.before in task.facts(arrow.after).files
            if not _flows(maker, taker, arrow.output, as_file=as_file):
                what = f"{arrow.output or 'what'} {maker.name} leaves"
                return f"step {taker.name} does not take {what}{' as a file' * as_file}"
    leaves: dict[str, tuple[Leaf, ...]] = {}
    for node, leaf in way.items():
        label = graph.nodes[node].label
        leaves[label] = (*leaves.get(label, ()), look.flat.leaves[leaf])
    return _volume_fault(task, leaves) or fault_of_runs(Cast(task, look, leaves))


def _flows(maker: Seen, taker: Seen, output: str, *, as_file: bool) -> bool:
    tokens = taker.files if as_file else taker.tokens
    names = [
        name
        for path, bar, name in (one.rstrip(".").rpartition("|") for one in tokens)
        if bar and maker.leaf.is_at(path)
    ]
    if not output:
        return bool(names)
    made = getattr(maker.leaf.step.template, "outputs", ())
    return any(squashed(output) in squashed(name) for name in names) or (
        len(made) == 1 and bool(names)
    )


def _volume_fault(task: Task, leaves: Mapping[str, tuple[Leaf, ...]]) -> str:
    """Return which steps do not share the volume that they should."""
    volumes: dict[str, set[str]] = {}
    for label, some in leaves.items():
        mount = task.facts(label).mount
        if "shared" in mount:
            own = {
                one.volume
                for leaf in some
                for one in getattr(leaf.step.template, "mounts", ())
                if one.path == mount["path"]
            }
            volumes.setdefault(mount["shared"], set()).update(own)
    wrong = [name for name, some in volumes.items() if len(some) > 1]
    return f"steps do not share one volume for {wrong[0]}" if wrong else ""
