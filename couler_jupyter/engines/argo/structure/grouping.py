"""Which steps of a big workflow go together into sub-DAGs that fit.

Groups depend on each other without a cycle, and one starts when all groups that it takes
something from have ended. So that little is lost by that, a step goes to the group of
what it waits for where that makes the group wait for nothing more, and else to a group
that waits for the same. Steps that ask how others end stay with them: whoever is outside
a group only learns whether all of it went well.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from couler_jupyter.engines.argo.structure.waiting import (
    ended_names,
    soft_names,
    waits_plainly,
)
from couler_jupyter.ir import Workflow

MOST_TASKS = 200
"""Tasks in one DAG template: the bound of Argo's full CRDs (4.0 and later)."""
_FULL = MOST_TASKS - 1
"""Steps in one group: a place is left for the task that says how it ended."""
_SPARE = 3
"""Times as many groups as there must be, before groups are filled up regardless."""

Graph = Mapping[str, Sequence[str]]


@dataclass(slots=True)
class _Group:
    steps: list[str] = field(default_factory=list)
    waits: set[int] = field(default_factory=set)
    rank: int = 0
    closed: bool = False

    def has_room(self, unit: Sequence[str]) -> bool:
        return not self.closed and len(self.steps) + len(unit) <= _FULL


def groups_of(workflow: Workflow) -> list[list[str]]:
    """Return the steps of a workflow in groups, each after those it waits for."""
    units = _units(workflow)
    place = {name: index for index, unit in enumerate(units) for name in unit}
    before = [_before(unit, index, workflow, place) for index, unit in enumerate(units)]
    order = _deep_first(before)
    loose = _loosely(units, before, order)
    enough = -(-len(workflow.steps) // _FULL)
    if len(loose) <= min(_SPARE * enough + 10, MOST_TASKS):
        return loose
    return _packed(units, before)


def too_close(workflow: Workflow) -> list[list[str]]:
    """Return the sets of steps that must stay together and are too many for a DAG."""
    if next(_ties(workflow), None) is None:
        return []
    return [unit for unit in _units(workflow) if len(unit) > _FULL]


def _units(workflow: Workflow) -> list[list[str]]:
    """Return the steps, those that must stay together in one list."""
    tied = [*_ties(workflow)]
    if not tied:
        return [[name] for name in workflow.order]
    after: dict[str, list[str]] = {
        name: list(waits) for name, waits in workflow.dependencies.items()
    }
    for waiting, waited in tied:
        after[waited].append(waiting)
    return _components(after, workflow.order)


def _ties(workflow: Workflow) -> Iterator[tuple[str, str]]:
    """Yield the pairs of steps of which one asks how the other ended, or its daemon."""
    daemons = {step.name for step in workflow.steps if step.daemon}
    if not daemons and waits_plainly(workflow):
        return
    for step in workflow.steps:
        for name in (*ended_names(step), *soft_names(step, workflow)):
            yield step.name, name
        if daemons:
            for name in workflow.dependencies[step.name]:
                if name in daemons:
                    yield step.name, name


def _components(after: Graph, order: Sequence[str]) -> list[list[str]]:
    """Return the strongly connected components, each after those it leads to (Tarjan)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    waiting: set[str] = set()
    found: list[list[str]] = []
    for root in order:
        if root in index:
            continue
        work: list[tuple[str, Iterator[str]]] = [(root, iter(after[root]))]
        index[root] = low[root] = len(index)
        stack.append(root)
        waiting.add(root)
        while work:
            name, rest = work[-1]
            step = next(rest, None)
            if step is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[name])
                if low[name] == index[name]:
                    found.append(_popped(stack, waiting, name))
            elif step not in index:
                index[step] = low[step] = len(index)
                stack.append(step)
                waiting.add(step)
                work.append((step, iter(after[step])))
            elif step in waiting:
                low[name] = min(low[name], index[step])
    place = {name: at for at, name in enumerate(order)}
    return [sorted(unit, key=place.__getitem__) for unit in found]


def _popped(stack: list[str], waiting: set[str], last: str) -> list[str]:
    unit: list[str] = []
    while not unit or unit[-1] != last:
        unit.append(stack.pop())
        waiting.discard(unit[-1])
    return unit


def _before(
    unit: Sequence[str], own: int, workflow: Workflow, place: Mapping[str, int]
) -> list[int]:
    waits = {place[one] for name in unit for one in workflow.dependencies[name]}
    return sorted(waits - {own})


def _deep_first(before: Sequence[Sequence[int]]) -> list[int]:
    """Return units in a topological order that follows chains to their end."""
    after: list[list[int]] = [[] for _ in before]
    left = [len(waits) for waits in before]
    for unit, waits in enumerate(before):
        for one in waits:
            after[one].append(unit)
    ready = [unit for unit in reversed(range(len(before))) if not left[unit]]
    order: list[int] = []
    while ready:
        unit = ready.pop()
        order.append(unit)
        for one in reversed(after[unit]):
            left[one] -= 1
            if not left[one]:
                ready.append(one)
    return order


def _loosely(
    units: Sequence[Sequence[str]],
    before: Sequence[Sequence[int]],
    order: Sequence[int],
) -> list[list[str]]:
    groups: list[_Group] = []
    at: dict[int, int] = {}
    alike: dict[frozenset[int], int] = {}
    followers = [0] * len(units)
    for waits in before:
        for one in waits:
            followers[one] += 1
    for unit in order:
        around = frozenset(at[one] for one in before[unit])
        chosen = _home(groups, around, alike, units[unit])
        group = groups[chosen]
        group.steps += units[unit]
        at[unit] = chosen
        if followers[unit] > _FULL - len(group.steps) and followers[unit] > 1:
            group.closed = True
    return [groups[index].steps for index in _by_rank(groups)]


def _home(
    groups: list[_Group],
    waits: frozenset[int],
    alike: dict[frozenset[int], int],
    unit: Sequence[str],
) -> int:
    """Return the group that a unit goes to, made if there is none."""
    rank = max((groups[one].rank for one in waits), default=-1)
    last = [one for one in waits if groups[one].rank == rank]
    if len(last) == 1:
        group = groups[last[0]]
        if group.has_room(unit) and waits - {last[0]} <= group.waits:
            return last[0]
    known = alike.get(waits)
    if known is not None and groups[known].has_room(unit):
        return known
    groups.append(_Group(waits=set(waits), rank=rank + 1))
    alike[waits] = len(groups) - 1
    return len(groups) - 1


def _by_rank(groups: Sequence[_Group]) -> list[int]:
    return sorted(range(len(groups)), key=lambda index: (groups[index].rank, index))


def _packed(
    units: Sequence[Sequence[str]], before: Sequence[Sequence[int]]
) -> list[list[str]]:
    """Return groups that are as full as can be, level by level."""
    level: list[int] = []
    for waits in before:
        level.append(1 + max((level[one] for one in waits), default=-1))
    groups: list[list[str]] = []
    for unit in sorted(range(len(units)), key=lambda one: (level[one], one)):
        if not groups or len(groups[-1]) + len(units[unit]) > _FULL:
            groups.append([])
        groups[-1] += units[unit]
    return groups
