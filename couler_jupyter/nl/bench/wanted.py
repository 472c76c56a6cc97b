"""The graph that a task asks for, with a node for each item of its maps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import product

from couler_jupyter.ir import Json
from couler_jupyter.nl.bench.shape import Arrow
from couler_jupyter.nl.bench.task import Each, Task


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One node that is asked for.

    Attributes:
        label: of the step.
        kind: what it runs: `program`, `job` or `wait`.
        items: what of each of its maps it is for.
        exit: whether it is of an exit handler.
        mapped: whether it runs for items that only a run knows.
        repeated: whether it is run again while something holds.
    """

    label: str
    kind: str
    items: tuple[Json, ...]
    exit: bool
    mapped: bool
    repeated: bool


@dataclass(frozen=True, slots=True)
class Graph:
    """Nodes, and edges between their places, each with the arrow it is of."""

    nodes: tuple[Node, ...]
    edges: tuple[tuple[int, int, Arrow], ...]


class Way(StrEnum):
    """How steps of one map may follow each other: all of these come to the same.

    `EACH`: an item goes on as soon as its own step before is done. `TOGETHER`: when
    those of all items are. `LATER`: likewise, by a map over what those gave.
    """

    EACH = "each"
    TOGETHER = "together"
    LATER = "later"


def graphs_of(task: Task) -> tuple[Graph, ...]:
    """Return the graphs that are right for a task."""
    return tuple(dict.fromkeys(_graph(task, way) for way in Way))


def _graph(task: Task, way: Way) -> Graph:
    places: dict[str, list[tuple[int, dict[int, int]]]] = {}
    nodes: list[Node] = []
    for label in task.shape.labels:
        maps = [
            one for one in _maps_of(task, label) if _is_apart(task, label, one, way)
        ]
        for picks in product(*(range(len(one.items)) for one in maps)):
            index = {id(one): pick for one, pick in zip(maps, picks, strict=True)}
            places.setdefault(label, []).append((len(nodes), index))
            nodes.append(_node(task, label, index, way))
    edges = [
        (before, after, arrow)
        for arrow in task.shape.arrows
        for before, one in places[arrow.before]
        for after, other in places[arrow.after]
        if way is Way.TOGETHER
        or all(one[key] == other[key] for key in one.keys() & other.keys())
    ]
    return Graph(tuple(nodes), tuple(edges))


def _node(task: Task, label: str, index: dict[int, int], way: Way) -> Node:
    maps = tuple(_maps_of(task, label))
    return Node(
        label=label,
        kind=task.facts(label).kind,
        items=tuple(
            one.items[index[id(one)]]
            for one in maps
            if id(one) in index and _is_first(task, label, one)
        ),
        exit=label in task.exits,
        mapped=any(not _is_apart(task, label, one, way) for one in maps),
        repeated=any(label in one.steps for one in task.whiles),
    )


def _is_apart(task: Task, label: str, one: Each, way: Way) -> bool:
    """Whether each item of a map has a node of its own."""
    return bool(one.items) and (way is not Way.LATER or _is_first(task, label, one))


def _is_first(task: Task, label: str, one: Each) -> bool:
    """Whether a step is the first of its map, which is given the item."""
    befores = (arrow.before for arrow in task.shape.arrows if arrow.after == label)
    return not any(before in one.steps for before in befores)


def _maps_of(task: Task, label: str) -> Iterator[Each]:
    return (one for one in task.maps if label in one.steps)
