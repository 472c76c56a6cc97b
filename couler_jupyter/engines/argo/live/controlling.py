"""What can be asked of a run on Argo while it goes on, and of the cluster itself."""

from __future__ import annotations

import json
from abc import abstractmethod
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar

from couler_jupyter.engines.argo.live.objects import RUN_LABEL
from couler_jupyter.engines.argo.live.options import LiveOptions
from couler_jupyter.engines.argo.live.standing import run_standing
from couler_jupyter.engines.argo.live.starting import rest_of
from couler_jupyter.engines.argo.live.suspended import node_of, texts_for
from couler_jupyter.engines.following.attending import Attending
from couler_jupyter.engines.following.remote import RemoteRun, has_remote, remote_of
from couler_jupyter.engines.remote import RemoteEntry
from couler_jupyter.errors import SubmitFailed, UnknownName, UsageFailed
from couler_jupyter.ir import Json, Phase, Run

if TYPE_CHECKING:
    from couler_jupyter.engines.argo.live.door import Door

_NOTHING: Mapping[str, Json] = MappingProxyType({})


class Controlling(Attending):
    """The control of runs; a part of the engine."""

    follower: ClassVar[str] = "couler_jupyter.engines.argo.live.follower"

    @abstractmethod
    def _configured(self, given: Mapping[str, Json]) -> tuple[LiveOptions, Controlling]:
        """Return the options of a run, and this engine with what else they say."""

    def cancel(self, run: Run) -> None:
        """Ask for the run to be stopped; asked twice, its exit handlers are, too."""
        door, remote = self._reach_live(run)
        found = door.get(remote.name, whole=False)
        if found is not None and (found.get("spec") or {}).get("shutdown"):
            door.terminate(remote.name)
        else:
            door.stop(remote.name)
        self.attend(run)

    def stop(self, run: Run) -> None:
        """Start nothing more and end what runs; exit handlers still run."""
        door, remote = self._reach_live(run)
        door.stop(remote.name)

    def terminate(self, run: Run) -> None:
        """End the run at once, without its exit handlers."""
        door, remote = self._reach_live(run)
        door.terminate(remote.name)

    def suspend(self, run: Run) -> None:
        """Start nothing more until the run is resumed."""
        door, remote = self._reach_live(run)
        door.suspend(remote.name)

    def resume_all(self, run: Run) -> None:
        """Let the run go on, and every suspended step in it."""
        door, remote = self._reach_live(run)
        door.resume(remote.name)

    def resume(self, run: Run, step: str, outputs: Mapping[str, Json]) -> None:
        """Let a suspended step go on, with what the person gave as its outputs.

        Raises:
            UnknownName: the run has no such step.
            UsageFailed: it is not suspended, or the outputs are not those it asks for.
        """
        steps = self.store.steps(run.id)
        if step not in steps:
            raise UnknownName("step of the run", step, steps)
        if steps[step].phase is not Phase.SUSPENDED:
            raise UsageFailed(f"step {step!r} is not suspended: {steps[step].phase}")
        workflow = rest_of(self.store, run.id)
        door, remote = self._reach_live(run)
        found = door.get(remote.name)
        if found is None:
            raise SubmitFailed(f"workflow {remote.name} is not there any more")
        node, place = node_of(workflow, found, door.hydrate(found), step)
        door.resume_node(remote.name, node, texts_for(place, step, outputs))

    def delete(self, run: Run) -> None:
        """Delete the Workflow on the cluster; what is known of the run here stays."""
        if not has_remote(self.store, run.id):  # nothing of it had to be run
            return
        door, remote = self._reach(run)
        door.delete(remote.name)
        self._wait_for_follower(run)

    def listed(
        self, options: Mapping[str, Json] = _NOTHING, *, limit: int = 20
    ) -> tuple[RemoteEntry, ...]:
        """Return the latest Workflows in a namespace, those of others too."""
        from couler_jupyter.engines.argo.live.opening import open_door

        door = open_door(self._configured(options)[0])
        return tuple(_entry(one) for one in door.list(limit=limit))

    def _reach(self, run: Run) -> tuple[Door, RemoteRun]:
        from couler_jupyter.engines.argo.live.opening import open_door
        from couler_jupyter.engines.argo.live.parts.starting import as_one

        remote = remote_of(self.store, run.id)
        options = LiveOptions.of(json.loads(self.store.get(run.id).options))
        door = open_door(options, namespace=remote.namespace)
        return as_one(door, self.store, run.id, remote, options), remote

    def _reach_live(self, run: Run) -> tuple[Door, RemoteRun]:
        phase = self.store.phase(run.id)
        if phase.ended:
            raise SubmitFailed(f"run {run.id} has ended: {phase}")
        return self._reach(run)


def _entry(found: Json) -> RemoteEntry:
    metadata = found["metadata"]
    standing = run_standing(found)
    return RemoteEntry(
        name=metadata["name"],
        phase=standing.phase,
        created=metadata.get("creationTimestamp") or "",
        message=standing.message,
        run=(metadata.get("labels") or {}).get(RUN_LABEL, ""),
    )
