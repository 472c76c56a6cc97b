"""What Argo says in a template and the IR in a step: retries, time limits, caching."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from couler_jupyter.engines.argo.importing.lookup import Known
from couler_jupyter.engines.argo.reading.tags import read_text
from couler_jupyter.engines.argo.scalars import seconds_of
from couler_jupyter.engines.kube.reading.fields import (
    NoWord,
    Object,
    flag_at,
    object_at,
    text_at,
)
from couler_jupyter.ir import (
    Backoff,
    Cache,
    Condition,
    InputRef,
    Json,
    Raw,
    Retry,
    RetryPolicy,
    as_number,
    leaves,
)

_POLICIES = MappingProxyType(
    {
        "Always": RetryPolicy.ALWAYS,
        "OnFailure": RetryPolicy.ON_FAILURE,
        "OnError": RetryPolicy.ON_ERROR,
        "OnTransientError": RetryPolicy.ON_TRANSIENT_ERROR,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepPart:
    """What a step has from its template."""

    retry: Retry | None = None
    timeout: float | None = None
    cache: Cache | None = None
    daemon: bool = False


def read_step_part(node: Object, known: Known) -> StepPart:
    """Return what a template says of its attempts; what has no word is left out."""
    return StepPart(
        retry=_retry(node),
        timeout=_timeout(node),
        cache=_cache(node, known),
        daemon=flag_at(node, "daemon"),
    )


def _timeout(node: Object) -> float | None:
    """Return the bound of an attempt; `timeout` is one where there is only one attempt.

    Whole seconds stay Argo's own there: they count the wait for a place as well.
    """
    if "activeDeadlineSeconds" in node or "retryStrategy" in node:
        return _positive(node.get("activeDeadlineSeconds"))
    seconds = _positive(node.get("timeout"))
    return None if seconds is None or seconds.is_integer() else seconds


def _retry(node: Object) -> Retry | None:
    body = object_at(node, "retryStrategy")
    limit = as_number(body.get("limit"))
    if not isinstance(limit, int) or limit < 0:
        return None
    expression = text_at(body, "expression")
    usual = "Always" if expression else "OnFailure"
    policy = text_at(body, "retryPolicy") or usual
    if policy not in _POLICIES:
        raise NoWord(f"{policy!r} is no policy of retries")
    return Retry(
        limit=limit,
        policy=_POLICIES[policy],
        backoff=_backoff(object_at(body, "backoff")) if "backoff" in body else None,
        when=_when(expression) if expression else None,
    )


def _backoff(body: Object) -> Backoff | None:
    seconds = seconds_of(body.get("duration"))
    if seconds is None:
        return None
    factor = as_number(body.get("factor"))
    return Backoff(
        seconds=seconds,
        factor=1.0 if factor is None else float(factor),
        longest=seconds_of(body.get("cap")),
        total=seconds_of(body.get("maxDuration")),
    )


def _when(expression: str) -> Condition:
    from couler_jupyter.engines.argo.reading.comparisons import read_attempt_condition

    return read_attempt_condition(expression) or Raw("argo", expression)


def _cache(node: Object, known: Known) -> Cache | None:
    if "memoize" not in node:
        return None
    body = object_at(node, "memoize")
    key = read_text(text_at(body, "key"), known)
    if any(isinstance(leaf, InputRef) for leaf in leaves(key)):
        return None  # a step has a key of its own, not of what its template is given
    return Cache(key=key, max_age=_positive(body.get("maxAge")))


def _positive(value: Json) -> float | None:
    seconds = seconds_of(value)
    return seconds if seconds is not None and seconds > 0 else None
