"""Traces: what a person asks for, run after run, and what they edited before.

Between two runs a person edits a step or two (more often one that was just edited, or
one far behind), takes an edit back, reads new data, asks for only some results, turns to
another workflow, or changes nothing. The shares are `Habits`; they are our assumption.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from dataclasses import dataclass

from couler_jupyter.caching.artifact import Artifact
from couler_jupyter.caching.simulate.shape import Shape


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """How a person works.

    Attributes:
        runs: how many.
        edit: share of runs before which something is edited.
        second: share of edits that touch a second step.
        hot: share of edits that touch the step edited last.
        late: how much more often a step far behind is edited; 0 for not at all.
        revert: share of runs before which an edit is taken back.
        refresh: share of runs before which a source changes.
        partial: share of runs that ask for only some steps.
        switch: share of runs that turn to another workflow.
        broken: share of runs that are broken off half-way, and run again.
    """

    runs: int = 30
    edit: float = 0.62
    second: float = 0.25
    hot: float = 0.45
    late: float = 1.0
    revert: float = 0.12
    refresh: float = 0.04
    partial: float = 0.25
    switch: float = 0.3
    broken: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One run of a trace.

    Attributes:
        workflow: its name.
        artifacts: what its steps leave behind as they are now, in order.
        targets: keys that it is asked for.
        broken: the share of its steps after which it is broken off; None if it is not.
    """

    workflow: str
    artifacts: tuple[Artifact, ...]
    targets: frozenset[str]
    broken: float | None = None


class _Desk:
    """One workflow as somebody works on it."""

    def __init__(self, shape: Shape, name: str, rng: random.Random) -> None:
        self.shape, self.name = shape, name
        self._rng = rng
        self._versions = dict.fromkeys((node.name for node in shape.nodes), 0)
        self._newest = dict(self._versions)
        self._earlier: list[tuple[str, int]] = []
        self._hot = shape.nodes[-1].name
        self._noise: dict[tuple[str, int], tuple[float, float]] = {}

    def change(self, habits: Habits) -> None:
        """Do what is done between two runs."""
        rng, chance = self._rng, self._rng.random()
        if chance < habits.edit:
            self._edit(self._choose(habits))
            if rng.random() < habits.second:
                self._edit(self._choose(habits))
        elif chance < habits.edit + habits.revert and self._earlier:
            name, version = self._earlier.pop()
            self._versions[name] = version
        elif chance < habits.edit + habits.revert + habits.refresh:
            sources = [node.name for node in self.shape.nodes if not node.parents]
            self._edit(rng.choice(sources))

    def asked(self, habits: Habits) -> Asked:
        """Return the run that is asked for now."""
        artifacts = self._artifacts()
        keys = {one.step: one.key for one in artifacts}
        wanted = list(self.shape.last)
        if self._rng.random() < habits.partial:
            names = [node.name for node in self.shape.nodes]
            wanted = self._rng.sample(names, self._rng.randint(1, 3))
        broken = (
            self._rng.uniform(0.2, 0.9) if self._rng.random() < habits.broken else None
        )
        return Asked(
            workflow=self.name,
            artifacts=artifacts,
            targets=frozenset(keys[name] for name in wanted),
            broken=broken,
        )

    def _choose(self, habits: Habits) -> str:
        if self._rng.random() < habits.hot:
            return self._hot
        nodes = self.shape.nodes
        weights = [1 + habits.late * 3 * i / len(nodes) for i in range(len(nodes))]
        return self._rng.choices(nodes, weights)[0].name

    def _edit(self, name: str) -> None:
        self._earlier.append((name, self._versions[name]))
        self._newest[name] += 1
        self._versions[name] = self._newest[name]
        self._hot = name

    def _artifacts(self) -> tuple[Artifact, ...]:
        keys: dict[str, str] = {}
        made: list[Artifact] = []
        for node in self.shape.nodes:
            own = f"{self.name}/{node.name}@{self._versions[node.name]}"
            parents = tuple(keys[parent] for parent in node.parents)
            digest = hashlib.blake2b(digest_size=12)
            digest.update("\0".join((own, *parents)).encode())
            keys[node.name] = digest.hexdigest()
            slower, larger = self._drawn(node.name)
            made.append(
                Artifact(
                    key=keys[node.name],
                    workflow=self.name,
                    step=node.name,
                    own=own,
                    parents=parents,
                    seconds=node.seconds * slower,
                    size=max(int(node.size * larger), 1),
                )
            )
        return tuple(made)

    def _drawn(self, name: str) -> tuple[float, float]:
        """Return how a version differs in time and size from the first."""
        version = (name, self._versions[name])
        if version not in self._noise:
            draw = self._rng.lognormvariate
            self._noise[version] = (draw(0, 0.15), draw(0, 0.1))
        return self._noise[version]


def trace_of(
    shapes: Sequence[Shape], habits: Habits, rng: random.Random
) -> tuple[Asked, ...]:
    """Return the runs that somebody with these habits asks for.

    A run that is broken off is asked for again, unchanged.
    """
    desks = [_Desk(shape, f"w{i}-{shape.name}", rng) for i, shape in enumerate(shapes)]
    desk = desks[0]
    asked: list[Asked] = []
    again = False
    for number in range(habits.runs):
        if not again:
            if len(desks) > 1 and rng.random() < habits.switch:
                desk = rng.choice(desks)
            if number:
                desk.change(habits)
            asked.append(desk.asked(habits))
        else:
            last = asked[-1]
            asked.append(
                Asked(
                    workflow=last.workflow,
                    artifacts=last.artifacts,
                    targets=last.targets,
                )
            )
        again = asked[-1].broken is not None
    return tuple(asked)
