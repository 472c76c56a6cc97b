"""What the latest runs would have taken with another budget or policy."""

from __future__ import annotations

from dataclasses import dataclass

from couler_jupyter.caching import POLICIES
from couler_jupyter.caching.simulate import Asked, replay
from couler_jupyter.errors import UsageFailed
from couler_jupyter.reusing.past import past_runs
from couler_jupyter.store import Store

_STEPS = 20_000
"""Steps of earlier runs that are replayed at the most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Seconds that the same runs take in two ways.

    Attributes:
        runs: how many.
        now, then: seconds as things are, and as they would be.
    """

    runs: int
    now: float
    then: float


def compare(store: Store, policy: str, *, budget: int, other: str) -> Comparison:
    """Replay the latest runs, with what is the case now and with another choice.

    Raises:
        UsageFailed: there are no runs yet.
        UnknownName: there is no such policy.
    """
    runs = past_runs(store, most=_STEPS)
    if not runs:
        raise UsageFailed("there are no runs yet that could be replayed")
    trace = [
        Asked(
            workflow=run.workflow,
            artifacts=run.artifacts,
            targets=run.targets,
            broken=None,
        )
        for run in runs
    ]
    now = replay(trace, POLICIES.get(policy)(), store.budget)
    then = replay(trace, POLICIES.get(other)(), budget)
    return Comparison(runs=len(runs), now=now.time, then=then.time)
