"""Phases of steps and of the run: Argo's words for them, and ours."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

from couler_jupyter.ir import (
    AttemptField,
    AttemptRef,
    RunField,
    RunRef,
    StepField,
    StepRef,
    Value,
)

PHASES = MappingProxyType(
    {
        "Succeeded": "succeeded",
        "Failed": "failed",
        "Error": "errored",
        "Skipped": "skipped",
        "Omitted": "omitted",
        "Running": "running",
        "Pending": "pending",
    }
)
"""How the IR calls the phases of Argo."""


def phase_named(
    path: tuple[str | int, ...], named: Callable[[tuple[str, ...]], Value | None]
) -> Value | None:
    """Return the phase that a variable is, which can only be compared.

    Args:
        path: the parts of the variable's name.
        named: gives other variables; the phase is known where they are.
    """
    match path:
        case ("workflow", "status") if named(("workflow", "duration")) is not None:
            return RunRef(RunField.STATUS)
        case ("lastRetry", "status"):
            return AttemptRef(AttemptField.PHASE)
        case ("tasks" | "steps" as kind, str() as step, "status"):
            known = named((str(kind), step, "id"))
            return None if known is None else StepRef(step, StepField.PHASE)
        case _:
            return None
