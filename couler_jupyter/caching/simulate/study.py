"""Policies side by side over many draws: geometric means with 95 % intervals."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from couler_jupyter.caching.options import policy_of
from couler_jupyter.caching.simulate.machine import Outcome, replay
from couler_jupyter.caching.simulate.oracle import Oracle
from couler_jupyter.caching.simulate.pace import Pace
from couler_jupyter.caching.simulate.trace import Asked

ORACLE = Oracle.name
_DRAWS = 2000
_UNBOUNDED = 1 << 62


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a policy with a budget came to, over all draws.

    Attributes:
        policy: by text, or `oracle`; `budget`: in bytes.
        share: its time as a share of that without a cache; `low`, `high`: where 95 %
            of the means lie if draws are resampled.
        over: its time over that of the first policy, with `over_low` and `over_high`.
        saved: the share of avoidable seconds that it avoids.
    """

    policy: str
    budget: int
    share: float
    low: float
    high: float
    over: float
    over_low: float
    over_high: float
    saved: float

    def to_json(self) -> dict[str, Any]:
        """Return it as plain data."""
        return asdict(self)


def study(
    traces: Sequence[Sequence[Asked]],
    budgets: Iterable[int],
    policies: Sequence[str],
    *,
    pace: Pace = Pace(),  # noqa: B008 (frozen)
) -> tuple[Finding, ...]:
    """Replay every trace under every policy with every budget.

    Args:
        traces: draws of one scenario.
        budgets: in bytes.
        policies: by text; `oracle` for one that knows the future. The first is what
            the others are measured by.
        pace: what the replays take for granted.

    Raises:
        BadPolicy, UnknownName: there is no such policy.
    """
    nothing = [outcome_of(trace, "none", 0, pace) for trace in traces]
    everything = [outcome_of(trace, "all", _UNBOUNDED, pace) for trace in traces]
    found: list[Finding] = []
    for budget in budgets:
        by_policy = {
            policy: [outcome_of(trace, policy, budget, pace) for trace in traces]
            for policy in policies
        }
        first = by_policy[policies[0]]
        for policy, outcomes in by_policy.items():
            shares = [
                one.time / no.time for one, no in zip(outcomes, nothing, strict=True)
            ]
            over = [
                one.time / other.time
                for one, other in zip(outcomes, first, strict=True)
            ]
            low, high = interval(shares)
            over_low, over_high = interval(over)
            found.append(
                Finding(
                    policy=policy,
                    budget=budget,
                    share=mean(shares),
                    low=low,
                    high=high,
                    over=mean(over),
                    over_low=over_low,
                    over_high=over_high,
                    saved=_saved(outcomes, nothing, everything),
                )
            )
    return tuple(found)


def outcome_of(trace: Sequence[Asked], policy: str, budget: int, pace: Pace) -> Outcome:
    """Return what a trace comes to under a policy by text, or under the oracle."""
    rates = pace.rates
    chosen = Oracle(trace, rates) if policy == ORACLE else policy_of(policy, rates)
    return replay(trace, chosen, budget, pace=pace)


def mean(numbers: Iterable[float]) -> float:
    """Return the geometric mean.

    >>> round(mean([1, 4]), 6)
    2.0
    """
    logs = [math.log(number) for number in numbers]
    return math.exp(sum(logs) / len(logs))


def interval(numbers: Sequence[float]) -> tuple[float, float]:
    """Return where 95 % of the geometric means lie if the numbers are resampled."""
    rng = random.Random(0)  # noqa: S311
    found = sorted(mean(rng.choices(numbers, k=len(numbers))) for _ in range(_DRAWS))
    edge = _DRAWS // 40
    return found[edge], found[-edge - 1]


def _saved(
    outcomes: Sequence[Outcome],
    nothing: Sequence[Outcome],
    everything: Sequence[Outcome],
) -> float:
    shares = []
    for one, no, all_ in zip(outcomes, nothing, everything, strict=True):
        most = no.made - all_.made
        shares.append((no.made - one.made) / most if most > 0 else 1.0)
    return sum(shares) / len(shares)
