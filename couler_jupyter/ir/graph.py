"""Questions about the DAG of a workflow, answered by networkx.

The one file that imports networkx: a library of algorithms, not a base class.
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


def direct_edges(workflow: Workflow) -> tuple[tuple[str, str], ...]:
    """Return the edges that no longer way round makes superfluous.

    The transitive reduction: the same order with the fewest arrows.
    """
    import networkx as nx

    return tuple(nx.transitive_reduction(_graph(workflow)).edges())


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
