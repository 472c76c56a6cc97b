"""Questions about the DAG of a workflow, most of them answered by networkx.

The one file that imports networkx: a library of algorithms, not a base class. Exit
handlers stand outside the DAG. In the examples, `diamond` is this workflow:

    load -> left, right -> join

>>> from couler_jupyter.ir.step import Step
>>> from couler_jupyter.ir.template import Script
>>> sh = Script(source="true")
>>> diamond = Workflow(name="diamond", steps=(
...     Step(name="load", template=sh),
...     Step(name="left", template=sh, after=("load",)),
...     Step(name="right", template=sh, after=("load",)),
...     Step(name="join", template=sh, after=("left", "right", "load")),
... ))
>>> levels(diamond)
(('load',), ('left', 'right'), ('join',))
>>> critical_path(diamond, {"right": 5})
('load', 'right', 'join')
>>> sorted(ancestors(diamond, "right")), sorted(descendants(diamond, "left"))
(['load'], ['join'])
>>> degrees(diamond)["join"]
(3, 0)
>>> sorted(needed_for(diamond, ["left"]))
['left', 'load']
>>> sorted(between(diamond, "load", "right"))
['load', 'right']
>>> direct_edges(diamond)
(('load', 'left'), ('load', 'right'), ('left', 'join'), ('right', 'join'))
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from couler_jupyter.errors import UnknownName
from couler_jupyter.ir.workflow import Workflow

if TYPE_CHECKING:
    import networkx as nx

_NO_WEIGHTS: Mapping[str, float] = MappingProxyType({})


def levels(workflow: Workflow) -> tuple[tuple[str, ...], ...]:
    """Return the steps in waves: each waits only for steps of earlier waves.

    A step stands in the first wave it can; within a wave, in the order of writing.
    """
    import networkx as nx

    place = {step.name: index for index, step in enumerate(workflow.steps)}
    waves = nx.topological_generations(_graph(workflow))
    return tuple(tuple(sorted(wave, key=place.__getitem__)) for wave in waves)


def critical_path(
    workflow: Workflow, seconds: Mapping[str, float] = _NO_WEIGHTS
) -> tuple[str, ...]:
    """Return the chain of steps that takes longest, first step first.

    Args:
        workflow: whose steps.
        seconds: how long each step takes; one that is not named counts 1.
    """
    best: dict[str, tuple[float, str | None]] = {}
    for name in workflow.order:
        before = workflow.dependencies[name]
        last = max(before, key=lambda one: best[one][0], default=None)
        start = 0.0 if last is None else best[last][0]
        best[name] = (start + seconds.get(name, 1.0), last)
    at: str | None = max(workflow.order, key=lambda one: best[one][0])
    path: list[str] = []
    while at is not None:
        path.append(at)
        at = best[at][1]
    return tuple(reversed(path))


def ancestors(workflow: Workflow, step: str) -> frozenset[str]:
    """Return all steps that `step` waits for, directly or not.

    Raises:
        UnknownName: there is no such step.
    """
    import networkx as nx

    return frozenset(nx.ancestors(_graph(workflow), _known(workflow, step)))


def descendants(workflow: Workflow, step: str) -> frozenset[str]:
    """Return all steps that wait for `step`, directly or not.

    Raises:
        UnknownName: there is no such step.
    """
    import networkx as nx

    return frozenset(nx.descendants(_graph(workflow), _known(workflow, step)))


def degrees(workflow: Workflow) -> Mapping[str, tuple[int, int]]:
    """Return for each step how many it waits for, and how many wait for it."""
    graph = _graph(workflow)
    waits, awaited = dict(graph.in_degree()), dict(graph.out_degree())
    return {name: (waits[name], awaited[name]) for name in graph}


def needed_for(workflow: Workflow, targets: Iterable[str]) -> frozenset[str]:
    """Return `targets` and every step that one of them waits for.

    Raises:
        UnknownName: a target is no step.
    """
    found: set[str] = set()
    waiting = [_known(workflow, target) for target in targets]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(workflow.dependencies[name])
    return frozenset(found)


def between(workflow: Workflow, first: str, last: str) -> frozenset[str]:
    """Return the steps on all ways from `first` to `last`, these two included.

    Empty if `last` does not wait for `first`; one step if they are the same.

    Raises:
        UnknownName: there is no such step.
    """
    before = needed_for(workflow, [last])
    after = descendants(workflow, first) | {first}
    return before & after


def direct_edges(workflow: Workflow) -> tuple[tuple[str, str], ...]:
    """Return the edges that no longer way round makes superfluous.

    The transitive reduction: the same order with the fewest arrows. Bits of whole
    numbers stand for sets of steps, which keeps 10,000 steps within some megabytes.
    """
    place = {name: index for index, name in enumerate(workflow.order)}
    reached: dict[str, int] = {}
    kept: dict[str, frozenset[str]] = {}
    for name in workflow.order:
        seen, direct = 0, set[str]()
        for before in sorted(workflow.dependencies[name], key=place.__getitem__)[::-1]:
            if not seen >> place[before] & 1:
                direct.add(before)
                seen |= reached[before]
        reached[name] = seen | 1 << place[name]
        kept[name] = frozenset(direct)
    return tuple(
        (before, step.name)
        for step in workflow.steps
        for before in workflow.dependencies[step.name]
        if before in kept[step.name]
    )


def _graph(workflow: Workflow) -> nx.DiGraph[str]:
    import networkx as nx

    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(step.name for step in workflow.steps)
    graph.add_edges_from(
        (before, name)
        for name, others in workflow.dependencies.items()
        for before in others
    )
    return graph


def _known(workflow: Workflow, step: str) -> str:
    if step not in workflow.by_name:
        raise UnknownName("step", step, workflow.by_name)
    return step
