"""What can be asked of a run on Airflow while it goes on, and of Airflow itself."""

from __future__ import annotations

import json
from abc import abstractmethod
from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar
from urllib.parse import quote

from couler_jupyter.engines.airflow.live.book import ENDED
from couler_jupyter.engines.airflow.live.handed import (
    Handed,
    Marks,
    handed_of,
    run_here,
    was_handed,
)
from couler_jupyter.engines.airflow.live.opening import open_server
from couler_jupyter.engines.airflow.live.options import LiveOptions, server_of
from couler_jupyter.engines.airflow.live.server import AirflowServer
from couler_jupyter.engines.following.attending import Attending
from couler_jupyter.engines.remote import RemoteEntry
from couler_jupyter.errors import SubmitFailed
from couler_jupyter.ir import Json, Phase, Run

_NOTHING: Mapping[str, Json] = MappingProxyType({})
_STATES: Mapping[str, Phase] = MappingProxyType(
    {
        "queued": Phase.PENDING,
        "running": Phase.RUNNING,
        "success": Phase.SUCCEEDED,
        "failed": Phase.FAILED,
    }
)


class Controlling(Attending):
    """The control of runs; a part of the engine."""

    follower: ClassVar[str] = "couler_jupyter.engines.airflow.live.follower"

    @abstractmethod
    def chosen(self, given: Mapping[str, Json]) -> tuple[LiveOptions, Controlling]:
        """Return the options of a run, and this engine with what else they say."""

    def cancel(self, run: Run) -> None:
        """Ask for the run to be stopped; asked twice, its exit handlers are, too."""
        marks = self._live(run)
        if marks.cancelled:
            self.terminate(run)
        else:
            self.stop(run)
        self.attend(run)

    def stop(self, run: Run) -> None:
        """Start nothing more and end what runs; exit handlers still run."""
        marks = self._live(run)
        marks.cancel()
        if marks.triggered:
            server, handed = self._reach(run)
            server.fail_run(handed.dag, handed.run)

    def terminate(self, run: Run) -> None:
        """End the run at once, without its exit handlers."""
        self.stop(run)
        if not Marks.of(self.store, run.id).triggered:
            return
        server, handed = self._reach(run)
        for one in server.tasks(handed.dag, handed.run):
            if one["state"] not in ENDED:
                task = one["task_id"], one["map_index"]
                server.fail_task(handed.dag, handed.run, task)

    def suspend(self, run: Run) -> None:
        """Pause the run's DAG: nothing more of it starts until the run is resumed."""
        self._live(run)
        server, handed = self._reach(run)
        server.pause(handed.dag, True)

    def resume_all(self, run: Run) -> None:
        """Let the run's DAG go on."""
        self._live(run)
        server, handed = self._reach(run)
        server.pause(handed.dag, False)

    def delete(self, run: Run) -> None:
        """Delete the DAG run; its DAG, and what is known of the run here, stay."""
        if not Marks.of(self.store, run.id).triggered:
            return
        server, handed = self._reach(run)
        server.delete(handed.dag, handed.run)
        self._wait_for_follower(run)

    def listed(
        self, options: Mapping[str, Json] = _NOTHING, *, limit: int = 20
    ) -> tuple[RemoteEntry, ...]:
        """Return the latest DAG runs, those of others too."""
        server = open_server(self.chosen(options)[0])
        return tuple(_entry(one) for one in server.runs(limit=limit))

    def page(self, run: Run) -> str:
        """Return the URL of a run in Airflow's own interface; empty before it began."""
        if not was_handed(self.store, run.id):
            return ""
        options, _ = self.chosen(json.loads(self.store.get(run.id).options))
        handed = handed_of(self.store, run.id)
        dag, name = quote(handed.dag, safe=""), quote(handed.run, safe="")
        return f"{server_of(options)}/dags/{dag}/runs/{name}"

    def _live(self, run: Run) -> Marks:
        phase = self.store.phase(run.id)
        if phase.ended:
            raise SubmitFailed(f"run {run.id} has ended: {phase}")
        return Marks.of(self.store, run.id)

    def _reach(self, run: Run) -> tuple[AirflowServer, Handed]:
        options, _ = self.chosen(json.loads(self.store.get(run.id).options))
        return open_server(options), handed_of(self.store, run.id)


def _entry(found: Json) -> RemoteEntry:
    name = str(found["dag_run_id"])
    return RemoteEntry(
        name=f"{found['dag_id']} {name}",
        phase=_STATES.get(found["state"], Phase.RUNNING),
        created=str(found.get("run_after") or ""),
        message=str(found.get("note") or ""),
        run=run_here(name),
    )
