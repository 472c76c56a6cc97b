"""A small stand-in for a server of Kubeflow Pipelines, which really runs what it is given."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import yaml

from tests.engines.kubeflow.live.nodes import Nodes
from tests.engines.kubeflow.stand_in import StandIn
from tests.engines.kubeflow.tasks import Tasks, now

Object = dict[str, Any]
_LOG = re.compile(r"/apis/v1alpha1/runs/([^/]+)/nodes/([^/]+)/log")
_RUN = re.compile(r"/runs/([^:/]+)(?::(\w+))?")


@dataclass
class OneRun:
    """A run there.

    Attributes:
        told: as it was asked for, and how it stands.
        spec: the PipelineSpec and what stands behind it.
        tasks: what is known of its tasks.
        made: what containers left, for when it is run again.
    """

    told: Object
    spec: list[Object]
    tasks: Tasks
    made: Object = field(default_factory=dict)


class KubeflowServer:
    """Use it in a `with`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = Lock()
        self.token = ""
        self.page = ""
        self.tells_nodes = False
        self.runs: dict[str, OneRun] = {}
        self.recurring: list[Object] = []
        self.experiments: list[Object] = []
        self.asked: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/pipeline"

    def __enter__(self) -> KubeflowServer:
        Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        for one in self.runs.values():
            one.tasks.cancelled.set()
        self._server.shutdown()
        self._server.server_close()

    def answer(self, method: str, url: str, body: Object) -> tuple[int, Object]:
        """Return the status and the answer to a question."""
        parts = urlsplit(url)
        path = parts.path.removeprefix("/pipeline/apis/v2beta1")
        query = parse_qs(parts.query)
        with self._lock:
            self.asked.append(f"{method} {path}")
            match method, path:
                case "POST", "/runs":
                    return self._create(body)
                case "GET", "/runs":
                    return 200, {"runs": [one.told for one in self.runs.values()][::-1]}
                case "POST", "/recurringruns":
                    self.recurring.append(body)
                    return 200, {"recurring_run_id": f"again-{len(self.recurring)}"}
                case "GET", "/experiments":
                    return 200, {"experiments": self.experiments}
                case "POST", "/experiments":
                    made = {**body, "experiment_id": f"e-{len(self.experiments)}"}
                    self.experiments.append(made)
                    return 200, made
                case "GET", "/tasks":
                    return self._page_of(query)
                case _:
                    pass
            if found := _RUN.fullmatch(path):
                return self._of_run(method, found[1], found[2])
        return 404, {"error": "no such thing", "code": 5, "message": f"no {path}"}

    def log(self, url: str) -> bytes | None:
        """Return what a pod printed."""
        found = _LOG.fullmatch(urlsplit(url).path.removeprefix("/pipeline"))
        if found is None or found[1] not in self.runs:
            return None
        place = self.runs[found[1]].tasks.logs.get(found[2])
        return place.read_bytes() if place is not None else None

    def _of_run(self, method: str, key: str, verb: str | None) -> tuple[int, Object]:
        if key not in self.runs:
            told = f"Run {key} not found"
            return 404, {"error": told, "code": 5, "message": told}
        run = self.runs[key]
        match method, verb:
            case "GET", None:
                return 200, self._told(run)
            case "DELETE", None:
                self.runs.pop(key).tasks.cancelled.set()
            case "POST", "terminate":
                run.told["state"] = "CANCELING"
                run.tasks.cancelled.set()
            case "POST", "retry":
                self._start(run)
            case _:
                return 404, {"message": f"no {verb}"}
        return 200, {}

    def _create(self, body: Object) -> tuple[int, Object]:
        whole = body["pipeline_spec"]
        inner = whole.get("pipeline_spec")
        spec = [whole] if inner is None else [inner, whole["platform_spec"]]
        key = f"run-{len(self.runs)}"
        told = {**body, "run_id": key, "created_at": now(), "state": "PENDING"}
        run = OneRun(told, spec, Tasks(self._folder))
        self.runs[key] = run
        self._start(run)
        return 200, told

    def _start(self, run: OneRun) -> None:
        key = run.told["run_id"]
        folder = self._folder / f"{key}-{len(list(self._folder.glob(f'{key}-*')))}"
        folder.mkdir()
        run.tasks = Tasks(folder, folder.name)
        run.told["state"] = "RUNNING"
        text = yaml.safe_dump_all(run.spec)
        stand_in = StandIn(text, folder, tasks=run.tasks, done=run.made)
        Thread(target=self._run, args=(run, stand_in), daemon=True).start()

    def _run(self, run: OneRun, stand_in: StandIn) -> None:
        given = run.told.get("runtime_config", {}).get("parameters", {})
        phase = stand_in.run(given).phase.upper()
        with self._lock:
            run.made = stand_in.made
            cancelled = run.told["state"] == "CANCELING"
            run.told["state"] = "CANCELED" if cancelled else phase
            run.told["finished_at"] = now()

    def _told(self, run: OneRun) -> Object:
        tasks = run.tasks.told()
        if not self.tells_nodes:
            return {**run.told, "task_count": len(tasks)}
        name = f"{run.spec[0]['pipelineInfo']['name']}-x7"
        details = Nodes(run.spec[0], name, tasks).details()
        return {**run.told, "run_details": {"task_details": details}}

    def _page_of(self, query: dict[str, list[str]]) -> tuple[int, Object]:
        tasks = self.runs[query["run_id"][0]].tasks.told()
        first = int(query.get("page_token", ["0"])[0])
        page: Object = {"tasks": tasks[first : first + 5]}
        if first + 5 < len(tasks):
            page["next_page_token"] = str(first + 5)
        return 200, page


def _handler(server: KubeflowServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _do(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(size) or b"null")
            if server.page:
                self._send(200, server.page.encode(), "text/html")
                return
            wanted = f"Bearer {server.token}"
            if server.token and self.headers.get("Authorization") != wanted:
                told = {"error": "who are you", "code": 16, "message": "who are you"}
                self._send(401, json.dumps(told).encode())
                return
            if "/nodes/" in self.path:
                log = server.log(self.path)
                self._send(404 if log is None else 200, log or b"", "text/plain")
                return
            status, found = server.answer(self.command, self.path, body)
            self._send(status, json.dumps(found).encode())

        do_GET = do_POST = do_DELETE = _do

        def _send(
            self, status: int, data: bytes, kind: str = "application/json"
        ) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            del format, args

    return Handler
