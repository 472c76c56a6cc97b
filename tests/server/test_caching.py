"""What is kept of earlier runs, as the server tells it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from couler_jupyter.engines.local import Local
from couler_jupyter.errors import UsageFailed
from couler_jupyter.ir import Json
from couler_jupyter.runs import RunStore
from couler_jupyter.server import caching
from couler_jupyter.server.desk import Desk
from couler_jupyter.server.route import Given
from tests.reusing.flows import Tally
from tests.reusing.test_what_runs_again import files
from tests.server.serving import Client


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setenv("COULER_CACHE", "on")
    monkeypatch.setenv("COULER_CACHE_URL", str(tmp_path / "cache"))
    monkeypatch.setenv("COULER_CACHE_CONFIG", str(tmp_path / "cache.toml"))
    monkeypatch.setenv("COULER_CACHE_BUDGET", "100M")
    store = RunStore(tmp_path / "store")
    made = files(Tally(tmp_path), 5)
    Local(store).run(made, options={"runtime": "process"}, timeout=60)
    return Desk(root=store.root, folder=tmp_path)


def _given(artifact: str) -> Given:
    return Given({}, {"artifact": artifact})


def _kept(view: Json) -> Any:
    return {one["step"]: one for one in view["artifacts"]}


def test_what_is_kept(desk: Desk) -> None:
    view = caching.cache(desk, Given({}))
    assert view["requests"] == ["drop", "pin", "unpin"]
    assert view["budget"] == 100_000_000
    assert _kept(view)["make"]["kept"]


def test_pinned_unpinned_and_given_up(desk: Desk) -> None:
    tags = [caching.cache_tag(desk)]
    one = _kept(caching.cache(desk, Given({})))["make"]["id"]
    assert _kept(caching.pin(desk, _given(one)))["make"]["pinned"]
    tags.append(caching.cache_tag(desk))
    with pytest.raises(UsageFailed, match="unpin it first"):
        caching.drop(desk, _given(one))
    assert not _kept(caching.unpin(desk, _given(one)))["make"]["pinned"]
    left = _kept(caching.drop(desk, _given(one))).get("make", {"kept": False})
    assert not left["kept"]
    tags.append(caching.cache_tag(desk))
    assert len(set(tags)) == 3
    assert caching.cache_tag(desk) == tags[-1]


def test_switched_off(client: Client) -> None:
    answer = client.ask("GET", "/cache")
    assert (answer.json["place"], answer.json["requests"]) == ("", [])
    headers = {"If-None-Match": answer.headers["etag"]}
    assert client.ask("GET", "/cache", headers=headers).status == 304
    refused = client.ask("POST", "/cache/pin", body={"artifact": "abcd"})
    assert (refused.status, "switched off" in refused.json["message"]) == (409, True)


def test_only_to_look_at(desk: Desk) -> None:
    desk.read_only = True
    assert caching.cache(desk, Given({}))["requests"] == []
