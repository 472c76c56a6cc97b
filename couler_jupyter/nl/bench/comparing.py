"""Two results over the same tasks, compared task by task."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from couler_jupyter.errors import UsageFailed
from couler_jupyter.nl.bench.estimate import Interval, mcnemar, mean_interval
from couler_jupyter.nl.bench.result import Result, Sample


@dataclass(frozen=True, slots=True, kw_only=True)
class Paired:
    """How two results differ.

    A task counts as right where more than half of its samples are; so tasks, which are
    independent, are what is tested.

    Attributes:
        tasks: that both have.
        only_one, only_other: that only the one, or the other, gets right.
        chance: how likely a difference as large is by chance (McNemar, exact).
        gain: of the share of samples that are right, from the one to the other.
    """

    tasks: int
    only_one: int
    only_other: int
    chance: float
    gain: Interval

    def __str__(self) -> str:
        gain = self.gain
        return (
            f"{self.tasks} tasks: {self.only_one} only the first gets right, "
            f"{self.only_other} only the second (McNemar p = {self.chance:.3f}); "
            f"share right {gain.mean:+.1%} ({gain.low:+.1%} to {gain.high:+.1%})"
        )


def compare(one: Result, other: Result) -> Paired:
    """Return how two results differ over the tasks that both have.

    Raises:
        UsageFailed: they have none in common.
    """
    first, second = one.by_task(), other.by_task()
    names = [name for name in first if name in second]
    if not names:
        raise UsageFailed("the two results have no task in common")
    pairs = [(_share(first[name]), _share(second[name])) for name in names]
    only_one = sum(a > 1 / 2 >= b for a, b in pairs)
    only_other = sum(b > 1 / 2 >= a for a, b in pairs)
    return Paired(
        tasks=len(names),
        only_one=only_one,
        only_other=only_other,
        chance=mcnemar(only_one, only_other),
        gain=mean_interval([b - a for a, b in pairs]),
    )


def _share(samples: Sequence[Sample]) -> float:
    return fmean(one.passed for one in samples)
