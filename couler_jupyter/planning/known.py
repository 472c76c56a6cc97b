"""What is known of one step: how often it runs, how long, what it leaves, what it costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from couler_jupyter.ir import (
    Boxed,
    Constant,
    Step,
    Suspend,
    as_number,
)
from couler_jupyter.passes import Estimate
from couler_jupyter.planning.plan import Span
from couler_jupyter.planning.prices import Rates
from couler_jupyter.planning.timing import items_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of a step; see `Row`."""

    times: float | None = None
    seconds: Span | None = None
    bytes: int | None = None
    cost: float | None = None
    basis: str = ""

    @property
    def whole(self) -> Span | None:
        """What all times take one after the other."""
        if self.seconds is None or self.times is None:
            return None
        one, times = self.seconds, self.times
        return Span(one.middle * times, one.low * times, one.high * times)


def known_of(step: Step, past: Estimate | None, rates: Rates) -> Known:
    """Return what is known of a step.

    Args:
        step: as it would run.
        past: what earlier runs say, if they say anything.
        rates: what the machines cost.
    """
    seen = past if past is not None and past.runs else None
    times: float | None = items_of(step)
    if times is None and seen is not None:
        times = seen.times
    if (written := _written(step)) is not None:
        return Known(
            times=times, seconds=written, bytes=0, cost=0.0, basis="as written"
        )
    if seen is None or seen.seconds is None:
        return Known(times=times, basis=past.changed if past is not None else "")
    low, high = seen.low, seen.high
    seconds = Span(
        seen.seconds,
        seen.seconds if low is None else low,
        seen.seconds if high is None else high,
    )
    cost = None
    if isinstance(step.template, Boxed) and times is not None:
        cost = rates.cost(step.template.resources, seconds.middle * times)
    return Known(
        times=times,
        seconds=seconds,
        bytes=seen.output_bytes,
        cost=cost,
        basis=seen.basis,
    )


def known_by_path(
    steps: Mapping[str, Step], past: Mapping[str, Estimate], rates: Rates
) -> dict[str, Known]:
    """Return what is known of some steps, by path."""
    return {path: known_of(step, past.get(path), rates) for path, step in steps.items()}


def _written(step: Step) -> Span | None:
    """Return how long a step waits, if that is all it does and is written."""
    if not isinstance(step.template, Suspend) or step.template.seconds is None:
        return None
    given = step.template.seconds
    value = given.value if isinstance(given, Constant) else given
    seconds = as_number(value) if isinstance(value, str | int | float) else None
    return None if seconds is None else Span(seconds, seconds, seconds)
