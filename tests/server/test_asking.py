"""What is asked of runs is done once, by processes that outlive the server."""

from __future__ import annotations

import json
import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from couler_jupyter.engines.local import Local
from couler_jupyter.ir import Phase, Workflow
from couler_jupyter.runs import RunStore
from tests.server import past
from tests.server.serving import Client, serving

OPTIONS = {"runtime": "process", "cache": "none"}


def _ended(client: Client, run_id: str) -> Any:
    """Wait for the end of a run, as a panel does, and return its view."""
    deadline, last, live = time.monotonic() + 60, 0, True
    while live:
        assert time.monotonic() < deadline
        found = client.get(f"/runs/{run_id}/events", after=last, wait=5)
        last, live = found["last"], found["live"]
    return client.get(f"/runs/{run_id}")


def _started(store: RunStore, workflow: Workflow) -> str:
    return Local(store).submit(workflow, options=OPTIONS).id


def _until(client: Client, run_id: str, step: str, phase: Phase) -> None:
    deadline = time.monotonic() + 60
    while True:
        steps = client.get(f"/runs/{run_id}")["steps"]
        if any(one["id"] == step and one["phase"] == phase for one in steps):
            return
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _a_while_later(store: RunStore) -> None:
    """Have all that was asked been asked a minute ago."""
    for file in (store.root / "requests").iterdir():
        os.utime(file, (time.time(), time.time() - 60))


def test_cancelled(client: Client, store: RunStore) -> None:
    run = _started(store, past.pair("sleep 600"))
    _until(client, run, "train", Phase.RUNNING)
    answer = client.post(f"/runs/{run}/cancel", key="cancel-it")
    assert (answer.status, answer.json["done"]) == (200, "cancel")
    again = client.post(f"/runs/{run}/cancel", key="cancel-it")
    assert (again.json["repeated"], answer.json["repeated"]) == (True, False)
    assert _ended(client, run)["phase"] == "cancelled"
    _a_while_later(store)
    late = client.post(f"/runs/{run}/cancel")
    assert (late.status, late.json["message"]) == (
        409,
        f"run {run} has ended: cancelled",
    )


def test_retried_from_where_it_failed(
    client: Client, store: RunStore, tmp_path: Path
) -> None:
    mark = tmp_path / "mark"
    run = _started(store, past.pair(f"test -e {mark}"))
    assert _ended(client, run)["phase"] == "failed"
    first = client.get(f"/runs/{run}")["steps"][0]
    mark.touch()
    keys = ["one-click", "one-click", "one-click"]
    with ThreadPoolExecutor(3) as pool:
        answers = list(
            pool.map(lambda key: client.post(f"/runs/{run}/retry", key=key), keys)
        )
    assert [one.status for one in answers] == [200, 200, 200]
    assert sorted(one.json["repeated"] for one in answers) == [False, True, True]
    found = _ended(client, run)
    assert found["phase"] == "succeeded"
    assert found["steps"][0] == first  # it was not run again
    assert client.get("/runs")["runs"][0]["restarts"] == 1
    _a_while_later(store)
    late = client.post(f"/runs/{run}/retry")
    assert (late.status, "nothing to run again" in late.json["message"]) == (409, True)


def test_run_anew_once(client: Client, store: RunStore) -> None:
    run = past.failed(store)
    before = len(store.runs(limit=-1))
    first = client.post(f"/runs/{run.id}/rerun", key="run-again")
    second = client.post(f"/runs/{run.id}/rerun", key="run-again")
    clicked = client.post(f"/runs/{run.id}/rerun", key="a-second-click")
    assert clicked.json == second.json
    _a_while_later(store)
    assert client.post(f"/runs/{run.id}/rerun", key="run-again").json == second.json
    third = client.post(f"/runs/{run.id}/rerun", key="run-again-2")
    assert first.json["run_id"] == second.json["run_id"] != third.json["run_id"]
    assert len(store.runs(limit=-1)) == before + 2
    made = store.get(first.json["run_id"])
    assert (made.workflow, made.notebook) == (run.workflow, run.notebook)
    for one in (first, third):
        assert _ended(client, one.json["run_id"])["phase"] == "succeeded"


def test_resumed(client: Client, store: RunStore) -> None:
    run = _started(store, past.asking())
    _until(client, run, "approve", Phase.SUSPENDED)
    path = f"/runs/{run}/resume"
    wrong = client.post(path, {"step": "approve", "outputs": {"other": "x"}})
    assert (wrong.status, wrong.json["type"]) == (409, "error")
    said = {"step": "approve", "outputs": {"verdict": "fine"}}
    assert client.post(path, said).status == 200
    assert _ended(client, run)["phase"] == "succeeded"
    (made,) = client.get(f"/runs/{run}/outputs")["outputs"]
    assert made["value"] == "fine"


def test_deleted(client: Client, store: RunStore) -> None:
    run = past.failed(store)
    client.get(f"/runs/{run.id}")
    answer = client.post(f"/runs/{run.id}", method="DELETE", key="delete-it")
    assert (answer.status, answer.json["phase"]) == (200, "")
    again = client.post(f"/runs/{run.id}", method="DELETE", key="delete-it")
    assert (again.status, again.json["repeated"]) == (200, True)
    _a_while_later(store)
    assert client.post(f"/runs/{run.id}", method="DELETE").status == 404
    assert client.ask("GET", f"/runs/{run.id}").status == 404
    assert not store.folder(run.id).exists()


def test_a_live_run_is_not_deleted(client: Client, store: RunStore) -> None:
    run = past.told(store, ("", Phase.RUNNING))
    with store.hold(run.id):
        for path, method in (
            (f"/runs/{run.id}", "DELETE"),
            (f"/runs/{run.id}/retry", "POST"),
        ):
            answer = client.post(path, method=method)
            assert answer.status == 409
            assert answer.json["message"].endswith("has not ended; cancel it first")


def test_what_could_not_be_done_may_be_tried_again(
    client: Client, store: RunStore
) -> None:
    run = past.told(store, ("", Phase.RUNNING))
    with store.hold(run.id):
        assert client.post(f"/runs/{run.id}/retry", key="same-key").status == 409
    answer = client.post(f"/runs/{run.id}/retry", key="same-key")
    assert (answer.status, answer.json["repeated"]) == (200, False)
    _ended(client, run.id)


@pytest.mark.parametrize("key", ["", "short", "a b c d e f g", "x" * 101, "ä" * 8])
def test_a_key_must_be_given(client: Client, store: RunStore, key: str) -> None:
    run = past.failed(store)
    headers = {"Idempotency-Key": key} if key else {}
    headers = {
        name: value.encode().decode("latin-1") for name, value in headers.items()
    }
    answer = client.ask("POST", f"/runs/{run.id}/retry", headers=headers)
    assert answer.status == 400
    assert "Idempotency-Key" in answer.json["message"]


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"", "application/json", 400),
        (b"{", "application/json", 400),
        (b'{"step": NaN}', "application/json", 400),
        (b'{"step": 1}', "application/json", 400),
        (b'{"step": "a", "more": 1}', "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b'{"step": "a"}', "text/plain", 415),
        (b'"' + b"a" * (1 << 20) + b'"', "application/json", 413),
    ],
)
def test_a_wrong_body(
    client: Client, store: RunStore, body: bytes, kind: str, status: int
) -> None:
    run = past.failed(store)
    headers = {"Idempotency-Key": "12345678", "Content-Type": kind}
    path = f"/runs/{run.id}/resume"
    answer = client.ask("POST", path, headers=headers, body=body)
    assert answer.status == status
    assert answer.json["type"] == "error"


def test_a_run_outlives_the_server(home: Path, store: RunStore, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    run = past.failed(
        store, workflow=past.pair(f"until test -e {mark}; do sleep 0.1; done")
    )
    with serving(tmp_path / "first", store=store.root) as first:
        made = first.post(f"/runs/{run.id}/rerun").json["run_id"]
        _until(first, made, "train", Phase.RUNNING)
    assert store.held(made)
    mark.touch()
    with serving(tmp_path / "second", store=store.root) as second:
        assert _ended(second, made)["phase"] == "succeeded"


def test_two_servers_on_one_store(
    client: Client, store: RunStore, tmp_path: Path
) -> None:
    run = past.failed(store)
    before = len(store.runs(limit=-1))
    with serving(tmp_path / "other", store=store.root) as other:
        seen = other.ask("GET", "/runs?limit=1")
        assert seen.json["runs"] == client.get("/runs", limit=1)["runs"]
        with ThreadPoolExecutor(6) as pool:
            answers = list(
                pool.map(
                    lambda one: one.post(f"/runs/{run.id}/rerun", key="the-same-click"),
                    [client, other] * 3,
                )
            )
        assert len({one.json["run_id"] for one in answers}) == 1
        assert len(store.runs(limit=-1)) == before + 1
        headers = {"If-None-Match": seen.headers["etag"]}
        assert other.ask("GET", "/runs?limit=1", headers=headers).status == 200
        _ended(other, answers[0].json["run_id"])


def test_answers_are_kept_for_their_owner_alone(
    client: Client, store: RunStore
) -> None:
    run = past.failed(store)
    client.post(f"/runs/{run.id}", method="DELETE")
    folder = store.root / "requests"
    assert folder.stat().st_mode & 0o077 == 0
    for file in folder.iterdir():
        assert file.stat().st_mode & 0o077 == 0
        text = file.read_text()
        assert not text or json.loads(text)["type"] == "done"
