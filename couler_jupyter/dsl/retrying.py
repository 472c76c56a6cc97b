"""Trying again, and not doing again what was done before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from couler_jupyter.dsl.duration import Duration, seconds
from couler_jupyter.dsl.origin import misused
from couler_jupyter.dsl.predicate import as_predicate
from couler_jupyter.dsl.scope import Scope
from couler_jupyter.ir import Backoff, Cache, Constant, Retry, RetryPolicy, as_text

if TYPE_CHECKING:
    from couler_jupyter.ir import Condition

_POLICIES = {
    "always": RetryPolicy.ALWAYS,
    "failure": RetryPolicy.ON_FAILURE,
    "error": RetryPolicy.ON_ERROR,
    "transient-error": RetryPolicy.ON_TRANSIENT_ERROR,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reuse:
    """When what a step made is used again; the key may hold values."""

    key: object
    max_age: float | None = None


def retry(
    limit: int,
    *,
    on: str | RetryPolicy = "failure",
    wait: Duration | None = None,
    factor: float = 1.0,
    longest: Duration | None = None,
    total: Duration | None = None,
    when: object = None,
) -> Retry:
    """Return how often a step is tried again.

    Args:
        limit: further attempts after the first.
        on: after which ends: `failure`, `error`, `transient-error` or `always`.
        wait: how long to wait before the second attempt.
        factor: how much longer each next wait is.
        longest: how long a wait may be at the most.
        total: how long after the first start nothing is tried again.
        when: a condition on `couler.this_attempt`, asked after each bad end.

    Raises:
        BuildFailed: one of these makes no sense.
    """
    if factor != 1.0 and wait is None:
        raise misused("retry: factor says how waits grow; give wait as well")
    backoff = Backoff(
        seconds=0.0 if wait is None else seconds(wait, "wait"),
        factor=factor,
        longest=None if longest is None else seconds(longest, "longest"),
        total=None if total is None else seconds(total, "total"),
    )
    is_plain = wait is None and longest is None and total is None
    return Retry(
        limit=limit,
        policy=_policy(on),
        backoff=None if is_plain else backoff,
        when=None if when is None else _asked(when),
    )


def reuse(max_age: Duration | None = None, *, key: object = "") -> Reuse:
    """Return that what a step made may be used again instead of running it.

    Args:
        max_age: how old it may be; None for no bound.
        key: what makes two runs of the step the same, text or a value; empty for
            all that the step depends on.

    Raises:
        BuildFailed: `max_age` is no duration.
    """
    age = None if max_age is None else seconds(max_age, "max_age")
    return Reuse(key=key, max_age=age)


def retry_of(given: object) -> Retry:
    """Return the option `retry`: a number of further attempts, or all of it."""
    if isinstance(given, Retry):
        return given
    if isinstance(given, int) and not isinstance(given, bool):
        return Retry(limit=given)
    raise misused(f"retry={given!r} must be a number of attempts, or couler.retry(...)")


def cache_of(given: object) -> Cache | Reuse:
    """Return the option `cache`: on or off, a duration, or all of it."""
    if isinstance(given, Cache | Reuse):
        return given
    if isinstance(given, bool):
        return Cache(enabled=given)
    return Cache(max_age=seconds(given, "cache"))  # type: ignore[arg-type]


def cache_in(wish: Cache | Reuse | None, scope: Scope) -> Cache | None:
    """Return the cache as the IR has it, for a step in `scope`."""
    if not isinstance(wish, Reuse):
        return wish
    key = wish.key if isinstance(wish.key, str) else scope.value(wish.key)
    if isinstance(key, Constant):
        key = as_text(key.value)
    return Cache(key=key, max_age=wish.max_age)


def _policy(given: str | RetryPolicy) -> RetryPolicy:
    if isinstance(given, RetryPolicy):
        return given
    found = _POLICIES.get(given.removeprefix("on-"))
    if found is None:
        raise misused(f"retry: on={given!r} must be one of {', '.join(_POLICIES)}")
    return found


def _asked(when: object) -> Condition:
    """Return the condition; facts of an attempt are the same in every workflow."""
    return as_predicate(when)._condition(Scope("retry"))
