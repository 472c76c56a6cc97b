"""A cluster that runs Tekton's tasks as processes, and an engine that looks at it from here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

import pytest

from couler_jupyter.engines.tekton import Tekton
from couler_jupyter.engines.tekton.live.follower import follow
from couler_jupyter.errors import StoreFailed
from couler_jupyter.ir import Run
from couler_jupyter.runs import RunStore
from couler_jupyter.testing.kube import Cluster
from couler_jupyter.testing.kube.tekton import PlayingTekton


@dataclass(frozen=True)
class Near(Tekton):
    """Tekton, whose runs a thread of this process follows: a process costs a second."""

    def _start_follower(self, run: Run) -> None:
        (self.store.folder(run.id) / "follower.started").touch()
        Thread(target=self._follow, args=(run,), daemon=True).start()

    def _follow(self, run: Run) -> None:
        store = RunStore(self.store.root)
        with suppress(StoreFailed), store.hold(run.id):  # another thread was faster
            follow(store, run.id)
        store.close()


@pytest.fixture
def cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    with Cluster() as made:
        config = made.kubeconfig(tmp_path, namespace="ml")
        monkeypatch.setenv("KUBECONFIG", str(config))
        yield made


@pytest.fixture
def tekton(cluster: Cluster, tmp_path: Path) -> Iterator[PlayingTekton]:
    with PlayingTekton(cluster, tmp_path / "tekton") as playing:
        yield playing


@pytest.fixture
def store(tmp_path: Path) -> Iterator[RunStore]:
    made = RunStore(tmp_path / "store")
    yield made
    made.close()


@pytest.fixture
def engine(cluster: Cluster, store: RunStore) -> Iterator[Near]:
    made = Near(store)
    yield made
    cluster.token = ""
    for one in store.runs(limit=-1):
        if not one.phase.ended:
            made.delete(Run(made.name, one.id))  # so that nobody follows it any more


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One cluster for all tests of a module; the folder of all that is known of it."""
    folder = tmp_path_factory.mktemp("shared")
    with Cluster() as made, PlayingTekton(made, folder / "tekton"):
        made.kubeconfig(folder, namespace="ml")
        yield folder


@pytest.fixture
def near(shared: Path, monkeypatch: pytest.MonkeyPatch) -> Near:
    """An engine that runs on it."""
    monkeypatch.setenv("KUBECONFIG", str(shared / "kubeconfig"))
    return Near(RunStore(shared / "store"))
