"""Runs page by page: none twice, none passed over, whatever comes and goes."""

from __future__ import annotations

import base64
import json
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from couler_jupyter.errors import UsageFailed
from couler_jupyter.ir import Phase, RunEvent
from couler_jupyter.runs import RunRecord, RunStore
from couler_jupyter.runs.listing import Listing, Order, page_of


def _made(store: RunStore, workflow: str, phase: Phase | None = None) -> RunRecord:
    run = store.create(workflow=workflow, engine="local", document="{}")
    if phase is not None:
        store.record(run.id, [RunEvent(step="", phase=phase, time=time.time())])
    return run


def _all(store: RunStore, listing: Listing, limit: int) -> list[str]:
    seen: list[str] = []
    after = ""
    while True:
        page = page_of(store, listing, limit=limit, after=after)
        assert len(page.runs) <= limit
        seen += [run.id for run in page.runs]
        if not (after := page.next):
            return seen


def test_runs_that_come_and_go_between_two_pages(store: RunStore) -> None:
    runs = [_made(store, "w", Phase.SUCCEEDED).id for _ in range(6)]
    first = page_of(store, Listing(), limit=2)
    store.delete(first.runs[-1].id)
    _made(store, "w")
    second = page_of(store, Listing(), limit=10, after=first.next)
    assert [run.id for run in second.runs] == runs[3::-1]


def test_only_those_that_are_still_driven_are_live(store: RunStore) -> None:
    left = _made(store, "w", Phase.RUNNING)
    held = _made(store, "w", Phase.RUNNING)
    with store.hold(left.id):
        pass
    listing = Listing(phases=(Phase.RUNNING,))
    with store.hold(held.id):
        page = page_of(store, listing, limit=5)
    assert [run.id for run in page.runs] == [held.id]
    assert page.total is None
    gone = page_of(store, Listing(phases=(Phase.INTERRUPTED,)), limit=5)
    assert {run.id for run in gone.runs} == {left.id, held.id}


def test_a_page_is_full_though_many_are_passed_over(store: RunStore) -> None:
    wanted = []
    for number in range(450):
        run = _made(store, "w", Phase.RUNNING)
        if number % 150 == 0:
            wanted.append(run.id)
            continue
        with store.hold(run.id):
            pass
    listing = Listing(phases=(Phase.RUNNING,))
    page = page_of(store, listing, limit=2)
    assert [run.id for run in page.runs] == wanted[:0:-1]
    rest = page_of(store, listing, limit=2, after=page.next)
    assert [run.id for run in rest.runs] == wanted[:1]


def test_arguments_are_left_out(store: RunStore) -> None:
    store.create(workflow="w", engine="e", document="{}", arguments='{"a": 1}')
    (run,) = page_of(store, Listing(), limit=1).runs
    assert (run.arguments, run.options, run.document) == ("{}", "{}", "")


def test_steps_are_counted(store: RunStore) -> None:
    run = _made(store, "w", Phase.RUNNING)
    events = [
        RunEvent(step=f"a[{n}]", phase=phase, time=1.0, attempt=1)
        for n, phase in enumerate([Phase.FAILED, Phase.SUCCEEDED, Phase.FAILED])
    ]
    store.record(run.id, events)
    page = page_of(store, Listing(), limit=1)
    assert page.steps == {run.id: {Phase.FAILED: 2, Phase.SUCCEEDED: 1}}


@pytest.mark.parametrize(
    "told",
    [
        ["created", 1],
        ["created", True, 1],
        ["created", 1, 1, 1],
        ["created", None, 1],
        ["created", 1 << 70, 1],
        ["created", 1, 1 << 70],
        ["created", "\ud800", 1],
        ["workflow", "a", 1],
        {"order": "created"},
        "created",
    ],
)
def test_what_is_no_beginning_of_a_page(store: RunStore, told: object) -> None:
    mark = base64.urlsafe_b64encode(json.dumps(told).encode()).decode().rstrip("=")
    with pytest.raises(UsageFailed, match="is not where a page"):
        page_of(store, Listing(), limit=1, after=mark)


@pytest.mark.parametrize("mark", ["x", "é", "=", "AAAA", "W" * 2000, "MWU5OTk"])
def test_what_is_no_mark_at_all(store: RunStore, mark: str) -> None:
    with pytest.raises(UsageFailed, match="is not where a page"):
        page_of(store, Listing(), limit=1, after=mark)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    names=st.lists(st.text(max_size=3), max_size=8),
    order=st.sampled_from(list(Order)),
    ascending=st.booleans(),
    limit=st.integers(1, 4),
)
def test_any_runs_in_any_order_come_once(
    store: RunStore, names: list[str], order: Order, ascending: bool, limit: int
) -> None:
    for name in names:
        _made(store, name)
    listing = Listing(order=order, ascending=ascending)
    whole = [run.id for run in page_of(store, listing, limit=10_000).runs]
    assert len(whole) == len(store.runs(limit=-1))
    assert _all(store, listing, limit) == whole
