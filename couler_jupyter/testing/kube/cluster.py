"""The stand-in as tests hold it: start it, say how nodes stand, have things fail."""

from __future__ import annotations

import json
import re
import socket
import sys
from collections.abc import Iterator
from contextlib import suppress
from http.server import ThreadingHTTPServer
from pathlib import Path
from threading import Condition, Lock, Thread
from types import TracebackType
from typing import Any

from couler_jupyter.testing.kube.faults import Fault, Faults
from couler_jupyter.testing.kube.handler import Handler
from couler_jupyter.testing.kube.objects import Object, Objects, Refusal

_WISH = re.compile(r"([^\s,=()]+)(?:=([^,]+)| in \(([^)]*)\))")
"""One wish of a selector of labels: `key=value` or `key in (value,value)`."""


class _Server(ThreadingHTTPServer):
    """Ends all connections when it is closed, also those that clients keep open."""

    daemon_threads = False  # so that they are waited for

    def __init__(self, handler: type[Handler]) -> None:
        self._lines: set[socket.socket] = set()
        self._lock = Lock()
        super().__init__(("127.0.0.1", 0), handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Answer in a thread of its own."""
        with self._lock:
            self._lines.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Close a connection."""
        with self._lock:
            self._lines.discard(request)
        super().shutdown_request(request)

    def server_close(self) -> None:
        """Close all there is, and wait for all threads."""
        with self._lock:
            for line in self._lines:
                with suppress(OSError):  # the client was faster
                    line.shutdown(socket.SHUT_RDWR)
        super().server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that hang up."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class Cluster:
    """A server on a free port of this machine, until the `with` ends.

    Attributes:
        objects: all there is.
        faults: what is still to go wrong.
        asked: method and path of every request.
        token: that requests must carry; empty for none.
        archive: Workflows by uid, for the argo-server.
        offloaded: states of nodes by Workflow, for the argo-server alone.
        kept_logs: logs by node, for the argo-server when pods are gone.
        verbs: what the argo-server was asked to do, with the request's body.
    """

    def __init__(self) -> None:
        self.objects = Objects()
        self.faults = Faults()
        self.asked: list[tuple[str, str]] = []
        self.token = ""
        self.archive: dict[str, Object] = {}
        self.offloaded: dict[str, Any] = {}
        self.kept_logs: dict[str, bytes] = {}
        self.verbs: list[tuple[str, Any]] = []
        self.stopping: dict[str, bool] = {}
        self._logs: dict[str, tuple[list[bytes], list[bool]]] = {}
        self._printed = Condition()
        handler = type("BoundHandler", (Handler,), {"cluster": self})
        self._server = _Server(handler)
        self._thread = Thread(target=self._server.serve_forever, args=(0.05,))

    def __enter__(self) -> Cluster:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stopping["stop"] = True
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def kubeconfig(self, folder: Path, *, namespace: str = "argo") -> Path:
        """Write a kubeconfig for it, with its present token; return the file."""
        user: Any = {"token": self.token} if self.token else {}
        config = {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": "test",
            "clusters": [{"name": "c", "cluster": {"server": self.url}}],
            "users": [{"name": "u", "user": user}],
            "contexts": [
                {
                    "name": "test",
                    "context": {"cluster": "c", "user": "u", "namespace": namespace},
                }
            ],
        }
        path = folder / "kubeconfig"
        path.write_text(json.dumps(config), "utf-8")
        return path

    def fail(self, **how: Any) -> None:
        """Have the next requests that fit go wrong; see `Fault`."""
        self.faults.add(Fault(**how))

    def workflow(self) -> Object:
        """Return the one Workflow there is."""
        (found,) = self.objects.list("workflows")[0]
        return found

    def tell(
        self, nodes: Any = None, *, phase: str = "Running", **status: Any
    ) -> Object:
        """Say how the one Workflow stands, as the controller would."""
        found = self.workflow()
        old = found.get("status") or {}
        new = {**old, "phase": phase, "startedAt": "2026-01-01T00:00:00Z", **status}
        if nodes is not None:
            new["nodes"] = {one["id"]: one for one in nodes}
        if phase in ("Succeeded", "Failed", "Error"):
            new.setdefault("finishedAt", "2026-01-01T00:01:00Z")
        found["status"] = new
        return self.objects.replace("workflows", found)

    def print(self, pod: str, text: str, *, ended: bool = False) -> None:
        """Have a pod print; what follows its log is told."""
        with self._printed:
            parts, over = self._logs.setdefault(pod, ([], []))
            if text:  # an empty piece would end the answer
                parts.append(text.encode())
            if ended:
                over.append(True)
            self._printed.notify_all()

    def lose_pod(self, pod: str) -> None:
        """Remove a pod with its log."""
        with self._printed:
            self._logs.pop(pod, None)

    def log(self, pod: str, query: dict[str, str]) -> Iterator[bytes]:
        """Return a log, followed to its end if that is asked for."""
        container = f"{pod}/{query.get('container')}"
        pod = container if container in self._logs else pod
        if pod not in self._logs:
            raise Refusal(404, "NotFound", f'pods "{pod}" not found')
        return self._followed(pod, query.get("follow") == "true")

    @staticmethod
    def fits(found: Object, query: dict[str, str]) -> bool:
        """Whether an object is one of those that a query selects."""
        metadata = found["metadata"]
        wanted = query.get("fieldSelector", "")
        if wanted not in ("", f"metadata.name={metadata['name']}"):
            return False
        labels = metadata.get("labels") or {}
        wishes = _WISH.findall(query.get("labelSelector", ""))
        return all(
            labels.get(key) in (value or some).replace(" ", "").split(",")
            for key, value, some in wishes
        )

    def _followed(self, pod: str, follow: bool) -> Iterator[bytes]:
        sent = 0
        while True:
            with self._printed:
                parts, over = self._logs.get(pod, ([], [True]))
                new = parts[sent:]
                done = bool(over) or not follow or self.stopping.get("stop", False)
                if not new and not done:
                    self._printed.wait(0.05)
            sent += len(new)
            yield from new
            if done and not new:
                return
