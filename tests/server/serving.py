"""A real Jupyter server with the extension, and a client that sends what it is told."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

TOKEN = "for-tests-only"
API = "/couler/api"
_PATIENCE = 90.0


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Client:
    """Asks one server; signed in by its token unless `headers` say otherwise."""

    port: int
    headers: Mapping[str, str] = field(
        default_factory=lambda: {"Authorization": f"token {TOKEN}"}
    )
    base: str = ""
    pid: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ask(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str | int | Sequence[str]] | None = None,
        headers: Mapping[str, str] | None = None,
        body: object = None,
    ) -> Answer:
        """Send a request to a path behind `/couler/api`."""
        asked = f"?{urlencode(query, doseq=True)}" if query else ""
        return self.raw(
            method, f"{self.base}{API}{path}{asked}", headers=headers, body=body
        )

    def raw(
        self,
        method: str,
        target: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: object = None,
    ) -> Answer:
        """Send a request for exactly this target."""
        sent = {**self.headers, **(headers or {})}
        data = body if isinstance(body, bytes) else None
        if body is not None and data is None:
            data = json.dumps(body).encode()
        if data is not None:
            sent.setdefault("Content-Type", "application/json")
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, target, body=data, headers=sent)
            answer = connection.getresponse()
            named = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, named, answer.read())
        finally:
            connection.close()

    def get(self, path: str, **query: str | int | Sequence[str]) -> Any:
        """Return what is answered; it must go well."""
        answer = self.ask("GET", path, query=query)
        assert answer.status == 200, answer.body
        return answer.json

    def post(
        self, path: str, body: object = None, *, key: str = "", method: str = "POST"
    ) -> Answer:
        """Ask for something to be done, with a key of its own if none is given."""
        headers = {"Idempotency-Key": key or uuid.uuid4().hex}
        return self.ask(method, path, headers=headers, body=body)


@contextmanager
def serving(
    home: Path,
    *,
    store: Path,
    folder: Path | None = None,
    options: Sequence[str] = (),
    base: str = "",
    named: bool = True,
) -> Generator[Client]:
    """Start a server and give a client of it; stop it at the end.

    Args:
        home: for what the server keeps for itself.
        store: root of the run store.
        folder: what it serves.
        options: more of its command line.
        base: what its addresses begin with.
        named: whether the extension is named to it; else it has to find it.
    """
    port = _free_port()
    served = folder or home
    home.mkdir(parents=True, exist_ok=True)
    arguments = [
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        f"--IdentityProvider.token={TOKEN}",
        f"--ServerApp.root_dir={served}",
        "--ServerApp.open_browser=False",
        "--ServerApp.allow_root=True",
        "--ServerApp.ip=127.0.0.1",
        *options,
    ]
    if named:
        arguments.append("--ServerApp.jpserver_extensions=couler_jupyter=True")
    env = os.environ | {
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_CONFIG_PATH": str(home / "config"),
        "JUPYTER_NO_CONFIG": "",
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "COULER_HOME": str(store),
        "COULER_TARGETS": str(home / "targets.toml"),
    }
    with (home / "server.log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyter_server", *arguments],
            env=env,
            cwd=home,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    client = Client(port, base=base, pid=server.pid)
    try:
        _wait(client, server, home)
        yield client
    finally:
        server.terminate()
        server.wait(timeout=60)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _wait(client: Client, server: subprocess.Popen[bytes], home: Path) -> None:
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            if client.raw("GET", f"{client.base}/api/status").status == 200:
                return
        except OSError:
            pass
        if server.poll() is not None or time.monotonic() > deadline:
            raise AssertionError((home / "server.log").read_text())
        time.sleep(0.1)
