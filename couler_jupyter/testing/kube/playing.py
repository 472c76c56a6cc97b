"""A controller for the stand-in: it runs no pods, but all else as Argo's does."""

from __future__ import annotations

import json
from threading import Event, Thread

from couler_jupyter.testing.kube.cluster import Cluster
from couler_jupyter.testing.kube.objects import Refusal
from couler_jupyter.testing.kube.operation import BAD, Operation, Play

_PAUSE = 0.01


class Playing:
    """Plays all Workflows of a cluster until the `with` ends.

    Attributes:
        begun: names of the nodes of pods that were started, in their order.
    """

    def __init__(self, cluster: Cluster, play: Play) -> None:
        self.begun: list[str] = []
        self._cluster = cluster
        self._play = play
        self._stop = Event()
        self._trouble: list[Exception] = []
        self._thread = Thread(target=self._run, daemon=True)

    def __enter__(self) -> Playing:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stop.set()
        self._thread.join()
        if self._trouble:
            raise self._trouble[0]

    def _run(self) -> None:
        try:
            while not self._stop.wait(_PAUSE):
                self.step()
        except Exception as error:  # noqa: BLE001 (raised where the test ends)
            self._trouble.append(error)

    def step(self) -> None:
        """Look at every Workflow once."""
        for found in self._cluster.objects.list("workflows")[0]:
            status = found.get("status") or {}
            if status.get("phase") in BAD or status.get("phase") == "Succeeded":
                continue
            before = json.dumps(found, sort_keys=True)
            Operation(found, self._play, self.begun).run()
            if json.dumps(found, sort_keys=True) != before:
                try:
                    self._cluster.objects.replace("workflows", found)
                except Refusal:  # somebody else was faster: look again
                    continue
