"""What a step says of how its template runs: tried again, bounded, remembered.

In Argo these are words of the template, so steps that differ in them share none.
"""

from __future__ import annotations

import hashlib
import math
import re

from couler_jupyter.engines.argo.templates.around import (
    Fields,
    Write,
    WriteCondition,
    said,
)
from couler_jupyter.engines.argo.templates.durations import duration_text, go_duration
from couler_jupyter.ir import Backoff, Cache, Retry, RetryPolicy, Step, Suspend
from couler_jupyter.ir import SubWorkflow as Sub

CACHE_MAP = "couler-cache"
"""The config map that remembers what steps made."""

_MEMO_KEY = re.compile(r"[a-zA-Z0-9][-a-zA-Z0-9]{0,252}")
"""What Argo takes, as long as a key of a ConfigMap can be."""
_POLICIES = {
    RetryPolicy.ALWAYS: "Always",
    RetryPolicy.ON_FAILURE: "OnFailure",
    RetryPolicy.ON_ERROR: "OnError",
    RetryPolicy.ON_TRANSIENT_ERROR: "OnTransientError",
}


def step_fields(step: Step, write: Write, condition: WriteCondition) -> Fields:
    """Return the fields that a step's template has for the step.

    Args:
        step: the step.
        write: renders texts in the template.
        condition: renders the condition of a retry as an expression.
    """
    fields: Fields = {}
    if step.retry is not None:
        fields["retryStrategy"] = _retry(step.retry, condition)
    if step.timeout is not None and not isinstance(step.template, Sub | Suspend):
        fields |= _timeout(step)
    if step.cache is not None and (memoize := _memoize(step.cache, write)):
        fields["memoize"] = memoize
    return {**fields, **said(daemon=step.daemon)}


def _retry(retry: Retry, condition: WriteCondition) -> Fields:
    usual = retry.policy is RetryPolicy.ON_FAILURE and retry.when is None
    return {
        "limit": str(retry.limit),
        **said(
            retryPolicy="" if usual else _POLICIES[retry.policy],
            backoff=None if retry.backoff is None else _backoff(retry.backoff),
            expression="" if retry.when is None else condition(retry.when),
        ),
    }


def _backoff(backoff: Backoff) -> Fields:
    fields: Fields = {"duration": duration_text(backoff.seconds)}
    if backoff.factor != 1:
        fields["factor"] = str(int(backoff.factor))
    if backoff.longest is not None:
        fields["cap"] = duration_text(backoff.longest)
    if backoff.total is not None:
        fields["maxDuration"] = duration_text(backoff.total)
    return fields


def _timeout(step: Step) -> Fields:
    """Return the bound of one attempt.

    `activeDeadlineSeconds` bounds each pod, but counts whole seconds; `timeout` counts
    from the first attempt on, so it serves where there is only one.
    """
    seconds = step.timeout or 0
    if float(seconds).is_integer() or step.retry is not None:
        return {"activeDeadlineSeconds": math.ceil(seconds)}
    return {"timeout": go_duration(seconds)}


def _memo_key(text: str) -> str:
    """Return a key as Argo takes it: letters, digits and dashes; or its hash.

    Of a key that only the run knows, nothing can be told here.
    """
    if "{{" in text or _MEMO_KEY.fullmatch(text):
        return text
    return hashlib.sha256(text.encode()).hexdigest()[:40]


def _memoize(cache: Cache, write: Write) -> Fields:
    """Return how Argo remembers a step; nothing where it has no key of its own."""
    if not cache.enabled or cache.key == "":
        return {}
    return {
        "key": _memo_key(write(cache.key)),
        "maxAge": "" if cache.max_age is None else go_duration(cache.max_age),
        "cache": {"configMap": {"name": CACHE_MAP}},
    }
