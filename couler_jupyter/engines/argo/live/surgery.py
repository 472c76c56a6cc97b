"""What the controller's own tools do to a Workflow object, as functions of its JSON.

Stopping is a field of its spec; letting a suspended node go on changes its state.
Source: Argo Workflows, workflow/util/util.go (ResumeWorkflow, SetWorkflow).
"""

from __future__ import annotations

from collections.abc import Mapping

from couler_jupyter.engines.argo.live.door import NodeEnd
from couler_jupyter.errors import SubmitFailed, UsageFailed
from couler_jupyter.ir import Json

COMPLETED = "workflows.argoproj.io/completed"
PHASE = "workflows.argoproj.io/phase"
ARCHIVING = "workflows.argoproj.io/workflow-archiving-status"
_RUNNING = "Running"


def is_over(workflow: Json) -> bool:
    """Whether a workflow has ended."""
    phase = (workflow.get("status") or {}).get("phase")
    return phase in ("Succeeded", "Failed", "Error")


def is_suspended(node: Json) -> bool:
    """Whether a node waits to be resumed."""
    return bool(node.get("type") == "Suspend" and node.get("phase") == _RUNNING)


def resumed(nodes: Mapping[str, Json], now: str) -> dict[str, Json]:
    """Return the states after every suspended node was let go on.

    Raises:
        UsageFailed: one of them wants an output that only a person can give.
    """
    return {
        key: _ended(node, {}, now) if is_suspended(node) else node
        for key, node in nodes.items()
    }


def resumed_node(
    nodes: Mapping[str, Json], wanted: str, outputs: Mapping[str, str], now: str
) -> dict[str, Json]:
    """Return the states after one suspended node was let go on.

    Args:
        nodes: states by id.
        wanted: id of the node.
        outputs: texts of its output parameters by name.
        now: RFC 3339, UTC.

    Raises:
        UsageFailed: it is not suspended, or the outputs are not those it wants.
    """
    node = nodes.get(wanted)
    if node is None or not is_suspended(node):
        raise UsageFailed(f"node {wanted!r} is not suspended (any more)")
    return {**nodes, wanted: _ended(node, outputs, now)}


def ended_nodes(
    nodes: Mapping[str, Json], ends: Mapping[str, NodeEnd], now: str
) -> dict[str, Json]:
    """Return the states after suspended nodes ended as they are told to.

    Those that are not suspended (any more) stay as they are.
    """
    return {
        key: _told_to_end(node, ends[key], now)
        if key in ends and is_suspended(node)
        else node
        for key, node in nodes.items()
    }


def check_live(workflow: Json, what: str) -> None:
    """Raise if a workflow has ended, so that it is too late to `what` it.

    Raises:
        SubmitFailed: it has ended.
    """
    if is_over(workflow):
        name, phase = workflow["metadata"]["name"], workflow["status"]["phase"]
        raise SubmitFailed(
            f"workflow {name} has ended ({phase}); it is too late to {what} it"
        )


def _told_to_end(node: Json, end: NodeEnd, now: str) -> Json:
    made = dict(node, phase=end.phase, finishedAt=now)
    if end.message:
        made["message"] = end.message
    outputs = dict(node.get("outputs") or {})
    parameters = [
        {key: one for key, one in parameter.items() if key != "valueFrom"}
        | {"value": end.values[parameter["name"]]}
        for parameter in outputs.pop("parameters", None) or ()
        if parameter["name"] in end.values
    ]
    if parameters:
        outputs["parameters"] = parameters
    made.pop("outputs", None)
    return {**made, "outputs": outputs} if outputs else made


def _ended(node: Json, outputs: Mapping[str, str], now: str) -> Json:
    made = dict(node, phase="Succeeded", finishedAt=now)
    declared = (node.get("outputs") or {}).get("parameters") or []
    if unknown := outputs.keys() - {one["name"] for one in declared}:
        raise UsageFailed(
            f"{node.get('displayName')!r} wants no output {sorted(unknown)[0]!r}"
        )
    if declared:
        filled = [_filled(one, outputs) for one in declared]
        made["outputs"] = {**node["outputs"], "parameters": filled}
    return made


def _filled(parameter: Json, outputs: Mapping[str, str]) -> Json:
    source = parameter.get("valueFrom") or {}
    if "supplied" not in source:
        return parameter
    rest = {key: value for key, value in parameter.items() if key != "valueFrom"}
    if parameter["name"] in outputs:
        return {**rest, "value": outputs[parameter["name"]]}
    if source.get("default") is not None:
        return {**rest, "value": source["default"]}
    raise UsageFailed(f"output {parameter['name']!r} must be given: it has no default")
