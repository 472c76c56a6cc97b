"""All children as if they were one Workflow, for whoever follows or shows the run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from couler_jupyter.engines.argo.live.door import LogPlace
from couler_jupyter.engines.argo.live.objects import name_of
from couler_jupyter.engines.argo.live.parts.events import Finish, Shutdown
from couler_jupyter.engines.argo.live.parts.reading import Version
from couler_jupyter.engines.argo.live.pod_name import pod_name
from couler_jupyter.engines.argo.live.surgery import is_over
from couler_jupyter.ir import Json

_RUNNING = "Running"


@dataclass(frozen=True, slots=True)
class Whole:
    """The children of one run as they stand now.

    Attributes:
        name: of the run.
        versions: of the children that there are, in their order.
    """

    name: str
    versions: tuple[Version, ...]

    def workflow(
        self,
        finish: Finish | None = None,
        *,
        shutdown: Shutdown = Shutdown.NO,
        message: str = "",
    ) -> Json:
        """Return them as one object, with the states of all nodes in it.

        Args:
            finish: how the run ended; None if it has not.
            shutdown: how somebody asked for its end.
            message: what is to be said of the run meanwhile.
        """
        objects = [one.found for one in self.versions]
        metadata = objects[0]["metadata"] if objects else {}
        notes = {
            key: metadata[key] for key in ("annotations", "labels") if metadata.get(key)
        }
        live = [one.get("spec") or {} for one in objects if not is_over(one)]
        spec: Json = {}
        if shutdown and (finish is None or finish.cancelled):
            spec["shutdown"] = shutdown.value
        if finish is None and live and all(one.get("suspend") for one in live):
            spec["suspend"] = True
        return {
            "metadata": {"name": self.name, **notes},
            "spec": spec,
            "status": self._status(objects, finish, message),
        }

    def place(self, place: LogPlace) -> tuple[str, LogPlace]:
        """Return whose log it is, and where it is there."""
        for one in self.versions:
            if place.node in one.own:
                pod = pod_name(one.found, one.own[place.node])
                return name_of(one.found), replace(place, pod=pod)
        return self.name, place

    def child_of(self, node: str) -> str:
        """Return the name of the child that a node is in; empty if there is none."""
        return next(
            (name_of(one.found) for one in self.versions if node in one.own), ""
        )

    def _status(
        self, objects: Iterable[Json], finish: Finish | None, message: str
    ) -> Json:
        every = [one.get("status") or {} for one in objects]
        made: Json = {
            "phase": _RUNNING if finish is None else finish.phase,
            "message": message if finish is None else finish.message,
            "nodes": self._nodes(),
        }
        started = [one["startedAt"] for one in every if one.get("startedAt")]
        finished = [one["finishedAt"] for one in every if one.get("finishedAt")]
        if not started and finish is None:
            made["phase"] = "Pending"
        if started:
            made["startedAt"] = min(started)
        if finish is not None and finished:
            made["finishedAt"] = max(finished)
        for one in every:
            if "artifactRepositoryRef" in one:
                made["artifactRepositoryRef"] = one["artifactRepositoryRef"]
                break
        return made

    def _nodes(self) -> Mapping[str, Json]:
        return {key: node for one in self.versions for key, node in one.nodes.items()}
