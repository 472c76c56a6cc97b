"""A cluster that plays workflows, and runs on it, in one piece and in parts."""

from __future__ import annotations

import signal
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from couler_jupyter.engines.argo import Argo
from couler_jupyter.engines.argo.live.follower import follow
from couler_jupyter.errors import StoreFailed
from couler_jupyter.ir import Json, PartMode, Parts, Phase, Run, Workflow
from couler_jupyter.runs import RunStore
from couler_jupyter.testing.kube import Cluster
from couler_jupyter.testing.kube.operation import Played
from couler_jupyter.testing.kube.playing import Playing
from tests.engines.argo.live.bench import until


@dataclass
class Script:
    """What pods do: by the name of a task, what it is told, or what it gives by default.

    Attributes:
        ends: how pods of a task end; those not named print what they are given.
        given: the inputs of each pod that ran, by task.
    """

    ends: dict[str, Played] = field(default_factory=dict[str, Played])
    given: dict[str, list[dict[str, str]]] = field(
        default_factory=dict[str, "list[dict[str, str]]"]
    )

    def __call__(self, task: str, inputs: Mapping[str, str]) -> Played:
        self.given.setdefault(task, []).append(dict(inputs))
        if task in self.ends:
            return self.ends[task]
        return Played(result=inputs.get("x", task))


@dataclass(frozen=True)
class Here(Argo):
    """Argo whose followers are threads of this process, which start at once."""

    def _start_follower(self, run: Run) -> None:
        folder = self.store.folder(run.id)
        (folder / "follower.started").touch()
        Thread(target=followed, args=(self.store.root, run.id), daemon=True).start()


def followed(root: Path, run_id: str) -> None:
    """Follow a run to its end."""
    store = RunStore(root)
    with suppress(StoreFailed), store.hold(run_id):
        follow(store, run_id)
    store.close()


@dataclass
class Stage:
    """All that a test of runs in parts needs.

    Attributes:
        cluster: where they run.
        script: what their pods do.
        player: plays them.
        engine: starts them.
    """

    cluster: Cluster
    script: Script
    player: Playing
    engine: Argo

    @property
    def store(self) -> RunStore:
        """Where they are told."""
        return self.engine.store

    def children(self) -> dict[str, Any]:
        """Return the children by part."""
        return {
            one["metadata"]["labels"].get("couler-jupyter/part", ""): one
            for one in self.cluster.objects.list("workflows")[0]
        }

    def submit(self, workflow: Workflow, **options: Json) -> Run:
        """Start a run without a cache."""
        return self.engine.submit(workflow, options={"cache": "none", **options})

    def ended(self, workflow: Workflow, **options: Json) -> Run:
        """Run a workflow to its end."""
        run = self.submit(workflow, **options)
        self.wait(run)
        return run

    def wait(self, run: Run) -> None:
        """Wait for the end of a run and of its follower."""
        until(lambda: self.engine.status(run)[""].ended, 60)
        until(lambda: not self.store.held(run.id))

    def story(self, run: Run) -> dict[str, Any]:
        """Return how a run and its steps ended, and what they left."""
        phases = self.engine.status(run)
        outputs = self.engine.outputs(run)
        return {
            path: (phase, dict(outputs.get(path, {}))) for path, phase in phases.items()
        }


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    store, script = RunStore(tmp_path / "store"), Script()
    with Cluster() as cluster:
        monkeypatch.setenv("KUBECONFIG", str(cluster.kubeconfig(tmp_path)))
        with Playing(cluster, script) as player:
            engine = Here(run_store=store)
            yield Stage(cluster, script, player, engine)
            for one in store.runs():
                if not one.phase.ended:  # so that its follower ends, too
                    engine.delete(Run(engine.name, one.id))
            store.close()


@pytest.fixture
def own_signals() -> Iterator[None]:
    """Give back what a pod's first process takes over."""
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


def in_parts(
    workflow: Workflow,
    *members: str,
    mode: PartMode = PartMode.WINDOW,
    live: int = 8,
) -> Workflow:
    """Return a workflow in parts, each named by its steps with blanks between."""
    names = tuple(tuple(one.split()) for one in members)
    return replace(workflow, parts=Parts(members=names, mode=mode, live=live))


def phases(story: Mapping[str, tuple[Phase, Any]]) -> dict[str, Phase]:
    return {path: phase for path, (phase, _) in story.items()}
