"""What a known trouble is: how it reads, whose it is, and what becomes of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Policy(StrEnum):
    """What is done about a trouble.

    RETRY: it passes; what failed is worth another try, after a wait. WAIT: it heals
    when something becomes free, and nothing is lost meanwhile. GIVE_UP: it does not
    heal by itself, so waiting is ended. TELL: somebody has to change something, and
    is told what; nothing is done besides.
    """

    RETRY = "retry"
    WAIT = "wait"
    GIVE_UP = "give-up"
    TELL = "tell"


class Fault(StrEnum):
    """Whose a trouble is: of what surrounds a step, or of the step itself."""

    ENVIRONMENT = "environment"
    STEP = "step"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """One known way in which a cluster fails.

    Attributes:
        name: short, unique; tests and docs call it that.
        pattern: what messages of it hold.
        policy: what is done about it.
        advice: what a person should do, as the end of a line.
        examples: messages as clusters write them.
        fault: whose it is.
    """

    name: str
    pattern: re.Pattern[str]
    policy: Policy
    advice: str
    examples: tuple[str, ...]
    fault: Fault = Fault.ENVIRONMENT


def reads(*parts: str) -> re.Pattern[str]:
    """Return a pattern for any of `parts`, whatever the case."""
    return re.compile("|".join(parts), re.IGNORECASE)
