"""Runs that go on elsewhere: followed when they are looked at, asked there for things."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from couler_jupyter.engines.argo import Argo
from couler_jupyter.errors import SubmitFailed
from couler_jupyter.ir import Container, Json, Run, Step, Workflow
from couler_jupyter.runs import RunStore
from couler_jupyter.server import asking, looking
from couler_jupyter.server.desk import Desk
from couler_jupyter.server.route import Given
from couler_jupyter.testing.kube import Cluster
from tests.engines.argo.live.bench import until
from tests.engines.argo.live.followers import end_followers


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    with Cluster() as made:
        yield made


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(root=tmp_path / "store", folder=tmp_path)
    yield made
    made.store.close()
    left = RunStore(tmp_path / "store")
    end_followers(left)
    left.close()


@pytest.fixture
def run(desk: Desk, cluster: Cluster) -> Run:
    template = Container(image="busybox", command=("true",))
    workflow = Workflow(name="far", steps=(Step(name="load", template=template),))
    return Argo(desk.store).submit(workflow, options={"server": cluster.url})


def _given(run_id: str, key: str = "12345678") -> Given:
    return Given({"run": run_id, "Idempotency-Key": key})


def _listed(desk: Desk) -> list[Any]:
    values: dict[str, Json] = {"phase": [], "limit": 10, "sort": "created"}
    values |= dict.fromkeys(("workflow", "engine", "search", "cursor"), "")
    values |= {"order": "desc"}
    return list(looking.list_runs(desk, Given(values))["runs"])


def test_a_run_that_nobody_follows_is_followed_again(
    desk: Desk, cluster: Cluster, run: Run
) -> None:
    until(lambda: desk.store.held(run.id))
    end_followers(desk.store)
    until(lambda: not desk.store.held(run.id))
    (desk.store.folder(run.id) / "follower.started").unlink()
    (entry,) = _listed(desk)
    assert (entry["remote"], entry["live"]) == (True, True)
    until(lambda: desk.store.held(run.id))


def test_cancelled_there(desk: Desk, cluster: Cluster, run: Run) -> None:
    assert asking.cancel(desk, _given(run.id))["done"] == "cancel"
    assert cluster.workflow()["spec"]["shutdown"] == "Stop"
    asking.cancel(desk, _given(run.id, "another-click"))
    assert cluster.workflow()["spec"]["shutdown"] == "Stop"  # and not Terminate


def test_run_anew_there(desk: Desk, cluster: Cluster, run: Run) -> None:
    again = asking.rerun(desk, _given(run.id))["run_id"]
    assert again != run.id
    assert len(cluster.objects.list("workflows")[0]) == 2
    assert {one["run_id"] for one in _listed(desk)} == {run.id, again}


def test_deleted_there(desk: Desk, cluster: Cluster, run: Run) -> None:
    with pytest.raises(SubmitFailed, match="cancel it first"):
        asking.delete(desk, _given(run.id))
    cluster.tell(phase="Succeeded")
    until(lambda: not _listed(desk)[0]["live"])
    asking.delete(desk, _given(run.id))
    assert not cluster.objects.list("workflows")[0]
    assert not _listed(desk)
