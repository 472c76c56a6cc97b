"""Settings: off, read-only, another store; and loading costs nothing elsewhere."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import couler_jupyter
from couler_jupyter.runs import RunStore
from tests.server import past
from tests.server.serving import serving


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    return RunStore(tmp_path / "store")


def test_switched_off(tmp_path: Path, store: RunStore) -> None:
    options = ["--CoulerServer.enabled=False"]
    with serving(tmp_path / "home", store=store.root, options=options) as client:
        assert client.ask("GET", "/runs").status == 404
        assert client.raw("GET", "/api/status").status == 200


def test_only_to_look_at(tmp_path: Path, store: RunStore) -> None:
    run = past.failed(store)
    config = tmp_path / "home" / "config"
    config.mkdir(parents=True)
    # as an administrator would write it
    chosen = {"CoulerServer": {"read_only": True}}
    (config / "jupyter_server_config.json").write_text(json.dumps(chosen))
    with serving(tmp_path / "home", store=store.root) as client:
        assert client.get("")["read_only"]
        assert client.get("")["requests"] == []
        assert client.get(f"/runs/{run.id}/drawing")["requests"] == []
        for method, path in (
            ("DELETE", f"/runs/{run.id}"),
            ("POST", f"/runs/{run.id}/retry"),
            ("POST", f"/runs/{run.id}/rerun"),
            ("POST", "/cache/drop"),
        ):
            answer = client.post(path, {"artifact": "abcd"}, method=method)
            assert (answer.status, "read-only" in answer.json["message"]) == (403, True)
    assert [one.id for one in store.runs()] == [run.id]


AUTHORIZER = """
from jupyter_server.auth import Authorizer

class Looking(Authorizer):
    def is_authorized(self, handler, user, action, resource):
        return resource != "couler" or action == "read"

c.ServerApp.authorizer_class = Looking
"""


def test_an_authorizer_decides(tmp_path: Path, store: RunStore) -> None:
    run = past.failed(store)
    config = tmp_path / "home" / "config"
    config.mkdir(parents=True)
    (config / "jupyter_server_config.py").write_text(AUTHORIZER)
    with serving(tmp_path / "home", store=store.root) as client:
        assert client.get(f"/runs/{run.id}")["phase"] == "failed"
        for method, path in (
            ("DELETE", f"/runs/{run.id}"),
            ("POST", f"/runs/{run.id}/retry"),
        ):
            answer = client.post(path, method=method)
            assert answer.status == 403
            assert (
                "not authorized to write on resource: couler" in answer.json["message"]
            )
        assert client.get(f"/runs/{run.id}")["phase"] == "failed"
    assert [one.id for one in store.runs()] == [run.id]


def test_another_store_behind_another_address(tmp_path: Path) -> None:
    other = RunStore(tmp_path / "other")
    run = past.failed(other)
    options = [f"--CoulerServer.root={other.root}", "--ServerApp.base_url=/user/me/"]
    home = tmp_path / "home"
    with serving(
        home, store=tmp_path / "store", options=options, base="/user/me"
    ) as it:
        assert it.get(f"/runs/{run.id}")["phase"] == "failed"


def test_it_is_found_by_its_package() -> None:
    points = couler_jupyter._jupyter_server_extension_points()
    assert points == [{"module": "couler_jupyter.server"}]
    program = (
        "import sys, couler_jupyter, couler_jupyter.server\n"
        "couler_jupyter._jupyter_server_extension_points()\n"
        "print('jupyter_server' in sys.modules, 'tornado' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(couler_jupyter.__file__).parents[1],
    )
    assert done.stdout.split() == ["False", "False"]


def test_installing_enables_it(tmp_path: Path, store: RunStore) -> None:
    kept = Path(__file__).parents[2] / "jupyter-config" / "jupyter_server_config.d"
    config = tmp_path / "home" / "config" / "jupyter_server_config.d"
    config.mkdir(parents=True)
    for file in kept.iterdir():
        (config / file.name).write_text(file.read_text())
    with serving(tmp_path / "home", store=store.root, named=False) as client:
        assert client.get("/runs")["runs"] == []
