"""The thread that runs the PipelineRuns of the stand-in."""

from __future__ import annotations

from pathlib import Path
from threading import Event, Thread

from couler_jupyter.testing.kube.cluster import Cluster
from couler_jupyter.testing.kube.tekton.pipeline_run import PipelineRun

_PAUSE = 0.01


class PlayingTekton:
    """Runs all PipelineRuns of a cluster, in a folder, until the `with` ends."""

    def __init__(self, cluster: Cluster, folder: Path) -> None:
        self._cluster = cluster
        self._folder = folder
        self._stop = Event()
        self._runs: dict[str, PipelineRun] = {}
        self._trouble: list[Exception] = []
        self._thread = Thread(target=self._run, daemon=True)

    def __enter__(self) -> PlayingTekton:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stop.set()
        self._thread.join()
        self._trouble += [one for run in self._runs.values() for one in run.trouble]
        if self._trouble:
            raise self._trouble[0]

    def _run(self) -> None:
        try:
            while not self._stop.wait(_PAUSE):
                self._look()
        except Exception as error:  # noqa: BLE001 (raised where the test ends)
            self._trouble.append(error)

    def _look(self) -> None:
        objects = self._cluster.objects
        for name, uid in objects.uids("pipelineruns").items():
            if uid not in self._runs:
                found = objects.get("pipelineruns", name)
                self._runs[uid] = PipelineRun(self._cluster, found, self._folder)
        for run in self._runs.values():
            run.step()
