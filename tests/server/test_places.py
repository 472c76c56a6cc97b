"""Engines, targets and their health: what is shown of them, and what never is."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from couler_jupyter.errors import UsageFailed
from couler_jupyter.server import places
from couler_jupyter.server.desk import Desk
from couler_jupyter.server.route import Given
from couler_jupyter.targets import PROJECT_FILE, Target, save_target
from couler_jupyter.testing.kube import Cluster
from tests.server.serving import Client

SECRET = "very-secret-indeed"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setenv("COULER_TARGETS", str(tmp_path / "targets.toml"))
    (tmp_path / "notebooks").mkdir()
    return Desk(root=tmp_path / "store", folder=tmp_path / "notebooks")


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    with Cluster() as made:
        made.token = SECRET
        yield made


def _health(desk: Desk, name: str) -> Any:
    return places.health(desk, Given({"target": name, "notebook": ""}))


def test_engines(client: Client) -> None:
    found = {one["name"]: one for one in client.get("/engines")["engines"]}
    assert (found["local"]["runs"], found["local"]["remote"]) == (True, False)
    assert (found["argo"]["runs"], found["argo"]["remote"]) == (True, True)
    assert found["argo"]["about"].startswith("Argo Workflows")


def test_this_machine_is_well(client: Client) -> None:
    (local,) = client.get("/targets")["targets"]
    assert (local["name"], local["engine"], local["origin"]) == ("local", "local", "")
    health = client.get("/targets/local/health")
    assert (health["ok"], health["message"]) == (True, "this machine")


def test_a_target_that_there_is_not(client: Client) -> None:
    answer = client.ask("GET", "/targets/lokal/health")
    assert answer.status == 404
    assert "did you mean 'local'" in answer.json["message"]


def test_a_target_never_shows_a_secret(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_target(
        Target(
            name="a",
            engine="argo",
            options={"namespace": "ml"},
            secrets={"token": "env:ONE", "other": "env:TWO"},
        )
    )
    monkeypatch.setenv("ONE", SECRET)
    monkeypatch.delenv("TWO", raising=False)
    found = places.targets(desk, Given({"notebook": ""}))
    assert SECRET not in json.dumps(found)
    (told,) = (one for one in found["targets"] if one["name"] == "a")
    assert told["options"] == {"namespace": "ml"}
    assert told["secrets"] == [
        {"name": "token", "reference": "env:ONE", "fault": ""},
        {
            "name": "other",
            "reference": "env:TWO",
            "fault": "there is no secret at env:TWO",
        },
    ]


def test_those_of_a_notebooks_folder(desk: Desk) -> None:
    folder = desk.folder / "deep"
    folder.mkdir()
    (folder / PROJECT_FILE).write_text('[near]\nengine = "argo"\n')
    for notebook, wanted in (("deep/a.ipynb", "near"), ("a.ipynb", ""), ("", "")):
        found = places.targets(desk, Given({"notebook": notebook}))
        names = {one["name"] for one in found["targets"]}
        assert names == {"local", wanted} - {""}


@pytest.mark.parametrize("notebook", ["../a.ipynb", "deep/../../x/a", "\0", "link/a"])
def test_a_notebook_is_below_what_is_served(desk: Desk, notebook: str) -> None:
    (desk.folder / "link").symlink_to(desk.folder.parent)
    with pytest.raises(UsageFailed, match="notebook"):
        places.targets(desk, Given({"notebook": notebook}))


def test_a_server_that_answers(
    desk: Desk, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STAGING", SECRET)
    secrets = {"token": "env:STAGING"}
    save_target(
        Target(
            name="a", engine="argo", options={"server": cluster.url}, secrets=secrets
        )
    )
    found = _health(desk, "a")
    assert (found["ok"], found["message"]) == (True, "it answers")


def test_a_server_that_refuses(
    desk: Desk, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STAGING", f"{SECRET}-no")
    secrets = {"token": "env:STAGING"}
    save_target(
        Target(
            name="a", engine="argo", options={"server": cluster.url}, secrets=secrets
        )
    )
    found = _health(desk, "a")
    assert not found["ok"]
    assert SECRET not in found["message"]


def test_a_secret_that_is_not_there(desk: Desk) -> None:
    save_target(
        Target(name="a", engine="argo", secrets={"token": "env:NOWHERE_AT_ALL"})
    )
    found = _health(desk, "a")
    assert (found["ok"], found["message"]) == (
        False,
        "there is no secret at env:NOWHERE_AT_ALL",
    )


def test_an_engine_that_there_is_not(desk: Desk) -> None:
    save_target(Target(name="a", engine="argos"))
    found = _health(desk, "a")
    assert (found["ok"], "did you mean 'argo'" in found["message"]) == (False, True)


def test_a_server_that_says_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "_PATIENCE", 0.05)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        server = f"http://127.0.0.1:{silent.getsockname()[1]}"
        save_target(Target(name="a", engine="argo", options={"server": server}))
        found = _health(desk, "a")
    assert (found["ok"], found["message"]) == (False, "no answer within 0.05 s")
