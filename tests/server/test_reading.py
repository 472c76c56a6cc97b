"""What a real server answers of runs that are only looked at."""

from __future__ import annotations

from couler_jupyter.ir import Phase
from couler_jupyter.runs import RunStore
from tests.server import past
from tests.server.serving import Client


def test_it_says_what_it_is(client: Client, store: RunStore) -> None:
    found = client.get("")
    assert found["type"] == "about"
    assert found["store"] == str(store.root)
    assert not found["read_only"]
    assert "retry" in found["requests"]


def test_one_run(client: Client, store: RunStore) -> None:
    run = past.failed(store)
    found = client.get(f"/runs/{run.id}")
    assert (found["run_id"], found["phase"]) == (run.id, "failed")
    assert {one["id"]: one["phase"] for one in found["steps"]} == {
        "load": "succeeded",
        "train": "failed",
    }
