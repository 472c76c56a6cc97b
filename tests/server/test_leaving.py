"""What steps left behind is told, never loaded; no file outside of the run is read."""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path
from typing import Any

import pytest

from couler_jupyter.ir import Phase
from couler_jupyter.runs import RunRecord, RunStore
from tests.server import past
from tests.server.serving import Answer, Client

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


def _made(store: RunStore, **outputs: object) -> RunRecord:
    return past.succeeded(store, outputs={"load": outputs})


def _kept(path: str, *, folder: bool = False) -> object:
    fields = {"path": path, "folder": folder, "size": 3, "sha256": "", "storage": ""}
    return {"$artifact": fields}


def _one(client: Client, run: RunRecord, name: str) -> Any:
    found = client.get(f"/runs/{run.id}/outputs")
    return next(one for one in found["outputs"] if one["name"] == name)


def _artifact(client: Client, run: RunRecord, **query: str | int) -> Answer:
    query = {"step": "load", "name": "model", **query}
    return client.ask("GET", f"/runs/{run.id}/artifact", query=query)


@pytest.mark.parametrize("value", ["text", 3, None, [1, {"a": "<b>"}], {"$odd": 1}])
def test_a_value(client: Client, store: RunStore, value: object) -> None:
    found = _one(client, _made(store, result=value), "result")
    assert (found["kind"], found["value"], found["cut"]) == ("value", value, False)
    assert found["size"] == len(json.dumps(value))


def test_a_value_that_looks_like_a_handle(client: Client, store: RunStore) -> None:
    run = _made(store, result={"$plain": {"$artifact": "x"}})
    assert _one(client, run, "result")["value"] == {"$artifact": "x"}


def test_a_long_value_is_cut(client: Client, store: RunStore) -> None:
    found = _one(client, _made(store, result="x" * 100_000), "result")
    assert (found["value"], found["cut"], found["size"]) == (None, True, 100_002)
    assert found["text"].endswith("…")


def test_numbers_that_json_lacks(client: Client, store: RunStore) -> None:
    run = _made(store, result=[float("nan"), float("-inf"), 1.5])
    assert _one(client, run, "result")["value"] == ["nan", "-inf", 1.5]


def test_a_python_value_is_not_loaded(
    client: Client, store: RunStore, tmp_path: Path
) -> None:
    canary = tmp_path / "canary"

    class Evil:
        def __reduce__(self) -> tuple[Any, ...]:
            return os.mkdir, (str(canary),)

    import pickle

    run = _made(store, result={"$pickle": {"path": "v", "type": "a.Evil", "keys": []}})
    (store.folder(run.id) / "v").write_bytes(pickle.dumps(Evil()))
    found = _one(client, run, "result")
    assert (found["kind"], found["text"], found["preview"]) == (
        "python",
        "a.Evil",
        False,
    )
    assert not canary.exists()


def test_what_lies_elsewhere(client: Client, store: RunStore) -> None:
    storage = {"kind": "S3", "bucket": "b", "key": "k"}
    run = _made(store, a={"$storage": storage}, b={"$artifact": "s3://bucket/key"})
    assert _one(client, run, "a")["text"] == "kind=S3 bucket=b key=k"
    assert _one(client, run, "b")["text"] == "s3://bucket/key"
    assert _one(client, run, "b")["kind"] == "elsewhere"
    assert _artifact(client, run, name="b").status == 409


def test_only_those_of_some_steps(client: Client, store: RunStore) -> None:
    outputs = {"load": {"a": 1}, "train": {"b": 2}, "": {"c": 3}, "@": {"d": 4}}
    run = past.succeeded(store, outputs=outputs)
    found = client.get(f"/runs/{run.id}/outputs")
    assert [one["name"] for one in found["outputs"]] == ["a", "b", "c"]
    some = client.get(f"/runs/{run.id}/outputs", step=["train", ""])
    assert [one["name"] for one in some["outputs"]] == ["b", "c"]


def test_a_file_of_text(client: Client, store: RunStore) -> None:
    run = _made(store, model=_kept("artifacts/model"))
    path = store.folder(run.id) / "artifacts" / "model"
    path.parent.mkdir()
    path.write_text("é" * 100)
    assert _one(client, run, "model")["kind"] == "artifact"
    found = _artifact(client, run, limit=17).json
    assert (found["media"], found["text"]) == ("text/plain", "é" * 8)
    assert (found["size"], found["cut"]) == (200, True)


def test_a_picture(client: Client, store: RunStore) -> None:
    run = _made(store, model=_kept("model"))
    (store.folder(run.id) / "model").write_bytes(PNG)
    found = _artifact(client, run, limit=16).json
    assert found["media"] == "image/png"
    assert base64.b64decode(found["base64"]) == PNG
    assert not found["cut"]


def test_a_drawing_is_only_text(client: Client, store: RunStore) -> None:
    run = _made(store, model=_kept("model"))
    (store.folder(run.id) / "model").write_text("<svg onload='alert(1)'/>")
    found = _artifact(client, run).json
    assert (found["media"], found["base64"]) == ("text/plain", "")


def test_what_cannot_be_shown(client: Client, store: RunStore) -> None:
    run = _made(store, model=_kept("model"))
    (store.folder(run.id) / "model").write_bytes(b"\x80" * 100)
    found = _artifact(client, run).json
    assert (found["media"], found["text"]) == ("application/octet-stream", "")


def test_a_folder(client: Client, store: RunStore) -> None:
    run = _made(store, model=_kept("model", folder=True))
    path = store.folder(run.id) / "model"
    path.mkdir()
    for name in ("b", "a\n<b>"):
        (path / name).touch()
    found = _artifact(client, run).json
    assert (found["media"], found["text"]) == ("inode/directory", "a <b>\nb")


@pytest.mark.parametrize(
    "path", ["../../runs.sqlite", "/etc/passwd", "link", "out/passwd", ".", "", "\0"]
)
def test_nothing_outside_of_the_run_is_read(
    client: Client, store: RunStore, path: str
) -> None:
    run = _made(store, model=_kept(path))
    folder = store.folder(run.id)
    (folder / "link").symlink_to("/etc/passwd")
    (folder / "out").symlink_to("/etc")
    answer = _artifact(client, run)
    assert answer.status == 409
    assert "root:" not in answer.body.decode()


def test_a_pipe_is_not_waited_for(client: Client, store: RunStore) -> None:
    run = _made(store, model=_kept("model"))
    os.mkfifo(store.folder(run.id) / "model")
    assert _artifact(client, run).status == 409


def test_what_is_not_there(client: Client, store: RunStore) -> None:
    run = _made(store, model=_kept("model"))
    assert _artifact(client, run).status == 409  # deleted meanwhile
    assert _artifact(client, run, name="other").status == 404
    assert _artifact(client, run, step="other").status == 404


def test_a_run_that_has_made_nothing(client: Client, store: RunStore) -> None:
    run = past.told(store, ("", Phase.PENDING))
    assert client.get(f"/runs/{run.id}/outputs")["outputs"] == []
