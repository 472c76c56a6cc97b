"""The face of an argo-server: its own paths, NDJSON streams, control, the archive."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

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
            handler.done({"items": objects.list(collection)[0]})
        case "GET", str(), None:
            handler.done(_hydrated(handler, objects.get(collection, name)))
        case "GET", str(), "log":
            handler.stream(_log(handler, name))
        case "PUT", str(), None:
            handler.done(objects.replace(collection, body[field]))
        case "PUT", str(), str():
            handler.cluster.verbs.append((verb, body))
            handler.done(_control(handler, name, verb))
        case "DELETE", str(), None:
            objects.delete(collection, name)
            handler.done({})
        case _:
            raise Refusal(405, "MethodNotAllowed", "not allowed")


def _control(handler: Handler, name: str, verb: str) -> Object:
    changes: dict[str, Object] = {
        "stop": {"spec": {"shutdown": "Stop"}},
        "terminate": {"spec": {"shutdown": "Terminate"}},
        "suspend": {"spec": {"suspend": True}},
        "resume": {"spec": {"suspend": None}},
        "set": {},
        "retry": {"status": {"phase": "Running", "finishedAt": None, "message": None}},
    }
    if verb not in changes:
        raise Refusal(404, "NotFound", f"no verb {verb}")
    return handler.cluster.objects.patch("workflows", name, changes[verb])


def _hydrated(handler: Handler, found: Object) -> Object:
    nodes = handler.cluster.offloaded.get(found["metadata"]["name"])
    if nodes is not None:
        found["status"]["nodes"] = nodes
    return found


def _events(handler: Handler) -> Iterator[bytes]:
    cluster, query = handler.cluster, handler.query
    plain = {key.removeprefix("listOptions."): value for key, value in query.items()}
    version = int(plain.get("resourceVersion") or 0)
    for change in cluster.objects.changes("workflows", version, cluster.stopping):
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
