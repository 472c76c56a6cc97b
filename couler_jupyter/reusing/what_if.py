"""What the latest runs would have taken with other budgets and policies."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from couler_jupyter.caching import Rates, policy_of
from couler_jupyter.caching.simulate import Asked, Outcome, Pace, replay
from couler_jupyter.errors import UsageFailed
from couler_jupyter.reusing.past import PastRun, past_runs
from couler_jupyter.store import Store

_STEPS = 60_000
"""Steps that are replayed at the most, over all cases."""
_POLICIES = ("fifo", "lru", "gdsf", "couler", "value")
_TIMES = (0.5, 1.0, 2.0, 4.0)
"""What is compared if nobody says what: these policies, and so much of the budget."""
_UNBOUNDED = 1 << 62


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A policy with a budget.

    Attributes:
        policy: by text; `budget`: in bytes.
        seconds: what the runs take.
        saved: the share of avoidable seconds of steps that is avoided.
    """

    policy: str
    budget: int
    seconds: float
    saved: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What the same runs come to in several ways.

    Attributes:
        runs: how many.
        now: as things are.
        cases: as they would be.
        nothing: seconds without a cache; `everything`: with one that holds all.
    """

    runs: int
    now: Case
    cases: tuple[Case, ...]
    nothing: float
    everything: float

    def to_json(self) -> dict[str, Any]:
        """Return it as plain data."""
        return asdict(self)


def compare(
    store: Store,
    policy: str,
    *,
    budgets: Sequence[int] = (),
    policies: Sequence[str] = (),
) -> Comparison:
    """Replay the latest runs as things are, and with each policy and each budget.

    Args:
        store: which remembers the runs.
        policy: the one that decides now.
        budgets: in bytes; the one that there is if only policies are given.
        policies: by text; the one that there is if only budgets are given. If neither
            are given, the usual ones with a half to four times the budget.

    Raises:
        UsageFailed: there are no runs yet.
        UnknownName, BadPolicy: there is no such policy.
    """
    if not budgets and not policies:
        budgets = [int(times * store.budget) for times in _TIMES]
        policies = tuple(dict.fromkeys((*_POLICIES, policy)))
    pairs = [
        (each, budget)
        for each in policies or (policy,)
        for budget in budgets or (store.budget,)
    ]
    runs = past_runs(store, most=_STEPS // (len(pairs) + 3))
    if not runs:
        raise UsageFailed("there are no runs yet that could be replayed")
    replays = _Replays(tuple(map(_asked, runs)), _pace(store))
    return Comparison(
        runs=len(runs),
        now=replays.case(policy, store.budget),
        cases=tuple(replays.case(*pair) for pair in pairs),
        nothing=replays.nothing.time,
        everything=replays.everything.time,
    )


class _Replays:
    """Replays of the same runs."""

    def __init__(self, trace: tuple[Asked, ...], pace: Pace) -> None:
        self._trace, self._pace = trace, pace
        self._known: dict[tuple[str, int], Case] = {}
        self.nothing = self._outcome("none", 0)
        self.everything = self._outcome("all", _UNBOUNDED)

    def case(self, policy: str, budget: int) -> Case:
        if (policy, budget) not in self._known:
            outcome = self._outcome(policy, budget)
            most = self.nothing.made - self.everything.made
            saved = (self.nothing.made - outcome.made) / most if most > 0 else 1.0
            self._known[policy, budget] = Case(
                policy=policy, budget=budget, seconds=outcome.time, saved=saved
            )
        return self._known[policy, budget]

    def _outcome(self, policy: str, budget: int) -> Outcome:
        return replay(self._trace, policy_of(policy), budget, pace=self._pace)


def _pace(store: Store) -> Pace:
    """Return how the local engine works here; a step's seconds count its reads already."""
    usual = Rates()
    return Pace(
        workers=max(os.cpu_count() or 1, 2),
        rates=Rates(store.history.read_rate() or usual.kept, float("inf")),
        brings=True,
        in_steps=True,
    )


def _asked(run: PastRun) -> Asked:
    """Return a run as a replay wants it; what is never reused is made in each."""
    keys = {key: f"{key} in {run.id}" for key in run.barred}
    artifacts = tuple(
        replace(
            one,
            key=keys.get(one.key, one.key),
            size=0 if one.key in keys else one.size,
            parents=tuple(keys.get(key, key) for key in one.parents),
        )
        for one in run.artifacts
    )
    targets = frozenset(keys.get(key, key) for key in run.targets) | set(keys.values())
    return Asked(workflow=run.workflow, artifacts=artifacts, targets=targets)
