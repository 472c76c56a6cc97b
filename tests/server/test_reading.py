"""What a real server answers of runs that are only looked at."""

from __future__ import annotations

from couler_jupyter.ir import Phase, RunEvent
from couler_jupyter.runs import RunStore
from tests.server import past
from tests.server.serving import Client

ABSENT = "20201122-031502-pair-k3f9"


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


def test_its_drawing(client: Client, store: RunStore) -> None:
    run = past.failed(store)
    found = client.get(f"/runs/{run.id}/drawing")
    assert [one["id"] for one in found["workflow"]["nodes"]] == ["load", "train"]
    assert [one["id"] for one in found["layout"]["nodes"]] == ["load", "train"]
    assert found["run"] == client.get(f"/runs/{run.id}")
    assert found["requests"] == ["delete", "rerun", "retry"]


def test_groups_that_are_closed_can_be_opened(client: Client, store: RunStore) -> None:
    """All that is in them is there, and where it stands."""
    run = past.told(
        store,
        ("both/load", Phase.SUCCEEDED),
        ("both/train", Phase.RUNNING),
        workflow=past.nested(),
    )
    found = client.get(f"/runs/{run.id}/drawing", closed=["both"])
    assert found["closed"] == ["both"]
    assert [one["id"] for one in found["layout"]["nodes"]] == ["both"]
    inner = ["both/load", "both/train"]
    assert [one["id"] for one in found["workflow"]["nodes"]] == inner
    assert [one["node"] for one in found["run"]["steps"]] == inner
    patch = client.get(f"/runs/{run.id}/events", after=0)["patch"]
    assert [one["node"] for one in patch["steps"]] == inner


def test_its_steps_page_by_page(client: Client, store: RunStore) -> None:
    steps = [
        (f"train[{n}]", Phase.FAILED if n % 5 else Phase.RUNNING) for n in range(11)
    ]
    run = past.told(store, *steps, ("", Phase.FAILED))
    seen: list[str] = []
    cursor = ""
    while True:
        page = client.get(f"/runs/{run.id}/steps", limit=4, cursor=cursor)
        seen += [one["id"] for one in page["steps"]]
        assert page["total"] == 11
        if not (cursor := page["next"]):
            break
    assert seen == [step for step, _ in steps]
    some = client.get(f"/runs/{run.id}/steps", phase=["running"], search="TRAIN")
    assert [one["id"] for one in some["steps"]] == ["train[0]", "train[5]", "train[10]"]
    assert some["steps"][0]["node"] == "train"


def test_all_about_one_step(client: Client, store: RunStore) -> None:
    run = past.failed(store)
    found = client.get(f"/runs/{run.id}/step", step="train")
    assert (found["type"], found["id"]) == ("step", "train")
    assert found["template"]
    assert client.ask("GET", f"/runs/{run.id}/step?step=none").status == 404


def test_what_happened_since(client: Client, store: RunStore) -> None:
    run = past.told(store, ("", Phase.RUNNING), ("load", Phase.RUNNING), remote=True)
    first = client.get(f"/runs/{run.id}/events")
    assert [(one["seq"], one["step"]) for one in first["events"]] == [
        (1, ""),
        (2, "load"),
    ]
    assert (first["last"], first["live"]) == (2, True)
    nothing = client.get(f"/runs/{run.id}/events", after=2)
    assert (nothing["events"], nothing["patch"]) == ([], None)
    done = RunEvent(step="load", phase=Phase.SUCCEEDED, time=past.BEGUN, attempt=1)
    store.record(run.id, [done])
    second = client.get(f"/runs/{run.id}/events", after=2)
    assert [one["phase"] for one in second["events"]] == ["succeeded"]
    assert [one["id"] for one in second["patch"]["steps"]] == ["load"]
    assert second["patch"]["run"]["phase"] == "running"


def test_many_events_come_in_pieces(client: Client, store: RunStore) -> None:
    run = past.failed(store)
    seen, last, more = 0, 0, True
    while more:
        found = client.get(f"/runs/{run.id}/events", after=last, limit=4)
        seen, last, more = seen + len(found["events"]), found["last"], found["more"]
    assert (seen, last) == (6, 6)


def test_nothing_that_was_seen_is_sent_again(client: Client, store: RunStore) -> None:
    run = past.failed(store)
    paths = (
        "/runs?limit=5",
        f"/runs/{run.id}",
        f"/runs/{run.id}/drawing",
        f"/runs/{run.id}/steps",
        f"/runs/{run.id}/outputs",
    )
    for path in paths:
        first = client.ask("GET", path)
        headers = {"If-None-Match": first.headers["etag"]}
        again = client.ask("GET", path, headers=headers)
        assert (again.status, again.body) == (304, b""), path
        past.succeeded(store)
        assert client.ask("GET", path, headers=headers).status == 200, path


def test_a_run_whose_supervisor_is_gone_is_news(
    client: Client, store: RunStore
) -> None:
    run = past.told(store, ("", Phase.RUNNING))
    with store.hold(run.id):
        live = client.ask("GET", f"/runs/{run.id}")
        assert live.json["phase"] == "running"
    headers = {"If-None-Match": live.headers["etag"]}
    left = client.ask("GET", f"/runs/{run.id}", headers=headers)
    assert (left.status, left.json["phase"]) == (200, "interrupted")


def test_who_waits_is_told_at_once(client: Client, store: RunStore) -> None:
    run = past.told(store, ("", Phase.FAILED))
    found = client.get(f"/runs/{run.id}/events", after=1, wait=20)
    assert not found["live"]  # nothing more will come, so it does not wait


def test_what_is_not_there(client: Client) -> None:
    for path in ("", "/drawing", "/steps", "/events", "/outputs", "/log?step=a"):
        answer = client.ask("GET", f"/runs/{ABSENT}{path}")
        assert answer.status == 404, path
        assert answer.json["type"] == "error"
        assert "no run named" in answer.json["message"]


def test_only_a_whole_id_is_one(client: Client, store: RunStore) -> None:
    run = past.failed(store)
    for _ in range(40):  # of which some begin alike
        past.told(store, ("", Phase.FAILED))
    for end in range(-1, -5, -1):
        answer = client.ask("GET", f"/runs/{run.id[:end]}")
        assert (answer.status, "no run named" in answer.json["message"]) == (404, True)
    assert client.ask("GET", "/runs/last").status == 400


def test_a_run_of_an_engine_that_is_gone(client: Client, store: RunStore) -> None:
    run = past.failed(store, engine="elsewhere")
    assert client.get(f"/runs/{run.id}")["phase"] == "failed"
    answer = client.post(f"/runs/{run.id}/retry")
    assert answer.status == 409
    assert "'elsewhere', which is not installed" in answer.json["message"]


def test_a_workflow_of_a_later_version(client: Client, store: RunStore) -> None:
    run = store.create(workflow="new", engine="local", document='{"couler": 99}')
    answer = client.ask("GET", f"/runs/{run.id}/drawing")
    assert answer.status == 422
    assert answer.json["message"]
