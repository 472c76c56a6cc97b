"""Traces: what is asked for, run after run, and what was edited before."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from couler_jupyter.caching.artifact import Artifact
from couler_jupyter.caching.simulate.desk import Desk, desks_of
from couler_jupyter.caching.simulate.habits import Habits
from couler_jupyter.caching.simulate.shape import Shape


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One run of a trace.

    Attributes:
        workflow: its name.
        artifacts: what its steps leave behind as they are now, each after its parents.
        targets: keys that it is asked for.
        broken: the share of its steps after which it is broken off; None if it is not.
    """

    workflow: str
    artifacts: tuple[Artifact, ...]
    targets: frozenset[str]
    broken: float | None = None


def trace_of(
    shapes: Sequence[Shape], habits: Habits, rng: random.Random
) -> tuple[Asked, ...]:
    """Return the runs that somebody with these habits asks for.

    Workflows share one cache; the same shape twice is a workflow and a copy of it. A
    run that is broken off is asked for again, unchanged.
    """
    desks = desks_of(shapes, rng)
    desk = desks[0]
    asked: list[Asked] = []
    while len(asked) < habits.runs:
        if asked and asked[-1].broken is not None:
            asked.append(replace(asked[-1], broken=None))
            continue
        if len(desks) > 1 and rng.random() < habits.switch:
            desk = rng.choice(desks)
        if asked:
            desk.change(habits)
        asked.append(_asked(desk, habits, rng))
    return tuple(asked)


def _asked(desk: Desk, habits: Habits, rng: random.Random) -> Asked:
    artifacts = desk.artifacts()
    read = {parent for one in artifacts for parent in one.parents}
    wanted = [one.key for one in artifacts if one.key not in read]
    if rng.random() < habits.partial:
        most = min(3, len(artifacts))
        chosen = rng.sample(artifacts, rng.randint(1, most))
        wanted = [one.key for one in chosen]
    broken = rng.uniform(0.2, 0.9) if rng.random() < habits.broken else None
    return Asked(
        workflow=desk.name,
        artifacts=artifacts,
        targets=frozenset(wanted),
        broken=broken,
    )
