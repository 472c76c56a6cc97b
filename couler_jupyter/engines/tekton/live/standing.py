"""How a TaskRun or a PipelineRun stands, in the words that all engines use.

Source: https://tekton.dev/docs/pipelines/taskruns/#monitoring-execution-status and
https://tekton.dev/docs/pipelines/pipelineruns/#monitoring-execution-status
"""

from __future__ import annotations

from couler_jupyter.engines.following.standing import Standing, at, one_line
from couler_jupyter.engines.kube.troubles import Fault, Trouble, trouble_in
from couler_jupyter.engines.tekton.leaves import MAIN
from couler_jupyter.engines.tekton.live.objects import condition_of
from couler_jupyter.engines.tekton.live.options import CANCELS
from couler_jupyter.ir import Json, Phase

_LONGEST = 500
_OWN_STEPS = {
    "stage": "what it finds could not be laid out",
    "leave": "what it left could not be kept",
    "reckon": "what it waits for could not be reckoned",
}
"""What it means when a step of ours fails; why, is what it printed last."""
_TIMED_OUT = "has timed out"
"""In what Tekton says to tasks that it cancels since their run took too long."""
_SKIPPED = frozenset(
    {"When Expressions evaluated to false", "Empty Array in Matrix Params"}
)
"""Reasons why a task is skipped that are meant by whoever wrote it."""
_STATES = ("waiting", "terminated")
_NOTHING_SAID = (None, "Completed", "Error")
_ASIDE = frozenset(
    {
        "Results were missing",
        "Parent Tasks were skipped",
    }
)


def task_standing(found: Json, *, earlier: int = 0) -> Standing:
    """Return how a TaskRun stands.

    Args:
        found: the TaskRun.
        earlier: attempts of its step before this run of it.
    """
    status, condition = found.get("status") or {}, condition_of(found)
    attempt = earlier + 1 + len(status.get("retriesStatus") or ())
    started = at(status.get("startTime"))
    match condition.get("status"):
        case "True":
            return Standing(
                phase=Phase.SUCCEEDED,
                attempt=attempt,
                exit_code=_exit_code(status),
                started=started,
                finished=at(status.get("completionTime")),
            )
        case "False":
            return _ended_badly(found, attempt)
        case _:
            return _waits_or_runs(status, condition, attempt)


def trouble_of(found: Json) -> Trouble | None:
    """Return the known trouble that a TaskRun is in, None if it is in none."""
    condition = condition_of(found)
    if condition.get("status") == "True":
        return None
    return trouble_in(_why(found.get("status") or {}, condition))


def skipped_standing(reason: str) -> Standing:
    """Return how a task stands that Tekton skipped for a reason."""
    if reason in _SKIPPED:
        return Standing(phase=Phase.SKIPPED)
    message = "" if reason in _ASIDE else one_line(reason)
    phase = Phase.SKIPPED if reason in _ASIDE else Phase.OMITTED
    return Standing(phase=phase, message=message)


def run_standing(found: Json) -> Standing:
    """Return how the run as a whole stands, as far as its PipelineRun says."""
    status, condition = found.get("status") or {}, condition_of(found)
    asked = (found.get("spec") or {}).get("status") or ""
    message = one_line(condition.get("message") or "")[:_LONGEST]
    started, finished = at(status.get("startTime")), at(status.get("completionTime"))
    match condition.get("status"):
        case "True":
            phase, message = Phase.SUCCEEDED, ""
        case "False" if asked in CANCELS:
            phase, message = Phase.CANCELLED, ""
        case "False":
            reason = condition.get("reason") or ""
            own = reason in ("Failed", "PipelineRunTimeout", "TaskRunCancelled")
            phase = Phase.FAILED if own else Phase.ERRORED
            message = message if own else f"{reason}: {message}"
        case _ if asked == "PipelineRunPending":
            phase, message = Phase.SUSPENDED, "it waits to be let begin"
        case _:
            phase, message = (Phase.RUNNING if started else Phase.PENDING), ""
    return Standing(
        phase=phase,
        message=message,
        started=started,
        finished=finished if phase.ended else None,
    )


def with_items(items: list[Standing]) -> Standing:
    """Return how a mapped step stands by how its items do."""
    phases = {one.phase for one in items}
    started = min((one.started for one in items if one.started), default=None)
    attempt = 1 if started is not None else 0
    for phase in (Phase.RUNNING, Phase.PENDING):
        if phase in phases:
            begun = Phase.RUNNING if started is not None else Phase.PENDING
            return Standing(phase=begun, attempt=attempt, started=started)
    finished = max((one.finished for one in items if one.finished), default=None)
    for phase in (Phase.FAILED, Phase.ERRORED, Phase.CANCELLED):
        if phase in phases:
            number, bad = next(
                (n, one) for n, one in enumerate(items) if one.phase is phase
            )
            return Standing(
                phase=phase,
                attempt=attempt,
                message=f"item {number}: {bad.message or bad.phase}",
                started=started,
                finished=finished,
            )
    return Standing(
        phase=Phase.SUCCEEDED, attempt=attempt, started=started, finished=finished
    )


def _ended_badly(found: Json, attempt: int) -> Standing:
    status, condition = found.get("status") or {}, condition_of(found)
    why = _why(status, condition)
    code = _exit_code(status)
    reason = condition.get("reason") or ""
    trouble = trouble_in(why)
    phase = Phase.FAILED
    if reason == "TaskRunCancelled":
        phase, trouble = Phase.CANCELLED, None
        why = one_line((found.get("spec") or {}).get("statusMessage") or "")
        if _TIMED_OUT in why:
            phase, why = Phase.FAILED, "the run took longer than its timeout allows"
    elif trouble is not None and trouble.fault is Fault.ENVIRONMENT:
        phase = Phase.ERRORED
    elif reason not in ("Failed", "TaskRunTimeout") and trouble is None:
        phase, why = Phase.ERRORED, f"{reason}: {why}"
    elif reason == "Failed":
        why = _failed_step(status) or why
    elif reason == "TaskRunTimeout":
        why = "it took longer than its timeout allows"
    end = f"; {trouble.advice}" if trouble and phase is Phase.ERRORED else ""
    return Standing(
        phase=phase,
        attempt=attempt if status.get("startTime") else 0,
        message=f"{why[:_LONGEST]}{end}",
        exit_code=code,
        started=at(status.get("startTime")),
        finished=at(status.get("completionTime")),
    )


def _waits_or_runs(status: Json, condition: Json, attempt: int) -> Standing:
    running = any("running" in one for one in status.get("steps") or ())
    if running or condition.get("reason") == "Running":
        return Standing(
            phase=Phase.RUNNING, attempt=attempt, started=at(status.get("startTime"))
        )
    why = _why(status, condition)
    trouble = trouble_in(why)
    message = f"{why[:_LONGEST]}; {trouble.advice}" if trouble else ""
    tried = attempt - 1
    return Standing(phase=Phase.PENDING, attempt=tried, message=message)


def _why(status: Json, condition: Json) -> str:
    """Return what is said of why something waits or failed, of its containers too."""
    steps = status.get("steps") or ()
    states = [one.get(kind) or {} for one in steps for kind in _STATES]
    parts = [condition.get("message") or ""]
    parts += [
        f"{one['reason']} {one.get('message') or ''}"
        for one in states
        if one.get("reason") not in _NOTHING_SAID
    ]
    return one_line(" ".join(parts))


def _failed_step(status: Json) -> str:
    """Return which container of a task failed, and how; empty if none tells."""
    for one in status.get("steps") or ():
        code = (one.get("terminated") or {}).get("exitCode")
        if not code:
            continue
        own = _OWN_STEPS.get(one.get("name") or "")
        if own:
            return own
        name = "" if one.get("name") == MAIN else f"{one.get('name')}: "
        return f"{name}exit code {code}"
    return ""


def own_step_of(found: Json) -> str:
    """Return which step of ours failed in a task; empty if none of them did."""
    for one in (found.get("status") or {}).get("steps") or ():
        if (one.get("terminated") or {}).get("exitCode"):
            name = str(one.get("name") or "")
            return name if name in _OWN_STEPS else ""
    return ""


def _exit_code(status: Json) -> int | None:
    for one in status.get("steps") or ():
        if one.get("name") == MAIN and "terminated" in one:
            code = one["terminated"].get("exitCode")
            return code if isinstance(code, int) else None
    return None
