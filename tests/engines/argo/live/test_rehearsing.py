"""Submissions that are gone through and not made, against a real server."""

from __future__ import annotations

from dataclasses import replace

import pytest

from couler_jupyter.engines.abilities import Paged, Rehearser, Rerunner
from couler_jupyter.engines.argo import Argo
from couler_jupyter.errors import SubmitFailed, Unsupported, UsageFailed
from couler_jupyter.ir import Constant, Foreign, Json, Step, Workflow
from couler_jupyter.runs import RunStore
from couler_jupyter.testing.kube import Cluster
from tests.engines.argo.live.bench import until


def rehearsed(argo: Argo, workflow: Workflow, **options: Json) -> tuple[str, ...]:
    return argo.rehearse(workflow, arguments={}, options=options)


def test_what_is_good_is_told_and_nothing_is_made(
    cluster: Cluster, store: RunStore, pair: Workflow
) -> None:
    lines = rehearsed(Argo(store), pair)
    assert lines[0].startswith("1 objects in ")
    assert "the lint finds no error" in lines[1]
    assert lines[-1].endswith("answers and lets you in")
    assert {how for how, _ in cluster.asked} == {"GET"}
    assert not cluster.objects.list("workflows")[0]
    assert not store.runs()


def test_what_submitting_would_raise_is_raised(
    cluster: Cluster, store: RunStore, pair: Workflow
) -> None:
    argo = Argo(store)
    with pytest.raises(UsageFailed, match="no option 'colour'"):
        rehearsed(argo, pair, colour="red")
    foreign = Step(
        name="x", template=Foreign(engine="tekton", kind="Task", body=Constant.of({}))
    )
    with pytest.raises(Unsupported, match="tekton"):
        rehearsed(argo, replace(pair, steps=(foreign,)))
    cluster.fail(status=403, message="workflows is forbidden")
    with pytest.raises(SubmitFailed, match="forbidden"):
        rehearsed(argo, pair)


def test_options_are_told_of(store: RunStore) -> None:
    found = {one.name: one for one in Argo(store).choices()}
    assert found["namespace"].help.startswith("where it runs; empty for that of the")
    assert found["logs"].default is True
    assert found["image"].default == "python:3.12-slim"
    assert not {"token_from", "compile", "run_store"} & found.keys()


def test_options_change_what_is_compiled(store: RunStore, pair: Workflow) -> None:
    made = Argo(store).configured({"version": "3.6", "namespace": "ml"})
    assert isinstance(made, Argo)
    assert made.version == "3.6"
    with pytest.raises(UsageFailed, match="option logs is 3"):
        made.configured({"logs": 3})


def test_a_run_by_an_argo_server_has_a_page(
    cluster: Cluster, store: RunStore, pair: Workflow
) -> None:
    argo = Argo(store)
    run = argo.submit(pair, options={"server": cluster.url, "namespace": "a b"})
    name = cluster.workflow()["metadata"]["name"]
    assert argo.page(run) == f"{cluster.url}/workflows/a%20b/{name}"
    cluster.tell(phase="Succeeded")
    until(lambda: store.phase(run.id).ended)


def test_a_run_without_one_has_none(
    cluster: Cluster, store: RunStore, pair: Workflow
) -> None:
    argo = Argo(store)
    run = argo.submit(pair)
    assert argo.page(run) == ""
    cluster.tell(phase="Succeeded")
    until(lambda: store.phase(run.id).ended)


def test_it_can_what_it_says(store: RunStore) -> None:
    argo = Argo(store)
    assert isinstance(argo, Rehearser)
    assert isinstance(argo, Paged)
    assert isinstance(argo, Rerunner)
