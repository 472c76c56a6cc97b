"""Retries, their waits, and timeouts, in Airflow's words."""

from __future__ import annotations

from typing import Any

from couler_jupyter.engines.airflow.literals import Code
from couler_jupyter.engines.airflow.trees import Trees
from couler_jupyter.ir import RetryPolicy, Step

_PHASES = {
    RetryPolicy.ALWAYS: ("failed", "errored"),
    RetryPolicy.ON_FAILURE: ("failed",),
    RetryPolicy.ON_ERROR: ("errored",),
    RetryPolicy.ON_TRANSIENT_ERROR: ("errored",),
}


def seconds(count: float) -> Code:
    """Return a time of so many seconds."""
    return Code(f"timedelta(seconds={count!r})")


def reliability_words(step: Step, old: bool) -> dict[str, Any]:
    """Return the parameters of a task for its retries and its timeout."""
    found: dict[str, Any] = {}
    if step.retry is not None:
        found["retries"] = step.retry.limit
        backoff = step.retry.backoff
        found["retry_delay"] = seconds(0 if backoff is None else backoff.seconds)
        if backoff is not None and backoff.factor != 1:
            found["retry_exponential_backoff"] = True if old else backoff.factor
        if backoff is not None and backoff.longest is not None:
            found["max_retry_delay"] = seconds(backoff.longest)
    if step.timeout is not None:
        found["execution_timeout"] = seconds(step.timeout)
    return found


def retry_said(step: Step, trees: Trees) -> dict[str, Any]:
    """Return which bad ends are worth another attempt."""
    if step.retry is None:
        return {}
    when = step.retry.when
    return {
        "retry": {
            "phases": _PHASES[step.retry.policy],
            "when": None if when is None else trees.condition(when),
        }
    }
