"""What is known of steps, of the run and of attempts, in Argo's variables."""

from __future__ import annotations

from collections.abc import Mapping

from couler_jupyter.engines.argo.terms import Term, variable
from couler_jupyter.ir import (
    AttemptField,
    RunField,
    StepField,
    ValueType,
    Workflow,
)

_STEP = {
    StepField.EXIT_CODE: "exitCode",
    StepField.ADDRESS: "ip",
    StepField.STARTED: "startedAt",
    StepField.FINISHED: "finishedAt",
    StepField.ID: "id",
}
_RUN = {
    RunField.RUN: ("name",),
    RunField.ID: ("uid",),
    RunField.KUBE_STATUS: ("status",),
    RunField.KUBE_FAILURES: ("failures",),
    RunField.DURATION: ("duration",),
    RunField.STARTED: ("creationTimestamp", "RFC3339"),
    RunField.SCHEDULED: ("scheduledTime",),
    RunField.PRIORITY: ("priority",),
    RunField.NAMESPACE: ("namespace",),
    RunField.SERVICE_ACCOUNT: ("serviceAccountName",),
}
_ATTEMPT = {
    AttemptField.EXIT_CODE: "exitCode",
    AttemptField.DURATION: "duration",
    AttemptField.MESSAGE: "message",
}
FAILURES = (
    "(fromJSON(workflow.failures) == 'null' ? '[]' : fromJSON(workflow.failures))"
)
"""Argo puts quotes around the JSON, and of no failures that is null."""
_NUMBERS = frozenset(
    {RunField.DURATION, RunField.PRIORITY, StepField.EXIT_CODE, AttemptField.EXIT_CODE}
)


def step_fact(head: tuple[str, str], field: StepField) -> Term:
    """Return a fact about the step whose task is `head`."""
    if field is StepField.PHASE:
        return Term(
            expression=_phase(variable((*head, "status"))), type=ValueType.STRING
        )
    kind = ValueType.INTEGER if field in _NUMBERS else ValueType.STRING
    return Term(path=(*head, _STEP[field]), type=kind)


def run_fact(field: RunField, root: Workflow, told: Mapping[RunField, str]) -> Term:
    """Return a fact about the run of workflow `root`.

    Args:
        field: the fact.
        root: the outermost workflow.
        told: the parameters that hold facts which a part of a run knows not.
    """
    if field is RunField.WORKFLOW:
        return Term(literal=root.name, type=ValueType.STRING)
    if field is RunField.STATUS:
        status = _run_path(RunField.KUBE_STATUS, told)
        return Term(expression=_phase(variable(status)), type=ValueType.STRING)
    if field is RunField.FAILURES:
        return Term(expression=_failures(told), type=ValueType.LIST)
    if field is RunField.KUBE_FAILURES and RunField.FAILURES in told:
        return Term(expression=f"toJson({_failures(told)})", type=ValueType.STRING)
    kind = ValueType.NUMBER if field in _NUMBERS else ValueType.STRING
    return Term(path=_run_path(field, told), type=kind)


def _run_path(field: RunField, told: Mapping[RunField, str]) -> tuple[str, ...]:
    if field in told:
        return ("workflow", "parameters", told[field])
    return ("workflow", *_RUN[field])


def _failures(told: Mapping[RunField, str]) -> str:
    if RunField.FAILURES not in told:
        return FAILURES
    return variable(("workflow", "parameters", told[RunField.FAILURES]))


def attempt_fact(field: AttemptField, *, retried: bool) -> Term:
    """Return a fact about an attempt of a step that is `retried`, or is not."""
    match field:
        case AttemptField.NUMBER if not retried:
            return Term(literal="1", type=ValueType.INTEGER)
        case AttemptField.NUMBER:
            return Term(expression="string(int(retries) + 1)", type=ValueType.INTEGER)
        case AttemptField.PHASE:
            return Term(
                expression=_phase(variable(("lastRetry", "status"))),
                type=ValueType.STRING,
            )
        case _:
            kind = ValueType.STRING
            if field is not AttemptField.MESSAGE:
                kind = ValueType.NUMBER
            return Term(path=("lastRetry", _ATTEMPT[field]), type=kind)


def _phase(status: str) -> str:
    """Return an expression for a phase in our words: Argo's Error is errored."""
    return f"({status} == 'Error' ? 'errored' : lower({status}))"
