"""What is known of steps, of the run and of attempts, in Argo's variables."""

from __future__ import annotations

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


def run_fact(field: RunField, root: Workflow) -> Term:
    """Return a fact about the run of workflow `root`."""
    if field is RunField.WORKFLOW:
        return Term(literal=root.name, type=ValueType.STRING)
    if field is RunField.STATUS:
        return Term(expression=_phase("workflow.status"), type=ValueType.STRING)
    if field is RunField.FAILURES:
        return Term(expression=FAILURES, type=ValueType.LIST)
    kind = ValueType.NUMBER if field in _NUMBERS else ValueType.STRING
    return Term(path=("workflow", *_RUN[field]), type=kind)


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
