"""How a workflow ended, by how its steps did."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, assert_never

from couler_jupyter.engines.local.scheduling.data import Data
from couler_jupyter.engines.local.scheduling.evaluate import Unfit, Unknown, evaluate
from couler_jupyter.engines.local.scheduling.names import Names, iso
from couler_jupyter.engines.local.scheduling.orders import Result
from couler_jupyter.engines.local.scheduling.plan import Plan
from couler_jupyter.ir import Outcome, Phase, RunField

if TYPE_CHECKING:
    from couler_jupyter.engines.local.scheduling.node import Node
    from couler_jupyter.engines.local.scheduling.scope import Scope

_BAD = (Phase.FAILED, Phase.ERRORED)
_KUBE_STATUS = MappingProxyType({Phase.SUCCEEDED: "Succeeded", Phase.ERRORED: "Error"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How the steps of a workflow ended, before its exit handlers run.

    Attributes:
        phase: how, for the workflow as a whole; `message`: why.
        outputs: what it leaves behind, if it succeeded.
        failures: the steps that failed, as exit handlers are told.
        duration: seconds it took.
    """

    phase: Phase
    message: str
    outputs: Mapping[str, Data]
    failures: tuple[Mapping[str, str], ...]
    duration: float


def ending_of(scope: Scope, plan: Plan) -> Ending:
    """Return how the steps of `scope` ended; all of them have."""
    bad = [node for node in scope.nodes.values() if node.phase in _BAD]
    outputs: Mapping[str, Data] = {}
    if scope.doom is not None:
        phase, message = scope.doom.phase, scope.doom.message
    else:
        phase, message = _verdict([one for one in bad if not _is_handled(one, plan)])
        if phase is Phase.SUCCEEDED:
            phase, message, outputs = _outputs_of(scope)
    return Ending(
        phase=phase,
        message=message,
        outputs=outputs,
        failures=tuple(_failure(node) for node in bad),
        duration=scope.desk.now - scope.started,
    )


def result_of(scope: Scope, ending: Ending) -> Result:
    """Return how a workflow ended, its exit handlers counted in."""
    phase, message = ending.phase, ending.message
    if scope.doom is not None:
        phase, message = scope.doom.phase, scope.doom.message
    elif phase is Phase.SUCCEEDED:
        bad = [node for node in scope.handlers.values() if node.phase in _BAD]
        if bad:
            phase = Phase.FAILED
            message = f"exit handler {bad[0].name!r} failed: {bad[0].message}"
    good = phase is Phase.SUCCEEDED
    return Result(phase=phase, message=message, outputs=ending.outputs if good else {})


def is_awaited(plan: Plan, node: Node) -> bool:
    """Return whether some step runs because `node` ended badly, as it did."""
    return any(_fits(node, how) for _, how in plan.awaited.get(node.name, ()))


def run_fact(scope: Scope, field: RunField) -> Data:
    """Return a fact about the run, as exit handlers and steps of `scope` see it.

    Raises:
        Unknown: it is not known yet.
    """
    desk = scope.desk
    match field:
        case RunField.WORKFLOW:
            return desk.workflow.name
        case RunField.RUN | RunField.ID:
            return desk.run_id
        case (
            RunField.STATUS
            | RunField.KUBE_STATUS
            | RunField.FAILURES
            | RunField.KUBE_FAILURES
            | RunField.DURATION
        ):
            return _end_fact(scope.ending, field)
        case RunField.STARTED | RunField.SCHEDULED:
            return iso(desk.started)
        case RunField.PRIORITY:
            return desk.workflow.priority or 0
        case RunField.NAMESPACE | RunField.SERVICE_ACCOUNT:
            raise Unknown(f"a run on this machine has no {field}")
        case _ as never:
            assert_never(never)


def _end_fact(ending: Ending | None, field: RunField) -> Data:
    if ending is None:
        raise Unknown(f"the {field} of the run is known only to its exit handlers")
    if field is RunField.STATUS:
        return ending.phase.value
    if field is RunField.KUBE_STATUS:
        return _KUBE_STATUS.get(ending.phase, "Failed")
    if field is RunField.DURATION:
        return round(ending.duration, 3)
    if field is RunField.KUBE_FAILURES:
        listed = [_in_kube(one) for one in ending.failures] or None  # as Argo has it
        return json.dumps(json.dumps(listed))
    return [dict(failure) for failure in ending.failures]


def _in_kube(failure: Mapping[str, str]) -> dict[str, str | None]:
    phase = "Error" if failure["phase"] == Phase.ERRORED.value else "Failed"
    return {
        "displayName": failure["step"],
        "message": failure["message"],
        "templateName": failure["step"],
        "phase": phase,
        "podName": failure["step"],
        "finishedAt": None,
    }


def _verdict(bad: list[Node]) -> tuple[Phase, str]:
    if not bad:
        return Phase.SUCCEEDED, ""
    first = next((node for node in bad if node.phase is Phase.FAILED), bad[0])
    more = f" (and {len(bad) - 1} more)" if len(bad) > 1 else ""
    return first.phase, f"step {first.name!r} failed: {first.message}{more}"


def _is_handled(node: Node, plan: Plan) -> bool:
    return any(
        node.scope.nodes[who].phase.good and _fits(node, how)
        for who, how in plan.awaited.get(node.name, ())
    )


def _fits(node: Node, how: frozenset[Outcome]) -> bool:
    if Outcome.FAILED in how and node.phase is Phase.FAILED:
        return True
    if Outcome.ERRORED in how and node.phase is Phase.ERRORED:
        return True
    phases = node.item_phases()
    return Outcome.ALL_FAILED in how and all(phase in _BAD for phase in phases)


def _outputs_of(scope: Scope) -> tuple[Phase, str, Mapping[str, Data]]:
    names = Names(scope, "")
    outputs: dict[str, Data] = {}
    for output in scope.workflow.outputs:
        try:
            outputs[output.name] = evaluate(output.value, names)
        except (Unknown, Unfit) as error:
            return Phase.FAILED, f"output {output.name!r}: {error}", {}
    return Phase.SUCCEEDED, "", outputs


def _failure(node: Node) -> dict[str, str]:
    return {"step": node.path, "phase": node.phase.value, "message": node.message}
