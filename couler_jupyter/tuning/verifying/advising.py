"""What to do next: stop, verify more, or run in full; by what it gains and what it costs.

The gain of another run is what it may be better by than what is known, weighed by how
likely that is (expected improvement over the bands). It is worth its cost while that is
more than `least`, or, where a worth is given, more than a full run costs.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from couler_jupyter.ir.tuning import Metric, Setting
from couler_jupyter.tuning.verifying.costing import Cost
from couler_jupyter.tuning.verifying.outlook import Outlook

_LEVEL_IN_SIGMAS = 1.2816
"""Half of an 80 % band of a normal distribution, in standard deviations."""
_LEAST_SHARE = 0.01
"""Of the range of all values known, what a gain must be to count."""


class Next(StrEnum):
    """What to do next."""

    STOP = "stop"
    VERIFY = "verify more"
    RUN = "run in full"


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """What to do next, and why.

    Attributes:
        word: what.
        setting: the best known; None where nothing is known.
        gain: of the metric that more runs are expected to bring.
        least: what a gain must be to be worth it.
        reason: why, in one line.
    """

    word: Next
    setting: Setting | None
    gain: float
    least: float
    reason: str


def advise(
    known: Sequence[Outlook],
    usual: Setting,
    metric: Metric,
    *,
    cost: Cost | None = None,
    worth: float | None = None,
) -> Advice:
    """Return what to do next.

    Args:
        known: what is known of each setting, the best first.
        usual: the default setting.
        metric: what is to be good.
        cost: of a full run; None if nobody knows.
        worth: of one whole unit of the metric, in the unit of the cost; None if nobody
            said.
    """
    rated = [one for one in known if one.value is not None]
    least = _least(rated, cost, worth)
    if not rated:
        return Advice(
            word=Next.VERIFY,
            setting=None,
            gain=0.0,
            least=least,
            reason="nothing is known of any setting; run some for real",
        )
    tried = [one for one in rated if one.units]
    best = (tried or rated)[0]
    gain = max(
        (_gain(one, best, metric) for one in rated if one is not best), default=0.0
    )
    if not tried:
        word, why = Next.VERIFY, "nothing was run yet; predictions are no results"
    elif gain > least:
        word, why = Next.VERIFY, f"another setting may gain {gain:.3g}"
    elif not best.measured and best.setting != usual:
        word, why = Next.RUN, "it leads, and no other is expected to gain as much"
    elif not best.measured:
        word, why = Next.STOP, "the default leads, and no other is expected to gain"
    else:
        word, why = Next.STOP, "it was run in full, and no other is expected to gain"
    return Advice(
        word=word,
        setting=best.setting,
        gain=gain,
        least=least,
        reason=f"{why}; {_told_least(least, metric, cost, worth)}",
    )


def _least(rated: Sequence[Outlook], cost: Cost | None, worth: float | None) -> float:
    """Return the gain below which another run is not worth it."""
    if cost is not None and worth:
        return cost.amount / worth
    values = [one.value for one in rated if one.value is not None]
    return _LEAST_SHARE * (max(values) - min(values)) if values else 0.0


def _told_least(
    least: float, metric: Metric, cost: Cost | None, worth: float | None
) -> str:
    if cost is not None and worth:
        return f"{least:.3g} of {metric.name} pays for a full run ({cost})"
    said = f"less than {least:.3g} of {metric.name} counts as nothing"
    return said if cost is None else f"{said}; a full run costs about {cost}"


def _gain(one: Outlook, best: Outlook, metric: Metric) -> float:
    """Return by how much a setting is expected to be better than the best known.

    Both are taken as normal: the mean of what of their difference is above zero.
    """
    if one.value is None or best.value is None:
        return 0.0
    mean = metric.sign * (one.value - best.value)
    sigma = math.hypot(_sigma(one), _sigma(best))
    if sigma <= 0:
        return max(mean, 0.0)
    z = mean / sigma
    density = math.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    return mean * (1 + math.erf(z / math.sqrt(2))) / 2 + sigma * density


def _sigma(one: Outlook) -> float:
    if one.low is None or one.high is None:
        return 0.0
    return (one.high - one.low) / 2 / _LEVEL_IN_SIGMAS
