"""How a node of a Workflow's status stands, in the words that all engines use."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from couler_jupyter.engines.following.standing import Standing, at, one_line
from couler_jupyter.engines.kube.troubles import Fault, Policy, Trouble, trouble_in
from couler_jupyter.ir import Json, Phase

_PHASES: Mapping[str, Phase] = MappingProxyType(
    {
        "": Phase.PENDING,
        "Pending": Phase.PENDING,
        "Running": Phase.RUNNING,
        "Succeeded": Phase.SUCCEEDED,
        "Skipped": Phase.SKIPPED,
        "Omitted": Phase.OMITTED,
        "Failed": Phase.FAILED,
        "Error": Phase.ERRORED,
    }
)
_SHUT_DOWN = re.compile(r"shutdown with strategy|Stopped with strategy|shutdown", re.I)
_EXIT_CODE = re.compile(r"exit code (\d+)")
_LONGEST = 500


def standing_of(node: Json, *, attempt: int = 1) -> Standing:
    """Return how one node stands; `attempt` counts where it is one."""
    message = one_line(node.get("message") or "")
    phase = phase_of(node)
    trouble = trouble_of(node)
    if phase.bad and trouble is not None and phase is not Phase.CANCELLED:
        of_step = trouble.fault is Fault.STEP
        phase = Phase.FAILED if of_step else Phase.ERRORED
    nothing = phase in (Phase.SKIPPED, Phase.OMITTED)
    return Standing(
        phase=phase,
        attempt=0 if nothing or phase is Phase.PENDING else attempt,
        message=_told(message, trouble, phase),
        exit_code=None if nothing else _exit_code(node, message),
        started=None
        if phase is Phase.PENDING or nothing
        else at(node.get("startedAt")),
        finished=at(node.get("finishedAt")) if phase.ended else None,
    )


def phase_of(node: Json) -> Phase:
    """Return the phase of a node, as far as it says itself."""
    phase = _PHASES.get(node.get("phase") or "", Phase.RUNNING)
    if phase is Phase.RUNNING and node.get("type") == "Suspend":
        return Phase.SUSPENDED
    if phase is Phase.SUCCEEDED and (node.get("memoizationStatus") or {}).get("hit"):
        return Phase.CACHED
    if phase.bad and _SHUT_DOWN.search(node.get("message") or ""):
        return Phase.CANCELLED
    return phase


def trouble_of(node: Json) -> Trouble | None:
    """Return the known trouble that a node is in, None if it is in none.

    Only what did not go well is held against the known ones; nodes that hold others
    just repeat what those say.
    """
    if node.get("phase") not in ("Pending", "Failed", "Error"):
        return None
    if node.get("type") in ("DAG", "Steps", "StepGroup", "TaskGroup"):
        return None
    return trouble_in(node.get("message") or "")


def run_standing(workflow: Json) -> Standing:
    """Return how the run as a whole stands."""
    status, spec = workflow.get("status") or {}, workflow.get("spec") or {}
    message = one_line(status.get("message") or "")
    phase = _PHASES.get(status.get("phase") or "", Phase.RUNNING)
    if phase is Phase.RUNNING and spec.get("suspend"):
        phase = Phase.SUSPENDED
    if phase.bad and spec.get("shutdown"):
        phase = Phase.CANCELLED
    trouble = trouble_in(message) if phase.bad else None
    if phase is Phase.FAILED and trouble and trouble.fault is Fault.ENVIRONMENT:
        phase = Phase.ERRORED
    return Standing(
        phase=phase,
        message=_told(message, trouble, phase),
        started=at(status.get("startedAt")),
        finished=at(status.get("finishedAt")) if phase.ended else None,
    )


def _told(message: str, trouble: Trouble | None, phase: Phase) -> str:
    if trouble is None or phase is Phase.CANCELLED:
        return message[:_LONGEST]
    if trouble.fault is Fault.STEP and trouble.policy is Policy.TELL:
        code = _EXIT_CODE.search(message)
        return f"exit code {code[1]}" if code else message[:_LONGEST]
    return f"{message[:_LONGEST]}; {trouble.advice}"


def _exit_code(node: Json, message: str) -> int | None:
    code = (node.get("outputs") or {}).get("exitCode")
    if code is None and (found := _EXIT_CODE.search(message)):
        code = found[1]
    return int(code) if code is not None and str(code).isdecimal() else None
