"""Random DAGs of six families, as plain lists: what each node waits for."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from random import Random
from types import MappingProxyType
from typing import TypeAlias

Parents: TypeAlias = list[list[int]]


def layered_local(count: int, random: Random) -> Parents:
    """Levels of about 2 sqrt(n) nodes that wait for near ones of the level before."""
    return _layered(count, random, near=4)


def layered_uniform(count: int, random: Random) -> Parents:
    """The same levels, waiting for any nodes of the level before."""
    return _layered(count, random, near=None)


def _layered(count: int, random: Random, near: int | None) -> Parents:
    parents: Parents = []
    before: range = range(0)
    while len(parents) < count:
        width = max(1, round(2 * math.sqrt(count) * random.uniform(0.6, 1.4)))
        here = range(len(parents), min(count, len(parents) + width))
        for place, _ in enumerate(here):
            parents.append(_some_of(before, place / len(here), near, random))
        before = here
    return parents


def _some_of(
    before: range, place: float, near: int | None, random: Random
) -> list[int]:
    if not before:
        return []
    wanted = random.randint(1, 4)
    if near is None:
        return sorted({random.choice(before) for _ in range(wanted)})
    middle = round(place * len(before))
    found = {
        min(max(middle + random.randint(-near, near), 0), len(before) - 1)
        for _ in range(wanted)
    }
    return sorted(before[one] for one in found)


def sweep(count: int, random: Random) -> Parents:
    """A preparation, many settings of a few steps each, summaries by tens, one report."""
    parents: Parents = [[]]
    ends: list[int] = []
    while len(parents) < count - 1:
        trial = [0]
        for _ in range(random.randint(3, 12)):
            if len(parents) < count - 1:
                parents.append(trial)
                trial = [len(parents) - 1]
        ends.append(trial[0])
        if len(ends) == 10 and len(parents) < count - 1:
            parents.append(ends)
            ends = [len(parents) - 1]
    if len(parents) < count:
        parents.append(ends)
    return parents


def components(count: int, random: Random) -> Parents:
    """Many small DAGs beside each other, a few of them large."""
    parents: Parents = []
    while len(parents) < count:
        size = min(count - len(parents), max(1, int(random.lognormvariate(2.5, 1.0))))
        first = len(parents)
        for node in range(first, first + size):
            reach = range(max(first, node - 6), node)
            wanted = min(len(reach), random.randint(1, 2))
            parents.append(sorted(random.sample(reach, wanted)))
    return parents


def series_parallel(count: int, random: Random) -> Parents:
    """Stages one after another, each of which forks into chains and joins again."""
    parents: Parents = [[]]
    while len(parents) < count:
        fork, ends = len(parents) - 1, list[int]()
        for _ in range(random.randint(2, 12)):
            last = fork
            for _ in range(random.randint(1, 8)):
                if len(parents) < count:
                    parents.append([last])
                    last = len(parents) - 1
            ends.append(last)
        if len(parents) < count:
            parents.append(sorted(set(ends)))
    return parents


def scattered(count: int, random: Random) -> Parents:
    """No order to be seen: each waits for up to four of any before, hubs among them."""
    parents: Parents = []
    hubs = [random.randrange(count) for _ in range(3)]
    for node in range(count):
        before = {random.randrange(node) for _ in range(random.randint(0, 3)) if node}
        before |= {hub for hub in hubs if hub < node and random.random() < 0.1}
        parents.append(sorted(before))
    return parents


FAMILIES: Mapping[str, Callable[[int, Random], Parents]] = MappingProxyType(
    {
        "layered local": layered_local,
        "layered uniform": layered_uniform,
        "sweep": sweep,
        "components": components,
        "series-parallel": series_parallel,
        "scattered": scattered,
    }
)
