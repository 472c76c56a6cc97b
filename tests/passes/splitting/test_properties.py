"""What holds for the parts of any DAG: 2,000 random ones of six families.

Sizes go from 1 to 2,000 nodes, small ones far more often; both modes take turns, and so do
bounds that bite by steps, by pods, by bytes and by gates.
"""

from __future__ import annotations

from random import Random

import pytest

from couler_jupyter.passes.splitting import (
    Bounds,
    Graph,
    Machine,
    Work,
    backward,
    chosen,
    circular,
    over_budget,
    oversize,
)
from couler_jupyter.testing.graphs import FAMILIES

GRAPHS = 336
"""Of each family."""
MACHINE = Machine(workers=64)
BOUNDS = (
    Bounds(bytes=900_000, steps=200, pods=1_000),
    Bounds(bytes=900_000, steps=20, pods=60),
    Bounds(bytes=160_000, steps=200, pods=1_000, base=9_000, gate=700, edge=150),
    Bounds(bytes=400_000, steps=50, pods=100, base=20_000, gate=900, edge=90),
)


def weighed(family: str, count: int, random: Random, bounds: Bounds) -> Work:
    graph = Graph.of(FAMILIES[family](count, random))
    size = range(len(graph))
    return Work(
        graph=graph,
        bytes=[min(60_000, int(random.lognormvariate(6.6, 0.9))) for _ in size],
        steps=[1] * len(graph),
        pods=[random.randint(2, 20) if random.random() < 0.03 else 1 for _ in size],
        seconds=[random.lognormvariate(4.1, 0.6) for _ in size],
        bounds=bounds,
    )


@pytest.mark.slow
@pytest.mark.parametrize("family", FAMILIES)
def test_parts_of_any_dag_are_good(family: str) -> None:
    random = Random(family)
    for number in range(GRAPHS):
        count = round(2_000 ** (random.random() ** 2))
        work = weighed(family, count, random, BOUNDS[number % len(BOUNDS)])
        assert not oversize(work)
        made = chosen(work, MACHINE, barrier=number % 2 == 1)
        assert len(made.cut) == len(work.graph)
        assert set(made.cut) == set(range(made.parts))
        assert not backward(work.graph, made.cut)
        assert not circular(work.graph, made.cut)
        assert not over_budget(work, made.cut)
        assert made.least <= made.parts
        assert 1 <= made.live <= made.parts
