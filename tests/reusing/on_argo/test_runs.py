"""Runs on Argo begin with what is kept, and leave behind what later runs begin with."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace

import pytest

from couler_jupyter.errors import SubmitFailed
from couler_jupyter.ir import (
    Constant,
    Container,
    Ended,
    ExitHandler,
    Items,
    Map,
    Outcome,
    Phase,
    RunField,
    RunRef,
    Step,
    Workflow,
)
from couler_jupyter.reusing import load_config, open_store
from couler_jupyter.reusing.why import why_lines
from couler_jupyter.session import Session
from tests.engines.argo.live.bench import until
from tests.reusing.on_argo.flows import LEFT, SOURCE, pickling, printing, sums
from tests.reusing.on_cluster import OnCluster, Values, python_value


def test_a_second_run_asks_nothing_of_the_cluster(argo: OnCluster) -> None:
    first = argo.run(sums(), LEFT)
    assert argo.phases(first) == dict.fromkeys(
        ("load", "double", "show"), Phase.SUCCEEDED
    )
    again = argo.run(sums(), {})
    assert len(argo.manifests) == 1
    assert argo.engine.status(again)[""] is Phase.SUCCEEDED
    assert argo.phases(again) == dict.fromkeys(("load", "double", "show"), Phase.CACHED)
    assert argo.engine.outputs(again)["double"] == {"result": 4}
    assert argo.store.steps(again.id)["show"].message == f"reused from run {first.id}"
    with pytest.raises(SubmitFailed, match="nothing to run again"):
        argo.engine.retry(again)
    argo.engine.delete(again)


def test_what_was_edited_is_run_with_what_is_kept(argo: OnCluster) -> None:
    argo.run(sums(), LEFT)
    edited = argo.run(sums("echo now $0"), {"show": {"result": "now 4"}})
    assert argo.ran() == ["show"]
    (given,) = argo.task("show")["arguments"]["parameters"]
    assert given["value"] == "4"
    assert argo.phases(edited) == {
        "load": Phase.CACHED,
        "double": Phase.CACHED,
        "show": Phase.SUCCEEDED,
    }
    last = argo.run(sums("echo now $0"), {})
    assert set(argo.phases(last).values()) == {Phase.CACHED}


def test_a_failed_run_goes_on_where_it_stopped(argo: OnCluster) -> None:
    argo.run(
        sums(),
        {k: v for k, v in LEFT.items() if k != "show"},
        phases={"show": "Failed"},
    )
    second = argo.run(sums(), LEFT)
    assert argo.ran() == ["show"]
    assert argo.engine.status(second)[""] is Phase.SUCCEEDED


def test_nothing_is_reused_where_that_is_asked(argo: OnCluster) -> None:
    argo.run(sums(), LEFT)
    argo.run(sums(), LEFT, cache="none")
    assert argo.ran() == ["double", "load", "show"]
    argo.run(sums(), LEFT, refresh=["double"])
    assert argo.ran() == ["double", "show"]  # what it reads is not known before


def test_exit_handlers_run_though_nothing_else_does(argo: OnCluster) -> None:
    tell = Container(image="busybox", command=("echo", RunRef(RunField.STATUS)))
    handled = replace(
        sums(), exit_handlers=(ExitHandler(step=Step(name="tell", template=tell)),)
    )
    argo.run(handled, LEFT)
    again = argo.run(handled, {})
    assert argo.ran() == ["tell"]
    assert argo.phases(again) == {
        **dict.fromkeys(("load", "double", "show"), Phase.CACHED),
        "tell": Phase.SUCCEEDED,
    }


def test_items_are_reused_together(argo: OnCluster) -> None:
    each = replace(
        printing("each", "echo $0"),
        loop=Map(over=Items((Constant("1"), Constant("2")))),
    )
    flow = Workflow(name="items", steps=(each, printing("show", "echo $0", "each")))
    argo.run(flow, {"run": {"result": "5"}, "show": {"result": "x"}})
    edited = replace(flow, steps=(each, printing("show", "wc $0", "each")))
    run = argo.run(edited, {"show": {"result": "y"}})
    assert argo.ran() == ["show"]
    (given,) = argo.task("show")["arguments"]["parameters"]
    assert json.loads(given["value"]) == [5, 5]
    assert argo.phases(run)["each[1]"] is Phase.CACHED


def test_what_happened_is_told(argo: OnCluster) -> None:
    first = argo.run(sums(), LEFT)
    argo.run(sums("echo now $0"), {"show": {"result": "now 4"}})
    with closing(open_store(load_config())) as store:
        lines = list(why_lines(store, "sums", "double", sums()["double"]))
        attempts = store.history.attempts(run=first.id)
    assert f"reused from run {first.id}" in lines[0]
    assert {one.path: one.cpu_seconds for one in attempts} == dict.fromkeys(LEFT, 7.0)
    assert {one.seconds for one in attempts} == {20.0}
    assert {one.engine for one in attempts} == {"argo"}


def test_a_session_begins_with_what_is_kept(argo: OnCluster) -> None:
    argo.run(sums(), LEFT)
    session = Session(root=argo.store.root)
    handle = session.submit(sums(), engine="argo")
    assert handle.phase is Phase.SUCCEEDED
    assert len(argo.cluster.objects.list("workflows")[0]) == 1
    plan = session.plan(sums("echo now $0"), engine="argo")
    assert {row.step: f"{row.fate}" for row in plan.rows} == {
        "load": "reused",
        "double": "reused",
        "show": "run",
    }


def test_what_is_reused_stays_so_while_the_rest_runs(argo: OnCluster) -> None:
    argo.run(sums(), LEFT)
    rescue = Step(
        name="rescue",
        template=Container(image="busybox", command=("true",)),
        after=(Ended("load", (Outcome.FAILED,)),),
    )
    edited = sums("echo now $0")
    edited = replace(edited, steps=(*edited.steps, rescue))
    run = argo.submit(edited)
    argo.begin(run)
    known = {"load": Phase.CACHED, "double": Phase.CACHED, "rescue": Phase.OMITTED}
    assert argo.phases(run) == {**known, "show": Phase.RUNNING}
    argo.play({"show": {"result": "now 4"}})
    until(lambda: argo.engine.status(run)[""].ended)
    assert argo.phases(run) == {**known, "show": Phase.SUCCEEDED}


def test_a_step_that_reads_back_is_told_when_it_fails(argo: OnCluster) -> None:
    stub = json.dumps({"couler-value": "Point"})
    made = {"result": Values(stub, python_value(b"pickle", SOURCE))}
    argo.run(pickling(), {"make": made, "use": {"result": Values("3", None)}})
    run = argo.submit(pickling("return -point.x"))
    argo.begin(run)
    assert argo.phases(run)["make"] is Phase.CACHED
    argo.play({}, {"make": "Failed", "use": "Omitted"})
    until(lambda: argo.engine.status(run)[""].ended)
    assert argo.phases(run) == {"make": Phase.FAILED, "use": Phase.OMITTED}
