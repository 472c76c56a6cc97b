"""Shapes of workflows to simulate: steps with seconds, bytes, and what they read.

Three have the numbers of pods and models of the workflows in Couler's evaluation
(ICDE 2024, section VI): multimodal 37 and 19, image segmentation 15 and 8, language
model fine-tuning 21 and 11. Seconds and bytes are drawn; they are our assumption.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

GB = 10**9


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A step: what it reads, how long it takes, how much it leaves."""

    name: str
    parents: tuple[str, ...] = ()
    seconds: float
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A workflow as a simulator needs it; nodes come after what they read."""

    name: str
    nodes: tuple[Node, ...]

    @property
    def last(self) -> tuple[str, ...]:
        """Names of the steps that no other reads."""
        read = {parent for node in self.nodes for parent in node.parents}
        return tuple(node.name for node in self.nodes if node.name not in read)


class _Drawing:
    """Nodes being drawn one after the other."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.nodes: list[Node] = []

    def add(
        self, name: str, parents: tuple[str, ...], minutes: float, gb: float
    ) -> str:
        seconds = 60 * minutes * self.rng.lognormvariate(0, 0.35)
        size = int(GB * gb * self.rng.lognormvariate(0, 0.35))
        node = Node(name=name, parents=parents, seconds=seconds, size=size)
        self.nodes.append(node)
        return name


def image_segmentation(rng: random.Random) -> Shape:
    """15 steps, 8 of them models: one data set, prepared once, two ways of training."""
    draw = _Drawing(rng)
    load = draw.add("load", (), 4, 4.0)
    clean = draw.add("clean", (load,), 6, 4.0)
    split = draw.add("split", (clean,), 2, 3.5)
    augmented = draw.add("augment", (split,), 8, 5.0)
    models = [
        draw.add(f"model-{i}", (augmented if i % 2 else split,), 12, 0.5)
        for i in range(8)
    ]
    scores = draw.add("evaluate", tuple(models), 4, 0.05)
    best = draw.add("select", (scores,), 1, 0.5)
    draw.add("report", (best,), 1, 0.02)
    return Shape(name="image-segmentation", nodes=tuple(draw.nodes))


def fine_tuning(rng: random.Random) -> Shape:
    """21 steps, 11 of them models: a base model, adapters, and mixtures of data."""
    draw = _Drawing(rng)
    load = draw.add("load", (), 6, 5.0)
    base = draw.add("base-model", (), 5, 6.0)
    clean = draw.add("clean", (load,), 10, 4.5)
    tokens = [draw.add(f"tokenize-{i}", (clean,), 7, 2.5) for i in range(3)]
    models = [draw.add(f"tune-{i}", (base, tokens[i % 3]), 22, 0.9) for i in range(10)]
    merged = draw.add("merge", tuple(models[:4]), 6, 2.5)
    tests = [
        draw.add(f"test-{i}", (*models[3 * i : 3 * i + 4], merged), 4, 0.1)
        for i in range(3)
    ]
    draw.add("report", tuple(tests), 1, 0.02)
    return Shape(name="fine-tuning", nodes=tuple(draw.nodes))


def multimodal(rng: random.Random) -> Shape:
    """37 steps, 19 of them models: three kinds of data, models of each and of all."""
    draw = _Drawing(rng)
    features: list[str] = []
    models: list[str] = []
    for kind, gb in (("text", 1.5), ("image", 4.0), ("audio", 2.5)):
        load = draw.add(f"load-{kind}", (), 5, gb)
        clean = draw.add(f"clean-{kind}", (load,), 6, gb)
        found = draw.add(f"features-{kind}", (clean,), 9, gb / 2)
        features.append(found)
        models += [draw.add(f"{kind}-{i}", (found,), 9, 0.4) for i in range(4)]
    joined = draw.add("join", tuple(features), 5, 4.0)
    fused = [draw.add(f"fused-{i}", (joined,), 14, 0.8) for i in range(7)]
    tests = [
        draw.add(
            f"test-{i}", (*models[4 * i : 4 * i + 4], *fused[2 * i : 2 * i + 2]), 3, 0.1
        )
        for i in range(3)
    ]
    checks = [draw.add(f"check-{i}", (test,), 2, 0.05) for i, test in enumerate(tests)]
    chosen = draw.add("select", (*checks, fused[-1]), 1, 0.8)
    draw.add("report", (chosen,), 1, 0.02)
    return Shape(name="multimodal", nodes=tuple(draw.nodes))


def layered(rng: random.Random) -> Shape:
    """A random DAG of 4 to 7 layers; seconds and bytes over two orders of magnitude."""
    nodes: list[Node] = []
    before: list[str] = []
    for depth in range(rng.randint(4, 7)):
        layer: list[str] = []
        for place in range(rng.randint(2, 8)):
            near = before[-6:]
            parents = rng.sample(near, min(len(near), rng.randint(1, 3)))
            if near and rng.random() < 0.15:
                parents.append(rng.choice(before))
            name = f"s{depth}-{place}"
            nodes.append(
                Node(
                    name=name,
                    parents=tuple(dict.fromkeys(parents)),
                    seconds=min(rng.lognormvariate(5.0, 1.3), 7200),
                    size=int(min(rng.lognormvariate(-0.7, 1.3), 8) * GB),
                )
            )
            layer.append(name)
        before += layer
    return Shape(name="layered", nodes=tuple(nodes))


SHAPES: Mapping[str, Callable[[random.Random], Shape]] = MappingProxyType(
    {
        "image-segmentation": image_segmentation,
        "fine-tuning": fine_tuning,
        "multimodal": multimodal,
        "layered": layered,
    }
)
