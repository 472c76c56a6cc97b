"""A run in parts that a Job drives, whether or not anybody here looks on."""

from __future__ import annotations

import base64
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from couler_jupyter.engines.argo.live.in_cluster.__main__ import main
from couler_jupyter.errors import UsageFailed
from couler_jupyter.ir import Phase, Run
from tests.engines.argo.live.bench import until
from tests.engines.argo.live.parts.conftest import Stage, in_parts
from tests.engines.argo.live.parts.test_control import RUNS, served
from tests.engines.argo.live.parts.test_killed import Unfollowed
from tests.engines.argo.live.parts.test_runs import BAD, chain, handled

pytestmark = pytest.mark.usefixtures("own_signals")

THERE: dict[str, Any] = {
    "cache": "none",
    "follower": "cluster",
    "follower_image": "registry.example/couler:1",
}


def note(stage: Stage, folder: Path, number: int = 1) -> str:
    """Write down what the Job of a run reads; return where."""
    found = stage.cluster.objects.list("configmaps")[0]
    (one,) = (a for a in found if a["metadata"]["name"].endswith(f"-{number}"))
    (text,) = one["binaryData"].values()
    path = folder / f"run-{number}.json.gz"
    path.write_bytes(base64.b64decode(text))
    return str(path)


def test_parts_go_on_when_nobody_here_looks(stage: Stage, tmp_path: Path) -> None:
    engine = Unfollowed(run_store=stage.store)
    run = engine.submit(in_parts(handled(), "a", "b", "c d", live=1), options=THERE)
    (job,) = stage.cluster.objects.list("jobs")[0]
    first = stage.children()["1"]["metadata"]
    assert [one["name"] for one in job["metadata"]["ownerReferences"]] == [
        first["name"]
    ]
    assert main([note(stage, tmp_path)]) == 0
    assert set(stage.children()) == {"0", "1", "2", "3"}
    ended = {one["status"]["phase"] for one in stage.children().values()}
    assert ended == {"Succeeded"}
    assert stage.store.phase(run.id) is Phase.PENDING  # nobody looked
    stage.wait(Run("argo", run.id))
    assert stage.engine.status(run)[""] is Phase.SUCCEEDED
    assert stage.engine.outputs(run)["bye"] == {"result": "succeeded"}


def test_two_who_drive_do_nothing_twice(stage: Stage, tmp_path: Path) -> None:
    run = stage.submit(in_parts(handled(), "a", "b", "c", "d", live=2), **THERE)
    assert main([note(stage, tmp_path)]) == 0
    stage.wait(run)
    assert stage.engine.status(run)[""] is Phase.SUCCEEDED
    assert set(Counter(stage.player.begun).values()) == {1}
    assert len(stage.cluster.objects.list("workflows")[0]) == 5


def test_a_run_that_is_run_again_gets_another_job(stage: Stage, tmp_path: Path) -> None:
    stage.script.ends["b"] = BAD
    run = stage.ended(in_parts(chain(), "a", "b", "c d"), **THERE)
    assert stage.engine.status(run)[""] is Phase.FAILED
    del stage.script.ends["b"]
    stage.engine.retry(run)
    assert main([note(stage, tmp_path, 2)]) == 0
    stage.wait(run)
    assert set(stage.engine.status(run).values()) == {Phase.SUCCEEDED}


def test_what_is_asked_of_the_run_reaches_the_job(stage: Stage, tmp_path: Path) -> None:
    stage.script.ends["a"] = RUNS
    engine = Unfollowed(run_store=stage.store)
    run = engine.submit(in_parts(handled(), "a", "b", "c d", live=1), options=THERE)
    until(lambda: any(one.endswith(".a") for one in stage.player.begun))
    engine.stop(run)
    assert main([note(stage, tmp_path)]) == 0
    assert set(stage.children()) == {"0", "1"}
    assert stage.children()["0"]["status"]["phase"] == "Succeeded"


def test_a_job_needs_an_image_and_the_cluster_itself(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = in_parts(chain(), "a", "b c", "d")
    with pytest.raises(UsageFailed, match="name an image"):
        stage.submit(parts, follower="cluster")
    with pytest.raises(UsageFailed, match="makes no Jobs"):
        stage.submit(parts, **THERE, **served(stage, monkeypatch))
    assert stage.children() == {}


def test_nothing_stays_where_the_job_is_refused(stage: Stage) -> None:
    stage.cluster.fail(method="POST", path="/jobs", status=403, message="no jobs")
    with pytest.raises(Exception, match="no jobs"):
        stage.submit(in_parts(chain(), "a", "b c", "d"), **THERE)
    assert stage.children() == {}
    assert stage.store.runs() == ()
