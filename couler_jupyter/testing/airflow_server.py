"""A small HTTP stand-in for Airflow's REST API: it reads a folder of DAGs and plays runs.

A run goes one step on whenever its task instances are asked for: nothing waits for a clock.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import RLock, Thread
from typing import Any, TypeAlias
from urllib.parse import parse_qs, unquote, urlsplit

Answer: TypeAlias = tuple[int, Any]
_TIME = "2026-11-22T10:00:{:02d}+00:00"
_HTML = b"<!doctype html><html><title>Sign in</title></html>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """What one try of a task comes to.

    Attributes:
        state: how it ends; ended: what it tells; left: its return value.
        log: what it prints, a line each.
        held: whether it runs until it is stopped.
    """

    state: str = "success"
    ended: Mapping[str, Any] | None = None
    left: Any = None
    log: tuple[str, ...] = ()
    held: bool = False


def good(left: Any = None, *log: str) -> Try:
    """Return a try that succeeds."""
    return Try(ended={"phase": "succeeded", "exit_code": 0}, left=left, log=log)


def bad(message: str, code: int, *log: str) -> Try:
    """Return a try that fails by itself."""
    ended = {"phase": "failed", "message": message, "exit_code": code}
    return Try(state="failed", ended=ended, log=log)


@dataclass(slots=True)
class _Task:
    task: str
    index: int
    tries: tuple[Try, ...]
    state: str | None = None
    number: int = 0

    @property
    def now(self) -> Try:
        return self.tries[min(max(self.number, 1), len(self.tries)) - 1]


@dataclass(slots=True)
class _Run:
    tasks: list[_Task]
    conf: Mapping[str, Any]
    state: str = "queued"


@dataclass(slots=True)
class AirflowStandIn:
    """One server; what it has may be changed while it runs.

    Attributes:
        folder: of DAGs; watched: whether it is read at all.
        plays: what the tasks of a DAG come to, try by try; a mapped one by its number.
        token: that is asked for; empty for none.
        users: who gets a token for a password; none for everybody.
        broken: traces of files that cannot be loaded.
        paused: ids of DAGs; stale: of those that are not read again.
        html: whether every answer is a page.
        asked: methods and paths so far; runs: what was triggered, by DAG and run.
    """

    folder: Path
    watched: bool = True
    plays: dict[str, dict[tuple[str, int], tuple[Try, ...]]] = field(
        default_factory=dict
    )
    token: str = ""
    users: dict[str, str] = field(default_factory=dict)
    broken: dict[str, str] = field(default_factory=dict)
    paused: set[str] = field(default_factory=set)
    stale: dict[str, str] = field(default_factory=dict)
    html: bool = False
    asked: list[str] = field(default_factory=list)
    runs: dict[tuple[str, str], _Run] = field(default_factory=dict)
    lock: RLock = field(default_factory=RLock)

    @contextmanager
    def serving(self) -> Generator[str, None, None]:
        """Serve inside the `with`; lends the URL."""
        stand_in = self

        class Handler(_Handler):
            server_of = stand_in

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            server.server_close()
            thread.join()

    def answer(
        self, method: str, path: str, query: dict[str, str], body: Any
    ) -> Answer:
        """Return the status and the JSON of an answer."""
        with self.lock:
            self.asked.append(f"{method} {path}")
            for verb, pattern, act in _ROUTES:
                found = re.fullmatch(pattern, path)
                if verb == method and found:
                    names = tuple(map(unquote, found.groups()))
                    return act(self, names, query, body)
        return 404, {"detail": "Not Found"}

    def text(self, dag: str) -> str | None:
        """Return the text that was read for a DAG; None if there is none."""
        path = self.folder / f"{dag}.py"
        if not self.watched or path.name in self.broken or not path.is_file():
            return None
        return self.stale.get(dag, path.read_text("utf-8"))

    def login(self, _: Any, __: Any, body: Any) -> Answer:
        """Hand out the token."""
        if body is None:
            given = 200 if not self.users else 403
        else:
            known = self.users.get(body["username"]) == body["password"]
            given = 200 if known else 401
        if given != 200:
            return given, {"detail": "Invalid credentials"}
        return 201, {"access_token": self.token or "anybody"}

    def version(self, _: Any, __: Any, ___: Any) -> Answer:
        """Tell the version."""
        return 200, {"version": "3.3.2", "git_version": None}

    def dag(self, names: Any, _: Any, __: Any) -> Answer:
        """Tell of a DAG."""
        (dag,) = names
        if self.text(dag) is None:
            return 404, {"detail": f"The Dag with ID: `{dag}` was not found"}
        file = {"relative_fileloc": f"{dag}.py", "file_token": f"token-of-{dag}"}
        return 200, {"dag_id": dag, "is_paused": dag in self.paused, **file}

    def pause(self, names: Any, _: Any, body: Any) -> Answer:
        """Pause a DAG or let it go on."""
        (self.paused.add if body["is_paused"] else self.paused.discard)(names[0])
        return 200, {}

    def source(self, names: Any, _: Any, __: Any) -> Answer:
        """Tell the text of a DAG."""
        text = self.text(names[0])
        return (
            (404, {"detail": "no code"}) if text is None else (200, {"content": text})
        )

    def read_again(self, _: Any, __: Any, ___: Any) -> Answer:
        """Take notice of the wish to have a file read."""
        return 201, None

    def errors(self, _: Any, __: Any, ___: Any) -> Answer:
        """Tell which files cannot be loaded."""
        found = [
            {"filename": name, "stack_trace": trace, "timestamp": f"T{len(trace)}"}
            for name, trace in self.broken.items()
            if (self.folder / name).exists()
        ]
        return 200, {"import_errors": found, "total_entries": len(found)}

    def trigger(self, names: Any, _: Any, body: Any) -> Answer:
        """Start a run."""
        key = (names[0], body["dag_run_id"])
        if key in self.runs:
            return 409, {"detail": "it is there already"}
        play = self.plays.get(names[0], {})
        tasks = [_Task(task, index, tries) for (task, index), tries in play.items()]
        self.runs[key] = _Run(tasks, body["conf"])
        return 200, self._run(key)

    def run(self, names: Any, _: Any, __: Any) -> Answer:
        """Tell of a run."""
        if names not in self.runs:
            return 404, {"detail": "The DagRun was not found"}
        return 200, self._run(names)

    def list_runs(self, names: Any, query: Any, _: Any) -> Answer:
        """List runs."""
        found = [
            self._run(key)
            for key, one in self.runs.items()
            if names[0] in {"~", key[0]} and query.get("state", one.state) == one.state
        ]
        return 200, {"dag_runs": found, "total_entries": len(found)}

    def fail_run(self, names: Any, _: Any, __: Any) -> Answer:
        """Have a run end as failed."""
        run = self.runs[names]
        for one in run.tasks:
            if one.state in {None, "running"}:
                one.state = "failed" if one.state else "skipped"
        run.state = "failed"
        return 200, self._run(names)

    def delete(self, names: Any, _: Any, __: Any) -> Answer:
        """Delete a run."""
        gone = self.runs.pop(names, None)
        return (204, None) if gone else (404, {"detail": "The DagRun was not found"})

    def tasks(self, names: Any, query: Any, _: Any) -> Answer:
        """Tell of the task instances, and let the run go one step on."""
        run = self.runs[names]
        shown = [self._task(one) for one in run.tasks]
        begin = int(query.get("offset", 0))
        if begin == 0:
            _go_on(run, paused=names[0] in self.paused)
        page = shown[begin : begin + int(query.get("limit", 100))]
        return 200, {"task_instances": page, "total_entries": len(shown)}

    def xcom(self, names: Any, query: Any, _: Any) -> Answer:
        """Tell what a task left."""
        dag, run, task, key = names
        one = self._one(dag, run, task, query)
        told = one.now if one.number and one.state == one.now.state else Try()
        value = told.ended if key == "ended" else told.left
        if value is None:
            return 404, {"detail": f"XCom entry with key: `{key}` not found"}
        return 200, {"key": key, "value": value}

    def log(self, names: Any, query: Any, _: Any) -> Answer:
        """Tell what a try of a task printed."""
        dag, run, task, number = names
        one = self._one(dag, run, task, query)
        printed = one.tries[min(int(number), len(one.tries)) - 1].log
        head = ["::group::Log message source details", "/logs/1.log", "::endgroup::"]
        lines = [{"event": line} for line in (*head, *printed)]
        return 200, {"content": lines, "continuation_token": None}

    def clear(self, names: Any, _: Any, body: Any) -> Answer:
        """Have tasks run again."""
        run = self.runs[names[0], body["dag_run_id"]]
        asked = [
            one if isinstance(one, str) else tuple(one) for one in body["task_ids"]
        ]
        for one in run.tasks:
            if one.task in asked or (one.task, one.index) in asked:
                one.state = None
        run.state = "queued"
        return 200, {"task_instances": []}

    def type_in(self, names: Any, _: Any, body: Any) -> Answer:
        """Take what a person answers; the task leaves it."""
        dag, run, task, index = names
        for one in self.runs[dag, run].tasks:
            if (one.task, one.index, one.state) == (task, int(index), "awaiting_input"):
                one.tries, one.state = (good(body["params_input"]),), "success"
                return 200, body
        return 404, {"detail": "there is no such question"}

    def _one(self, dag: str, run: str, task: str, query: Any) -> _Task:
        index = int(query.get("map_index", -1))
        tasks = self.runs[dag, run].tasks
        return next(one for one in tasks if (one.task, one.index) == (task, index))

    def _run(self, key: tuple[str, str]) -> dict[str, Any]:
        run = self.runs[key]
        begun, over = run.state != "queued", run.state in {"success", "failed"}
        return {
            "dag_id": key[0],
            "dag_run_id": key[1],
            "state": run.state,
            "run_after": _TIME.format(0),
            "start_date": _TIME.format(1) if begun else None,
            "end_date": _TIME.format(30) if over else None,
            "note": None,
        }

    def _task(self, one: _Task) -> dict[str, Any]:
        over = one.state not in {None, "running"}
        return {
            "task_id": one.task,
            "map_index": one.index,
            "state": one.state,
            "try_number": one.number,
            "start_date": _TIME.format(2) if one.number else None,
            "end_date": _TIME.format(3) if over and one.number else None,
        }


def _go_on(run: _Run, *, paused: bool) -> None:
    """Let what runs end; if nothing runs, let the next task begin; else the run ends."""
    if run.state in {"success", "failed"}:
        return
    run.state = "running"
    working = [one for one in run.tasks if one.state == "running"]
    for one in working:
        if not one.now.held:
            one.state = one.now.state
    if paused or any(one.state == "awaiting_input" for one in run.tasks):
        return
    waiting = [one for one in run.tasks if one.state is None]
    if not working and waiting:
        waiting[0].state, waiting[0].number = "running", waiting[0].number + 1
    if not working and not waiting:
        lost = any(one.state == "failed" for one in run.tasks)
        run.state = "failed" if lost else "success"


Act: TypeAlias = Callable[[AirflowStandIn, Any, Any, Any], Answer]
_RUN = "/api/v2/dags/([^/]+)/dagRuns/([^/]+)"
_ROUTES: tuple[tuple[str, str, Act], ...] = (
    ("GET", "/auth/token", AirflowStandIn.login),
    ("POST", "/auth/token", AirflowStandIn.login),
    ("GET", "/api/v2/version", AirflowStandIn.version),
    ("GET", "/api/v2/importErrors", AirflowStandIn.errors),
    ("GET", "/api/v2/dagSources/([^/]+)", AirflowStandIn.source),
    ("PUT", "/api/v2/parseDagFile/([^/]+)", AirflowStandIn.read_again),
    ("GET", "/api/v2/dags/([^/]+)", AirflowStandIn.dag),
    ("PATCH", "/api/v2/dags/([^/]+)", AirflowStandIn.pause),
    ("POST", "/api/v2/dags/([^/]+)/clearTaskInstances", AirflowStandIn.clear),
    ("GET", "/api/v2/dags/([^/]+)/dagRuns", AirflowStandIn.list_runs),
    ("POST", "/api/v2/dags/([^/]+)/dagRuns", AirflowStandIn.trigger),
    ("GET", _RUN, AirflowStandIn.run),
    ("PATCH", _RUN, AirflowStandIn.fail_run),
    ("DELETE", _RUN, AirflowStandIn.delete),
    ("GET", f"{_RUN}/taskInstances", AirflowStandIn.tasks),
    (
        "GET",
        f"{_RUN}/taskInstances/([^/]+)/xcomEntries/([^/]+)",
        AirflowStandIn.xcom,
    ),
    (
        "PATCH",
        f"{_RUN}/taskInstances/([^/]+)/(-?[0-9]+)/hitlDetails",
        AirflowStandIn.type_in,
    ),
    ("GET", f"{_RUN}/taskInstances/([^/]+)/logs/([0-9]+)", AirflowStandIn.log),
)


class _Handler(BaseHTTPRequestHandler):
    """Hands requests to the stand-in."""

    server_of: AirflowStandIn
    protocol_version = "HTTP/1.1"

    def handle_one_request(self) -> None:
        """Answer one request, whatever its verb."""
        self.raw_requestline = self.rfile.readline(65537)
        if not self.raw_requestline or not self.parse_request():
            self.close_connection = True
            return
        self._answer()

    def _answer(self) -> None:
        parts = urlsplit(self.path)
        size = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(size)) if size else None
        server = self.server_of
        if server.html:
            self._send(200, _HTML, "text/html")
            return
        wanted = f"Bearer {server.token}"
        if (
            server.token
            and parts.path.startswith("/api/")
            and self.headers.get("Authorization") != wanted
        ):
            self._json(401, {"detail": "Invalid JWT token"})
            return
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        self._json(*server.answer(self.command, parts.path, query, body))

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing."""

    def _json(self, status: int, found: Any) -> None:
        text = b"" if found is None else json.dumps(found).encode()
        self._send(status, text, "application/json")

    def _send(self, status: int, text: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)
