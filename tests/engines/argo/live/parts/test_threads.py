"""A process in which runs ended is as it was before: no thread listens on."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from couler_jupyter.ir import PartMode, Phase
from couler_jupyter.runs import RunStore
from couler_jupyter.testing.kube import Cluster
from couler_jupyter.testing.kube.playing import Playing
from tests.engines.argo.live.bench import until
from tests.engines.argo.live.parts.conftest import Here, Script, Stage, in_parts
from tests.engines.argo.live.parts.test_runs import handled

RUNS = 4


def test_runs_leave_no_threads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = set(threading.enumerate())
    store, script = RunStore(tmp_path / "store"), Script()
    with Cluster() as cluster, Playing(cluster, script) as player:
        monkeypatch.setenv("KUBECONFIG", str(cluster.kubeconfig(tmp_path)))
        stage = Stage(cluster, script, player, Here(run_store=store))
        for mode in [PartMode.WINDOW, PartMode.BARRIER] * RUNS:
            run = stage.ended(in_parts(handled(), "a", "b", "c d", mode=mode, live=2))
            assert stage.engine.status(run)[""] is Phase.SUCCEEDED
        for _ in range(RUNS):
            stage.ended(handled())
        until(lambda: not {"watch", "logs"} & new_names(before))
    store.close()
    until(lambda: not new_names(before))


def new_names(before: set[threading.Thread]) -> set[str]:
    """Return the first word of the names of threads that there were not before."""
    return {one.name.split()[0] for one in {*threading.enumerate()} - before}
