"""Running again what did not succeed: which states are forgotten, which begin anew.

Nodes that did work and failed are forgotten with all that came behind them; those that
hold others (DAGs, groups, retries) go on running; the exit handler is forgotten. So is
a node that somebody chose, whatever came of it.
Source: Argo Workflows, workflow/util/util.go (FormulateRetryWorkflow).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from couler_jupyter.engines.argo.live.node_status import with_nodes
from couler_jupyter.engines.argo.live.pod_name import pod_name
from couler_jupyter.engines.argo.live.surgery import ARCHIVING, COMPLETED, PHASE
from couler_jupyter.errors import SubmitFailed
from couler_jupyter.ir import Json

_BAD = frozenset({"Failed", "Error"})
_WORK = frozenset({"Pod", "Container", "HTTP", "Plugin", "Suspend"})
_GROUPS = frozenset({"DAG", "Steps", "StepGroup", "TaskGroup", "Retry"})


@dataclass(frozen=True, slots=True)
class Retried:
    """What is to be done to run a workflow again.

    Attributes:
        workflow: the object as it must be written.
        pods: names of pods that must be gone before, because new ones are called so.
    """

    workflow: Json
    pods: tuple[str, ...]


def retried(
    workflow: Json,
    nodes: Mapping[str, Json],
    now: str,
    *,
    omitted: bool = False,
    node: str = "",
) -> Retried:
    """Return how a workflow that failed is run again.

    Args:
        workflow: the object.
        nodes: states of its nodes by id.
        now: RFC 3339, UTC.
        omitted: whether what was omitted begins anew, too; then it need not have failed.
        node: id of a node that begins anew, too; then it need not have failed.

    Raises:
        SubmitFailed: it did not fail, or has no such node.
    """
    phase = (workflow.get("status") or {}).get("phase") or "Pending"
    name = workflow["metadata"]["name"]
    if phase not in _BAD and not ((omitted or node) and phase == "Succeeded"):
        raise SubmitFailed(f"workflow {name} cannot be run again: it is {phase}")
    also = [key for key, one in nodes.items() if omitted and _is_omitted(one)]
    if node and node not in nodes:
        raise SubmitFailed(f"workflow {name} has no node {node!r}")
    gone = begun_anew(name, nodes, also=[*also, node] if node else also)
    above = _above(nodes, gone)
    kept = {
        key: _without(_again(node, now) if key in above else node, gone)
        for key, node in nodes.items()
        if key not in gone
    }
    pods = tuple(
        pod_name(workflow, nodes[key])
        for key in sorted(gone)
        if nodes[key].get("type") == "Pod"
    )
    return Retried(with_nodes(_reopened(workflow, now), kept), pods)


def begun_anew(
    name: str, nodes: Mapping[str, Json], *, also: Iterable[str] = ()
) -> set[str]:
    """Return ids of the nodes that begin from nothing.

    Args:
        name: of the workflow.
        nodes: states of its nodes by id.
        also: ids of nodes that do, whatever came of them.
    """
    handler = f"{name}.onExit"
    found = {key for key, one in nodes.items() if one["name"].startswith(handler)}
    waiting = [
        key
        for key, one in nodes.items()
        if one.get("phase") in _BAD and one.get("type") in _WORK
    ]
    # a failed attempt is no reason if a later one of the same step succeeded
    rescued = {
        child
        for one in nodes.values()
        if one.get("type") == "Retry" and one.get("phase") == "Succeeded"
        for child in one.get("children") or ()
    }
    waiting = [key for key in waiting if key not in rescued]
    # whoever went on because of the failure has done its work, and need not again
    waiting = [key for key in waiting if not _led_to_success(key, nodes)]
    return found | with_all_behind([*waiting, *also], nodes)


def with_all_behind(chosen: Iterable[str], nodes: Mapping[str, Json]) -> set[str]:
    """Return ids of nodes with those of all that come behind them or are in them."""
    inside: dict[str, list[str]] = {}
    for key, one in nodes.items():
        inside.setdefault(one.get("boundaryID") or "", []).append(key)
    found: set[str] = set()
    waiting = list(chosen)
    while waiting:
        key = waiting.pop()
        if key in nodes and key not in found:
            found.add(key)
            waiting += [*(nodes[key].get("children") or ()), *inside.get(key, ())]
    return found


def _is_omitted(node: Json) -> bool:
    return bool(node.get("phase") == "Omitted")


def _led_to_success(key: str, nodes: Mapping[str, Json]) -> bool:
    seen: set[str] = set()
    waiting = list(nodes[key].get("children") or ())
    while waiting:
        one = waiting.pop()
        if one in seen or one not in nodes:
            continue
        seen.add(one)
        if nodes[one].get("phase") == "Succeeded":
            return True
        waiting += nodes[one].get("children") or ()
    return False


def _above(nodes: Mapping[str, Json], gone: set[str]) -> set[str]:
    """Return ids of the groups in which something begins anew."""
    parents: dict[str, list[str]] = {}
    for key, one in nodes.items():
        for child in one.get("children") or ():
            parents.setdefault(child, []).append(key)
    found: set[str] = set()
    waiting = list(gone)
    while waiting:
        key = waiting.pop()
        around = [nodes[key].get("boundaryID") or "", *parents.get(key, ())]
        for one in around:
            is_group = one in nodes and nodes[one].get("type") in _GROUPS
            if is_group and one not in found and one not in gone:
                found.add(one)
                waiting.append(one)
    return found


def _again(node: Json, now: str) -> Json:
    made = {key: value for key, value in node.items() if key != "message"}
    return {**made, "phase": "Running", "startedAt": now, "finishedAt": None}


def _without(node: Json, gone: set[str]) -> Json:
    made = dict(node)
    for field in ("children", "outboundNodes"):
        if node.get(field):
            made[field] = [one for one in node[field] if one not in gone]
    return made


def _reopened(workflow: Json, now: str) -> Json:
    metadata, spec = dict(workflow["metadata"]), dict(workflow["spec"])
    labels = dict(metadata.get("labels") or {})
    for one in (COMPLETED, ARCHIVING):
        labels.pop(one, None)
    labels[PHASE] = "Running"
    metadata["labels"] = labels
    spec.pop("shutdown", None)
    if spec.get("activeDeadlineSeconds") == 0:
        del spec["activeDeadlineSeconds"]
    status = dict(workflow["status"], phase="Running", startedAt=now, finishedAt=None)
    for one in ("message", "persistentVolumeClaims"):
        status.pop(one, None)
    conditions = [
        one for one in status.get("conditions") or () if one.get("type") != "Completed"
    ]
    status["conditions"] = [*conditions, {"type": "Completed", "status": "False"}]
    if stored := status.get("storedWorkflowTemplateSpec"):
        status["storedWorkflowTemplateSpec"] = {
            key: value for key, value in stored.items() if key != "shutdown"
        }
    return {**workflow, "metadata": metadata, "spec": spec, "status": status}
