"""Whether a bad end is worth another attempt, and how long to wait before it."""

from __future__ import annotations

from dataclasses import dataclass
from math import isinf

from couler_jupyter.engines.local.scheduling.evaluate import LookUp, holds
from couler_jupyter.engines.local.scheduling.orders import Result
from couler_jupyter.ir import Phase, Retry, RetryPolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What was tried so far.

    Attributes:
        tries: how often.
        result: how the last one ended.
        elapsed: seconds since the first one started.
    """

    tries: int
    result: Result
    elapsed: float


def wait_before_next(retry: Retry, tried: Tried, look_up: LookUp) -> float | None:
    """Return how many seconds to wait before another attempt; None for no other.

    Raises:
        Unknown, Unfit: the retry's condition cannot be evaluated.
    """
    if tried.tries > retry.limit or not worth_it(retry.policy, tried.result):
        return None
    backoff = retry.backoff
    wait = 0.0 if backoff is None else backoff.wait(tried.tries)
    total = None if backoff is None else backoff.total
    if isinf(wait) or (total is not None and tried.elapsed + wait > total):
        return None
    if retry.when is not None and not holds(retry.when, look_up):
        return None
    return wait


def worth_it(policy: RetryPolicy, result: Result) -> bool:
    """Return whether a policy lets a result be tried again."""
    match policy:
        case RetryPolicy.ALWAYS:
            return result.phase in (Phase.FAILED, Phase.ERRORED)
        case RetryPolicy.ON_FAILURE:
            return result.phase is Phase.FAILED
        case RetryPolicy.ON_ERROR:
            return result.phase is Phase.ERRORED
        case RetryPolicy.ON_TRANSIENT_ERROR:
            return result.phase is Phase.ERRORED and result.transient
