"""What a full run takes, by the runs there were."""

from __future__ import annotations

import statistics
from collections.abc import Iterable
from dataclasses import dataclass

from couler_jupyter.tuning.logs import RealLog, RealSource


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a full run costs.

    Attributes:
        amount: how much.
        unit: the currency of the prices, or `s` where there are none.
    """

    amount: float
    unit: str

    def __str__(self) -> str:
        """The amount in its unit."""
        return f"{self.amount:.3g} {self.unit}"


def full_seconds(real: Iterable[RealLog], units: int | None) -> float | None:
    """Return what a full run takes; None where no run that was timed tells.

    The middle of those that were: full runs as they are, short ones as much longer as a
    full run has more units.

    Args:
        real: runs of the task.
        units: of a full run; None where nobody can tell.
    """
    found: list[float] = []
    for log in real:
        if not log.seconds:
            continue
        if log.source is RealSource.FULL_RUN:
            found.append(log.seconds)
        elif units is not None and log.observed_units:
            found.append(log.seconds * units / log.observed_units)
    return statistics.median(found) if found else None
