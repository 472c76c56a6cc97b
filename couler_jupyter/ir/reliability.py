"""What happens when a step fails, hangs, or was done before."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from couler_jupyter.ir.condition import Condition
from couler_jupyter.ir.value import Text


class RetryPolicy(StrEnum):
    """Which bad ends are worth another attempt."""

    ALWAYS = "always"
    ON_FAILURE = "on-failure"
    ON_ERROR = "on-error"
    ON_TRANSIENT_ERROR = "on-transient-error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Backoff:
    """How long to wait before another attempt.

    The n-th wait is `seconds * factor**(n-1)`, no longer than `longest`.

    Attributes:
        seconds: the first wait.
        factor: how much longer each next one is.
        longest: seconds a wait may be at the most.
        total: seconds from the first start after which nothing is tried again.
    """

    seconds: float
    factor: float = 1.0
    longest: float | None = None
    total: float | None = None

    def wait(self, attempt: int) -> float:
        """Return the seconds to wait after attempt number `attempt` (from 1).

        >>> [Backoff(seconds=2, factor=3, longest=10).wait(n) for n in (1, 2, 3)]
        [2.0, 6.0, 10.0]
        """
        if not self.seconds:
            return 0.0
        try:
            wait = float(self.seconds * self.factor ** (attempt - 1))
        except OverflowError:
            wait = float("inf")
        return wait if self.longest is None else min(wait, float(self.longest))


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """How often a step is tried again, and after which ends.

    Attributes:
        limit: further attempts after the first.
        policy: which bad ends are worth another.
        backoff: how long to wait between them.
        when: asked after a bad end, with `AttemptRef`s; False ends the trying.
    """

    limit: int
    policy: RetryPolicy = RetryPolicy.ON_FAILURE
    backoff: Backoff | None = None
    when: Condition | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cache:
    """Whether what a step made may be reused instead of running it again.

    Attributes:
        enabled: False for steps that must always run.
        key: what makes two runs of the step the same; empty for the fingerprint
            of all it depends on.
        max_age: seconds after which it is not reused; None for no bound.
    """

    enabled: bool = True
    key: Text = ""
    max_age: float | None = None
