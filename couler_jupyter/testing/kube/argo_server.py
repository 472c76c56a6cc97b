"""The face of an argo-server: its own paths, NDJSON streams, control, the archive."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from couler_jupyter.engines.argo.live.node_status import nodes_of, with_nodes
from couler_jupyter.engines.argo.live.retrying import retried
from couler_jupyter.engines.argo.live.surgery import is_suspended, resumed, resumed_node
from couler_jupyter.errors import CoulerError, UsageFailed
from couler_jupyter.testing.kube.objects import Object, Refusal

if TYPE_CHECKING:
    from couler_jupyter.testing.kube.handler import Handler

_COLLECTIONS = {
    "workflows": ("workflows", "workflow"),
    "workflow-templates": ("workflowtemplates", "template"),
    "cluster-workflow-templates": ("clusterworkflowtemplates", "template"),
    "cron-workflows": ("cronworkflows", "cronWorkflow"),
}
_CLUSTER = re.compile(
    r"/api/v1/(?P<kind>cluster-workflow-templates)(?:/(?P<name>[^/]+))?"
)
_OBJECT = re.compile(
    r"/api/v1/(?P<kind>workflows|workflow-templates|cron-workflows)/(?P<namespace>[^/]+)"
    r"(?:/(?P<name>[^/]+)(?:/(?P<verb>[a-z]+))?)?"
)
_EVENTS = re.compile(r"/api/v1/workflow-events/(?P<namespace>[^/]+)")
_ARCHIVE = re.compile(r"/api/v1/archived-workflows/(?P<uid>[^/]+)")
_ARTIFACT = re.compile(r"/artifacts/[^/]+/[^/]+/(?P<node>[^/]+)/(?P<container>.+)-logs")


def serve(handler: Handler, path: str, body: Any) -> None:
    """Answer a request to an argo-server."""
    cluster = handler.cluster
    if found := _CLUSTER.fullmatch(path) or _OBJECT.fullmatch(path):
        _object(handler, found.groupdict(), body)
    elif _EVENTS.fullmatch(path):
        handler.stream(_events(handler))
    elif found := _ARCHIVE.fullmatch(path):
        if found["uid"] not in cluster.archive:
            raise Refusal(404, "NotFound", "not in the archive")
        handler.done(cluster.archive[found["uid"]])
    elif (found := _ARTIFACT.fullmatch(path)) and found["node"] in cluster.kept_logs:
        handler.stream(iter([cluster.kept_logs[found["node"]]]), "text/plain")
    else:
        raise Refusal(404, "NotFound", f"no path {path}")


def _object(handler: Handler, found: dict[str, Any], body: Any) -> None:
    objects = handler.cluster.objects
    collection, field = _COLLECTIONS[found["kind"]]
    name, verb = found.get("name"), found.get("verb")
    match handler.command, name, verb:
        case "POST", None, None:
            handler.done(objects.create(collection, body[field]))
        case "GET", None, None:
            plain = {
                key.removeprefix("listOptions."): value
                for key, value in handler.query.items()
            }
            items = objects.list(collection)[0]
            handler.done(
                {
                    "items": [
                        _listed(one)
                        for one in items
                        if handler.cluster.fits(one, plain)
                    ]
                }
            )
        case "GET", str(), None:
            handler.done(_hydrated(handler, objects.get(collection, name)))
        case "GET", str(), "log":
            handler.stream(_log(handler, name))
        case "PUT", str(), None:
            handler.done(objects.replace(collection, body[field]))
        case "PUT", str(), str():
            handler.cluster.verbs.append((verb, body))
            handler.done(_control(handler, name, verb, body))
        case "DELETE", str(), None:
            objects.delete(collection, name)
            handler.done({})
        case _:
            raise Refusal(405, "MethodNotAllowed", "not allowed")


def _listed(found: Object) -> Object:
    """Return as much of an object as a list shows when few fields are asked for."""
    return {key: one for key, one in found.items() if key != "spec"}


def _control(handler: Handler, name: str, verb: str, body: Any) -> Object:
    changes: dict[str, Object] = {
        "stop": {"spec": {"shutdown": "Stop"}},
        "terminate": {"spec": {"shutdown": "Terminate"}},
        "suspend": {"spec": {"suspend": True}},
    }
    objects = handler.cluster.objects
    if verb in changes:
        return objects.patch("workflows", name, changes[verb])
    if verb not in ("resume", "set", "retry"):
        raise Refusal(404, "NotFound", f"no verb {verb}")
    found = objects.get("workflows", name)
    try:
        made = _CHANGES[verb](found, body)
    except CoulerError as error:
        raise Refusal(400, "", str(error)) from None
    return objects.replace("workflows", made)


def _resume(found: Object, body: Any) -> Object:
    key = (body.get("nodeFieldSelector") or "").removeprefix("id=")
    nodes = nodes_of(found)
    if key:
        made: Object = with_nodes(found, resumed_node(nodes, key, {}, _NOW))
        return made
    found["spec"].pop("suspend", None)
    return {**with_nodes(found, resumed(nodes, _NOW))}


def _set(found: Object, body: Any) -> Object:
    """Set outputs and perhaps the phase of a suspended node, in one go."""
    phase = body.get("phase") or ""
    if phase not in ("", "Succeeded", "Failed", "Error"):
        raise UsageFailed(f"{phase} is an invalid phase to set to")
    nodes = {key: dict(one) for key, one in nodes_of(found).items()}
    node = nodes.get(body["nodeFieldSelector"].removeprefix("id="))
    if node is None or not is_suspended(node):
        raise UsageFailed("no suspended node fits")
    declared = [
        dict(one) for one in (node.get("outputs") or {}).get("parameters") or ()
    ]
    for name, text in json.loads(body.get("outputParameters") or "{}").items():
        known = [one for one in declared if one["name"] == name]
        if not known or "valueFrom" not in known[0]:
            raise UsageFailed(f"node is not expecting output parameter {name}")
        del known[0]["valueFrom"]
        known[0]["value"] = text
    if declared:
        node["outputs"] = {**node["outputs"], "parameters": declared}
    if phase:
        node |= {"phase": phase, "finishedAt": _NOW}
    if body.get("message"):
        node["message"] = body["message"]
    made: Object = with_nodes(found, nodes)
    return made


def _retry(found: Object, body: Any) -> Object:
    chosen = body.get("nodeFieldSelector") if body.get("restartSuccessful") else ""
    omitted = chosen == "phase=Omitted"
    node = (chosen or "").removeprefix("id=") if not omitted else ""
    nodes = nodes_of(found)
    made: Object = retried(found, nodes, _NOW, omitted=omitted, node=node).workflow
    return made


_NOW = "2026-01-01T00:00:40Z"
_CHANGES: dict[str, Callable[[Object, Any], Object]] = {
    "resume": _resume,
    "set": _set,
    "retry": _retry,
}


def _hydrated(handler: Handler, found: Object) -> Object:
    nodes = handler.cluster.offloaded.get(found["metadata"]["name"])
    if nodes is not None:
        found["status"]["nodes"] = nodes
    return found


def _events(handler: Handler) -> Iterator[bytes]:
    cluster, query = handler.cluster, handler.query
    plain = {key.removeprefix("listOptions."): value for key, value in query.items()}
    version = int(plain.get("resourceVersion") or 0)
    for change in cluster.objects.changes("workflows", version, handler.is_unheard):
        if change is None:
            error = {"code": 410, "message": "too old resource version"}
            yield json.dumps({"error": error}).encode() + b"\n"
            return
        if cluster.fits(change.found, plain):
            event = {"type": change.kind, "object": change.found}
            yield json.dumps({"result": event}).encode() + b"\n"


def _log(handler: Handler, workflow: str) -> Iterator[bytes]:
    """Yield lines; none of a pod that is gone, as the real one does."""
    handler.cluster.objects.get("workflows", workflow)
    query = {
        key.removeprefix("logOptions."): value for key, value in handler.query.items()
    }
    name = query.get("podName", "")
    try:
        pieces = handler.cluster.log(name, query)
    except Refusal:
        return iter(())
    return _lines(name, pieces)


def _lines(name: str, pieces: Iterator[bytes]) -> Iterator[bytes]:
    for piece in pieces:
        for line in piece.decode().splitlines():
            entry = {"content": line, "podName": name}
            yield json.dumps({"result": entry}).encode() + b"\n"
