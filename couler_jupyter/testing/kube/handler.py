"""One request to the stand-in: Kubernetes paths and argo-server paths over one store."""

from __future__ import annotations

import json
import re
import select
import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote, urlsplit

from couler_jupyter.testing.kube.faults import Fault
from couler_jupyter.testing.kube.objects import Refusal

if TYPE_CHECKING:
    from couler_jupyter.testing.kube.cluster import Cluster

_OBJECT = re.compile(
    r"/apis/(?:(?:argoproj|data\.fluid)\.io/v1alpha1|batch/v1|tekton\.dev/v1)"
    r"(?:/namespaces/(?P<namespace>[^/]+))?"
    r"/(?P<collection>[a-z]+)(?:/(?P<name>[^/]+))?"
)
_POD = re.compile(
    r"/api/v1/namespaces/(?P<namespace>[^/]+)/(?P<collection>pods|configmaps|secrets)"
    r"(?:/(?P<name>[^/]+))?(?P<log>/log)?"
)


class _Cut(Exception):
    """The connection is to be cut."""


class Handler(BaseHTTPRequestHandler):
    """Answers requests about one cluster."""

    protocol_version = "HTTP/1.1"
    cluster: Cluster

    def do_GET(self) -> None:
        """Answer."""
        self._answer()

    def do_POST(self) -> None:
        """Answer."""
        self._answer()

    def do_PUT(self) -> None:
        """Answer."""
        self._answer()

    def do_PATCH(self) -> None:
        """Answer."""
        self._answer()

    def do_DELETE(self) -> None:
        """Answer."""
        self._answer()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Keep what was asked instead of printing it."""

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length)) if length else None
        parts = urlsplit(self.path)
        self.query = {k: v[0] for k, v in parse_qs(parts.query).items()}
        self.cluster.asked.append((self.command, self.path))
        fault = self.cluster.faults.next(self.command, self.path)
        self.fault = fault
        try:
            self._check_token()
            if fault is not None and fault.after is None and not fault.late:
                self._fail(fault)
                return
            self._route(unquote(parts.path), body)
        except Refusal as refusal:
            self._reply(refusal.code, refusal.status)
        except (_Cut, BrokenPipeError, ConnectionResetError):
            self._cut()

    def _check_token(self) -> None:
        wanted = self.cluster.token
        scheme, _, given = (self.headers.get("Authorization") or "").partition(" ")
        if wanted and (scheme.lower(), given) != ("bearer", wanted):
            raise Refusal(401, "Unauthorized", "Unauthorized")

    def _fail(self, fault: Fault) -> None:
        if fault.status == 0:
            raise _Cut
        said = Refusal(fault.status, "", fault.message)
        self._reply(fault.status, said.status, fault.headers)

    def _route(self, path: str, body: Any) -> None:
        if found := _OBJECT.fullmatch(path):
            self._objects(found["collection"], found["name"], body)
        elif found := _POD.fullmatch(path):
            if found["log"]:
                self._log(found["name"])
            else:
                self._objects(found["collection"], found["name"], body)
        else:
            from couler_jupyter.testing.kube.argo_server import serve

            serve(self, path, body)

    def _objects(self, collection: str, name: str | None, body: Any) -> None:
        objects = self.cluster.objects
        match self.command, name:
            case "POST", None:
                self.done(objects.create(collection, body), 201)
            case "GET", None if self.query.get("watch") == "true":
                after = int(self.query.get("resourceVersion") or 0)
                self.stream(self._events(collection, after))
            case "GET", None:
                items, version = objects.list(collection)
                chosen = [one for one in items if self.cluster.fits(one, self.query)]
                metadata = {"resourceVersion": version}
                self.done({"items": chosen, "metadata": metadata})
            case "GET", str():
                self.done(objects.get(collection, name))
            case "PUT", str():
                self.done(objects.replace(collection, body))
            case "PATCH", str():
                if self.headers["Content-Type"] != "application/merge-patch+json":
                    raise Refusal(415, "UnsupportedMediaType", "merge patches only")
                self.done(objects.patch(collection, name, body))
            case "DELETE", str():
                self.done(objects.delete(collection, name))
            case _:
                raise Refusal(405, "MethodNotAllowed", "not allowed")

    def _events(self, collection: str, version: int) -> Iterator[bytes]:
        for change in self.cluster.objects.changes(
            collection, version, self.is_unheard
        ):
            if change is None:
                gone = Refusal(410, "Expired", "too old resource version")
                event = {"type": "ERROR", "object": gone.status}
                yield json.dumps(event).encode() + b"\n"
                return
            if self.cluster.fits(change.found, self.query):
                event = {"type": change.kind, "object": change.found}
                yield json.dumps(event).encode() + b"\n"

    def is_unheard(self) -> bool:
        """Whether nobody waits for more: the stand-in ends, or the client hung up."""
        if self.cluster.stopping.get("stop"):
            return True
        ready, _, _ = select.select([self.connection], [], [], 0)
        return bool(ready) and not self.connection.recv(1, socket.MSG_PEEK)

    def _log(self, name: str) -> None:
        self.stream(self.cluster.log(name, self.query), "text/plain")

    def done(self, found: Any, status: int = 200) -> None:
        """Answer with an object."""
        if self.fault is not None and self.fault.late:
            self._fail(self.fault)
            return
        self._reply(status, found)

    def stream(self, pieces: Iterator[bytes], kind: str = "application/json") -> None:
        """Answer piece by piece."""
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.wfile.flush()
        after = self.fault.after if self.fault is not None else None
        for sent, piece in enumerate(pieces):
            if after is not None and sent >= after:
                raise _Cut
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            self.wfile.flush()
        if after is not None:
            raise _Cut
        self.wfile.write(b"0\r\n\r\n")

    def _reply(
        self, status: int, found: Any, headers: dict[str, str] | None = None
    ) -> None:
        data = found if isinstance(found, bytes) else json.dumps(found).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def _cut(self) -> None:
        self.close_connection = True
        with suppress(OSError):
            self.connection.shutdown(2)


Serve = Callable[[Handler, str, Any], None]
