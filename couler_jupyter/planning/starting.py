"""What an engine adds to a step, as earlier runs tell: until it starts, and around it.

A cluster takes a while from when a step could start to when it does, and starts a pod that
a process here does without. Neither is in the time that a step took elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from couler_jupyter.engines import Engine
from couler_jupyter.planning.records import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """Seconds that an engine adds to each step; None where no run tells.

    Attributes:
        before: from when a step could start to its start.
        around: how much longer it takes there than elsewhere, in the middle of the steps
            that ran on both.
    """

    before: float | None = None
    around: float | None = None


def start_on(engine: Engine, records: Iterable[Record]) -> Start:
    """Return what an engine adds to each step.

    Where an engine bounds how much runs at once, steps wait for each other too, so that
    what it adds cannot be told apart.
    """
    if engine.workers is not None:
        return Start()
    here: dict[tuple[str, str], list[float]] = {}
    elsewhere: dict[tuple[str, str], list[float]] = {}
    waits: list[float] = []
    for one in records:
        key = one.path, one.written.own
        if one.engine == engine.name:
            here.setdefault(key, []).append(one.seconds)
            if one.waited is not None:
                waits.append(one.waited)
        elif one.engine:
            elsewhere.setdefault(key, []).append(one.seconds)
    longer = [
        median(here[key]) - median(seconds)
        for key, seconds in elsewhere.items()
        if key in here
    ]
    return Start(
        before=median(waits) if waits else None,
        around=max(0.0, median(longer)) if longer else None,
    )
