"""Lists of runs: filtered, sorted, searched, page by page."""

from __future__ import annotations

from typing import Any

import pytest

from couler_jupyter.ir import Phase
from couler_jupyter.runs import RunRecord, RunStore
from tests.server import past
from tests.server.serving import Client


@pytest.fixture(scope="module")
def runs(store: RunStore) -> list[RunRecord]:
    """Seven runs, one of each kind that is asked for below."""
    return [
        past.succeeded(store, notebook="first.ipynb"),
        past.failed(store, notebook="100%_sure.ipynb"),
        past.told(store, ("", Phase.RUNNING), remote=True, engine="elsewhere"),
        past.told(store, ("", Phase.RUNNING)),  # nobody drives it
        past.succeeded(store, workflow=past.asking()),
        past.told(store, ("", Phase.CANCELLED), messages=("by <b>somebody</b>",)),
        past.failed(store),
    ]


def _ids(found: Any) -> list[str]:
    return [one["run_id"] for one in found["runs"]]


def _some(runs: list[RunRecord], *numbers: int) -> list[str]:
    return [runs[number].id for number in numbers]


def test_newest_first(client: Client, runs: list[RunRecord]) -> None:
    found = client.get("/runs")
    assert _ids(found) == _some(runs, 6, 5, 4, 3, 2, 1, 0)
    assert (found["total"], found["next"]) == (7, "")
    first = found["runs"][-1]
    assert first["steps"] == {"succeeded": 2}
    assert (first["workflow"], first["engine"]) == ("pair", "local")
    assert (first["notebook"], first["seconds"]) == ("first.ipynb", 5.0)


def test_by_phase_as_it_is_now(client: Client, runs: list[RunRecord]) -> None:
    found = client.get("/runs", phase=["succeeded", "cancelled"])
    assert _ids(found) == _some(runs, 5, 4, 0)
    assert found["total"] == 3
    live = client.get("/runs", phase=["running"])
    assert runs[2].id in _ids(live)
    assert live["total"] is None


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ({"engine": "elsewhere"}, (2,)),
        ({"workflow": "asking"}, (4,)),
        ({"search": "FIRST.ipynb"}, (0,)),
        ({"search": "0%_s"}, (1,)),
        ({"search": "<b>"}, (5,)),
        ({"search": "no such"}, ()),
        ({"workflow": "pair", "phase": "failed"}, (6, 1)),
        ({"sort": "workflow", "order": "asc", "limit": "2"}, (4, 0)),
        ({"sort": "duration", "phase": "succeeded"}, (4, 0)),
        ({"sort": "engine", "order": "asc", "limit": "1"}, (2,)),
    ],
)
def test_some_of_them(
    client: Client,
    runs: list[RunRecord],
    query: dict[str, str],
    wanted: tuple[int, ...],
) -> None:
    assert _ids(client.get("/runs", **query)) == _some(runs, *wanted)


@pytest.mark.parametrize("order", ["asc", "desc"])
@pytest.mark.parametrize(
    "sort",
    ["created", "started", "finished", "duration", "workflow", "engine", "phase"],
)
def test_page_by_page_all_come_once(
    client: Client, runs: list[RunRecord], sort: str, order: str
) -> None:
    whole = _ids(client.get("/runs", sort=sort, order=order))
    assert sorted(whole) == sorted(one.id for one in runs)
    seen: list[str] = []
    cursor = ""
    while True:
        page = client.get("/runs", sort=sort, order=order, limit=2, cursor=cursor)
        seen += _ids(page)
        if not (cursor := page["next"]):
            break
    assert seen == whole


def test_a_cursor_of_another_order(client: Client, runs: list[RunRecord]) -> None:
    assert runs
    cursor = client.get("/runs", sort="engine", limit=2)["next"]
    query = {"sort": "workflow", "cursor": cursor}
    answer = client.ask("GET", "/runs", query=query)
    assert answer.status == 409
    assert "is not where a page" in answer.json["message"]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("limit=0", "limit"),
        ("limit=1001", "limit"),
        ("limit=x", "limit"),
        ("limit=1e3", "limit"),
        ("limit=1&limit=2", "given 2 times"),
        ("phase=lost", "phase"),
        ("sort=id", "sort"),
        ("search=%ff", "UTF-8"),
    ],
)
def test_a_wrong_question(client: Client, query: str, said: str) -> None:
    answer = client.ask("GET", f"/runs?{query}")
    assert answer.status == 400
    assert said in answer.json["message"]
    assert "\n" not in answer.json["message"]


def test_what_is_not_known_is_passed_over(
    client: Client, runs: list[RunRecord]
) -> None:
    # JupyterLab's own client adds a number to every address
    assert len(client.ask("GET", "/runs?1700000000000").json["runs"]) == len(runs)
