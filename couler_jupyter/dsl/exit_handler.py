"""Steps that run when all others have ended, whatever happened."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from couler_jupyter.dsl.closing import as_step, call_body, named_after
from couler_jupyter.dsl.current import open_scope
from couler_jupyter.dsl.loops import check_callable
from couler_jupyter.dsl.origin import misused
from couler_jupyter.dsl.step_output import StepOutput
from couler_jupyter.ir import Outcome


class WFStatus(StrEnum):
    """How a run ended, for exit handlers."""

    Succeeded = "Succeeded"
    Failed = "Failed"
    Errored = "Error"
    Always = "Always"


Succeeded = WFStatus.Succeeded
Failed = WFStatus.Failed
Errored = WFStatus.Errored
Always = WFStatus.Always

_OUTCOMES: Mapping[str, tuple[Outcome, ...]] = MappingProxyType(
    {
        "succeeded": (Outcome.SUCCEEDED,),
        "failed": (Outcome.FAILED,),
        "error": (Outcome.ERRORED,),
        "errored": (Outcome.ERRORED,),
        "always": (),
    }
)


def set_exit_handler(
    status: WFStatus | str | Sequence[WFStatus | str],
    exit_handler: Callable[[], Any],
) -> StepOutput:
    """Have what `exit_handler` adds run when all else has ended.

    Args:
        status: for which ends of the run: `couler.Succeeded`, `couler.Failed`,
            `couler.Errored` or several of these; `couler.Always` for all.
        exit_handler: adds the steps; `couler.this_run.status` and `.failures` tell
            them how the run ended.

    Returns:
        The step.

    Raises:
        BuildFailed: no workflow is being written, the status is unknown, or the
            function adds no step.
    """
    scope = open_scope("set_exit_handler")
    on = _outcomes(status)
    check_callable("set_exit_handler", exit_handler)
    with scope.undone_on_error():
        name = named_after(exit_handler, "exit")
        body, _ = call_body(scope, name, exit_handler)
        node, _ = as_step(body, None)
        scope.add_handler(node, on)
    return StepOutput(node)


def _outcomes(status: WFStatus | str | Sequence[WFStatus | str]) -> tuple[Outcome, ...]:
    many = [status] if isinstance(status, str) else list(status)
    found: list[Outcome] = []
    for one in many:
        outcomes = _OUTCOMES.get(str(one).lower())
        if outcomes is None:
            known = ", ".join(WFStatus)
            raise misused(
                f"an exit handler is for runs that end as {known}, not {one!r}"
            )
        if not outcomes:
            return ()
        found.extend(outcomes)
    return tuple(dict.fromkeys(found))
