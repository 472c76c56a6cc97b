"""More shapes to simulate: extremes that a policy may not have been thought out for."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from types import MappingProxyType

from couler_jupyter.caching.simulate.shape import GB, Node, Shape


def chain(rng: random.Random) -> Shape:
    """40 steps, each of which reads the one before."""
    nodes = [_node(rng, f"s{i}", (f"s{i - 1}",) if i else ()) for i in range(40)]
    return Shape(name="chain", nodes=tuple(nodes))


def fan(rng: random.Random) -> Shape:
    """One data set, 60 steps that read it, and one that reads them all."""
    nodes = [_node(rng, "load", (), gb=4.0)]
    nodes += [_node(rng, f"part-{i}", ("load",), gb=0.5) for i in range(60)]
    parts = tuple(node.name for node in nodes[1:])
    return Shape(name="fan", nodes=(*nodes, _node(rng, "join", parts)))


def sweep(rng: random.Random) -> Shape:
    """Data made ready in three steps, 20 models of it, a comparison."""
    nodes = [
        _node(rng, "load", (), minutes=5, gb=4.0),
        _node(rng, "clean", ("load",), minutes=10, gb=4.0),
        _node(rng, "features", ("clean",), minutes=15, gb=3.0),
    ]
    nodes += [
        _node(rng, f"model-{i}", ("features",), minutes=15, gb=0.6) for i in range(20)
    ]
    models = tuple(node.name for node in nodes[3:])
    nodes.append(_node(rng, "compare", models, minutes=2, gb=0.01))
    return Shape(name="sweep", nodes=tuple(nodes))


def even(rng: random.Random) -> Shape:
    """A grid of 6 by 6 steps that all take as long and leave as much."""
    nodes: list[Node] = []
    for depth in range(6):
        for place in range(6):
            beside = (place, (place + rng.randint(1, 5)) % 6) if depth else ()
            parents = tuple(f"s{depth - 1}-{one}" for one in beside)
            nodes.append(
                Node(name=f"s{depth}-{place}", parents=parents, seconds=600, size=GB)
            )
    return Shape(name="even", nodes=tuple(nodes))


def lopsided(rng: random.Random) -> Shape:
    """Large artifacts that are made quickly, small ones that take hours."""
    nodes: list[Node] = []
    for i in range(10):
        nodes += [
            _node(rng, f"raw-{i}", (), minutes=1, gb=5.0),
            _node(rng, f"joined-{i}", (f"raw-{i}",), minutes=2, gb=6.0),
            _node(rng, f"model-{i}", (f"joined-{i}",), minutes=60, gb=0.02),
        ]
    models = tuple(f"model-{i}" for i in range(10))
    nodes.append(_node(rng, "compare", models, minutes=1, gb=0.001))
    return Shape(name="lopsided", nodes=tuple(nodes))


def tree(rng: random.Random) -> Shape:
    """32 sources that are merged two by two, five times."""
    level = [f"leaf-{i}" for i in range(32)]
    nodes = [_node(rng, name, ()) for name in level]
    while len(level) > 1:
        merged = [f"merge-{len(level)}-{i}" for i in range(len(level) // 2)]
        nodes += [
            _node(rng, name, (level[2 * i], level[2 * i + 1]))
            for i, name in enumerate(merged)
        ]
        level = merged
    return Shape(name="tree", nodes=tuple(nodes))


def islands(rng: random.Random) -> Shape:
    """Twelve chains of four steps that have nothing to do with each other."""
    nodes = [
        _node(rng, f"c{i}-{j}", (f"c{i}-{j - 1}",) if j else ())
        for i in range(12)
        for j in range(4)
    ]
    return Shape(name="islands", nodes=tuple(nodes))


def _node(
    rng: random.Random,
    name: str,
    parents: tuple[str, ...],
    minutes: float = 5.0,
    gb: float = 1.0,
) -> Node:
    return Node(
        name=name,
        parents=parents,
        seconds=60 * minutes * rng.lognormvariate(0, 0.6),
        size=int(GB * gb * rng.lognormvariate(0, 0.6)),
    )


FORMS: Mapping[str, Callable[[random.Random], Shape]] = MappingProxyType(
    {
        "chain": chain,
        "fan": fan,
        "sweep": sweep,
        "even": even,
        "lopsided": lopsided,
        "tree": tree,
        "islands": islands,
    }
)
