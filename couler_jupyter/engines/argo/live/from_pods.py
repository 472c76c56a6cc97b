"""States of nodes as their pods tell them, where the states themselves are elsewhere.

A controller that keeps the states in a database of its own leaves pods with the name
of their node on them. What only the states know (skipped steps, outputs) is missing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from couler_jupyter.ir import Json

_ID = "workflows.argoproj.io/node-id"
_NAME = "workflows.argoproj.io/node-name"
_ATTEMPT = re.compile(r"(?P<step>.*)\((?P<number>\d+)\)", re.DOTALL)


def nodes_from(workflow: str, pods: Iterable[Json]) -> dict[str, Json]:
    """Return states by id: those of pods, and of what must be around them."""
    found: dict[str, Json] = {}
    for pod in pods:
        notes = pod["metadata"].get("annotations") or {}
        if _NAME in notes:
            node = _node(notes.get(_ID) or notes[_NAME], notes[_NAME], pod)
            found[node["id"]] = node
    by_name: dict[str, Json] = {}
    for node in sorted(found.values(), key=_number):
        if attempt := _ATTEMPT.fullmatch(node["name"]):
            node["name"] = attempt["step"]  # the last attempt stands for the step
        by_name[node["name"]] = node
    for node in list(by_name.values()):
        if node["name"] != workflow:
            _around(node, workflow, by_name)
    return {one["id"]: one for one in by_name.values()}


def _number(node: Json) -> int:
    attempt = _ATTEMPT.fullmatch(node["name"])
    return int(attempt["number"]) if attempt else 0


def _around(node: Json, workflow: str, by_name: dict[str, Json]) -> str:
    """Add the templates that a node stands in; return the id of the innermost."""
    name = _parent(node["name"])
    if not name:
        return ""
    if name not in by_name:
        by_name[name] = _group(name)
        by_name[name]["boundaryID"] = _around(by_name[name], workflow, by_name)
    node["boundaryID"] = by_name[name]["id"]
    return str(node["boundaryID"])


def _parent(name: str) -> str:
    """Return the name of what a node stands in; dots in its item are no bounds.

    >>> _parent("w.tune.fit(0:a.b)")
    'w.tune'
    """
    head, _, _ = name.partition("(") if name.endswith(")") else (name, "", "")
    return head.rpartition(".")[0]


def _group(name: str) -> Json:
    return {
        "id": f"around {name}",
        "name": name,
        "displayName": name.rpartition(".")[2],
        "type": "DAG",
        "phase": "Running",
    }


def _node(key: str, name: str, pod: Json) -> Json:
    status = pod.get("status") or {}
    main = _main(status)
    ended = main.get("terminated") or {}
    return {
        "id": key,
        "name": name,
        "displayName": name.rpartition(".")[2],
        "type": "Pod",
        "phase": _phase(status.get("phase"), ended),
        "message": _message(status, main),
        "startedAt": ended.get("startedAt") or status.get("startTime"),
        "finishedAt": ended.get("finishedAt"),
        "podName": pod["metadata"]["name"],
    }


def _main(status: Json) -> Json:
    for one in status.get("containerStatuses") or ():
        if one.get("name") == "main":
            return one.get("state") or {}
    return {}


def _phase(phase: str | None, ended: Mapping[str, Json]) -> str:
    if ended:
        return "Failed" if ended.get("exitCode") else "Succeeded"
    return {"Unknown": "Error"}.get(phase or "", phase or "Pending")


def _message(status: Json, main: Json) -> str:
    ended, waiting = main.get("terminated") or {}, main.get("waiting") or {}
    if code := ended.get("exitCode"):
        return f"{ended.get('reason') or 'Error'} (exit code {code})"
    parts = [waiting.get("reason"), waiting.get("message")]
    said = ": ".join(str(one) for one in parts if one)
    return " ".join((said or status.get("message") or "").split())
