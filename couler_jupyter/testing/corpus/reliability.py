"""What happens when a step fails, hangs, or was done before."""

from __future__ import annotations

from couler_jupyter.ir import (
    AttemptField,
    AttemptRef,
    Backoff,
    Cache,
    Phase,
    Retry,
    RetryPolicy,
    Workflow,
)
from couler_jupyter.testing.case import compiles, runs
from couler_jupyter.testing.parts import equal, flow, sh, step

_NUMBER = AttemptRef(AttemptField.NUMBER)
_THIRD_TIME_LUCKY = sh("test ", _NUMBER, " -ge 3 && echo ", _NUMBER)
_HANGS = sh("exec sleep 600")


@runs(steps="luck:succeeded", outputs={"luck": {"result": 3}})
def retry() -> Workflow:
    """It fails twice and succeeds the third time."""
    return flow("lucky", step("luck", _THIRD_TIME_LUCKY, retry=Retry(limit=5)))


@runs(run=Phase.FAILED, steps="luck:failed")
def retry_used_up() -> Workflow:
    """One attempt too few."""
    return flow("unlucky", step("luck", _THIRD_TIME_LUCKY, retry=Retry(limit=1)))


@runs(run=Phase.FAILED, steps="luck:failed")
def retry_policy() -> Workflow:
    """A failure is not retried where only errors are."""
    errors = Retry(limit=5, policy=RetryPolicy.ON_ERROR)
    return flow("errors-only", step("luck", _THIRD_TIME_LUCKY, retry=errors))


@runs(steps="luck:succeeded", outputs={"luck": {"result": 3}})
def retry_backoff() -> Workflow:
    """It waits a little longer each time."""
    backoff = Backoff(seconds=0.01, factor=2, longest=1, total=60)
    return flow(
        "patient",
        step("luck", _THIRD_TIME_LUCKY, retry=Retry(limit=5, backoff=backoff)),
    )


@runs(run=Phase.FAILED, steps="luck:failed")
def retry_when() -> Workflow:
    """Only one exit code is worth another attempt."""
    code = AttemptRef(AttemptField.EXIT_CODE)
    retry = Retry(limit=5, when=equal(code, 75))
    return flow("choosy", step("luck", _THIRD_TIME_LUCKY, retry=retry))


@runs(run=Phase.FAILED, steps="hang:failed next:omitted")
def timeout() -> Workflow:
    """A step that takes too long has failed."""
    return flow(
        "too-long",
        step("hang", _HANGS, timeout=0.2),
        step("next", sh("true"), after=["hang"]),
    )


@runs(run=Phase.FAILED, steps="hang:failed next:omitted")
def workflow_timeout() -> Workflow:
    """A run that takes too long has failed."""
    return flow(
        "too-long",
        step("hang", _HANGS),
        step("next", sh("true"), after=["hang"]),
        timeout=1.5,
    )


@compiles
def cache() -> Workflow:
    """What it made may be used again for an hour."""
    kept = Cache(key="answer", max_age=3600)
    return flow("remembers", step("answer", sh("echo 42"), cache=kept))
