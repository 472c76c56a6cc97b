"""Where a run really stands: live only while somebody drives it, here or elsewhere."""

from __future__ import annotations

import time
from typing import assert_never

from couler_jupyter.ir.run import Phase
from couler_jupyter.runs.lock import Hold

GRACE = 10.0
"""Seconds for whoever shall drive a run to begin, after it was created or reopened."""


def is_left(opened: float, state: Hold) -> bool:
    """Whether a run that has not ended has nobody to go on with it.

    Not for runs that go on elsewhere: who holds the lock of one only follows it.

    Args:
        opened: when it was created or last reopened, seconds since the epoch.
        state: of its lock.
    """
    match state:
        case Hold.HELD:
            return False
        case Hold.LEFT:
            return True
        case Hold.NEW:  # a clock that was set back must not prolong the grace
            return abs(time.time() - opened) > GRACE
        case _ as never:
            assert_never(never)


def told_as(phase: Phase) -> tuple[Phase, ...]:
    """Return the phases last told of runs that may stand at `phase`."""
    if phase is Phase.INTERRUPTED:
        return (phase, *(p for p in Phase if not p.ended))
    return (phase,)


def is_sure(phase: Phase) -> bool:
    """Whether runs told to stand at `phase` do, without a look at their locks."""
    return phase.ended and phase is not Phase.INTERRUPTED
