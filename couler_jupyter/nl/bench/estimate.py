"""Estimates and how sure they are: pass@k, intervals from resampling tasks, paired tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb
from random import Random
from statistics import fmean

_DRAWS = 2_000
_SEED = 7


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean, and where 95 % of the means of resampled tasks lie."""

    mean: float
    low: float
    high: float


def pass_at_k(samples: int, right: int, k: int) -> float:
    """Return the chance that at least one of `k` draws is right, without bias.

    Chen et al. 2021, "Evaluating Large Language Models Trained on Code", equation 1.

    >>> pass_at_k(4, 2, 1)
    0.5

    Args:
        samples: that were drawn.
        right: how many of them are right.
        k: draws, `samples` at the most.

    Raises:
        ValueError: there are not as many samples, or not as many that are right.
    """
    if not 0 < k <= samples or not 0 <= right <= samples:
        raise ValueError(f"no pass@{k} of {samples} samples, {right} of them right")
    return 1 - comb(samples - right, k) / comb(samples, k)


def mean_interval(values: Sequence[float], *, seed: int = _SEED) -> Interval:
    """Return the mean of a value of each task, and its interval by bootstrap.

    The same values and seed give the same interval.

    Args:
        values: one for each task.
        seed: of the resampling.

    Raises:
        ValueError: there are none.
    """
    if not values:
        raise ValueError("there is no mean of nothing")
    random = Random(seed)  # noqa: S311 (statistics)
    count = len(values)
    means = sorted(fmean(random.choices(values, k=count)) for _ in range(_DRAWS))
    cut = _DRAWS // 40  # 2.5 %
    return Interval(fmean(values), means[cut], means[-cut - 1])


def mcnemar(only_one: int, only_other: int) -> float:
    """Return how likely a difference as large is by chance: McNemar's exact test.

    >>> mcnemar(0, 5)
    0.0625

    Args:
        only_one: tasks that only the first gets right.
        only_other: tasks that only the second gets right.
    """
    both = only_one + only_other
    if not both:
        return 1.0
    fewer = min(only_one, only_other)
    tail: float = sum(comb(both, n) for n in range(fewer + 1)) / 2**both
    return min(1.0, 2 * tail)
