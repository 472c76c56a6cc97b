"""The volumes of a manifest: those of all workflows in it, each under its own name.

A volume of a sub-workflow stands with those of the outermost one. Two that are equal
are one, as they are for a run on one machine; others of the same name get another.
"""

from __future__ import annotations

from collections.abc import Iterator

from couler_jupyter.engines.argo.names import Taken, label
from couler_jupyter.engines.argo.scripts.running import MADE
from couler_jupyter.engines.argo.templates import Fields, said
from couler_jupyter.engines.argo.templates.home import VOLUME
from couler_jupyter.engines.kube.volumes import claim_spec, volume_source
from couler_jupyter.ir import NewClaim, SubWorkflow, Volume, Workflow


class VolumeNames:
    """What the volumes of a workflow, and of those inside it, are called."""

    def __init__(self, workflow: Workflow) -> None:
        """Name all volumes, the outermost first."""
        self._names: dict[Volume, str] = {}
        taken = Taken()
        taken.take(VOLUME)
        taken.take(MADE)
        for volume in _all_volumes(workflow):
            if volume not in self._names:
                self._names[volume] = taken.take(label(volume.name))

    def of(self, workflow: Workflow) -> dict[str, str]:
        """Return the names that mounts of a workflow's steps have to use."""
        return {one.name: self._names[one] for one in workflow.volumes}

    def fields(self) -> Fields:
        """Return `volumes` and `volumeClaimTemplates` of the manifest's spec."""
        made: list[Fields] = []
        claims: list[Fields] = []
        for volume, name in self._names.items():
            if isinstance(volume.source, NewClaim):
                claims.append({"metadata": {"name": name}, **claim_spec(volume.source)})
            else:
                made.append({"name": name, **volume_source(volume.source)})
        return said(volumes=made, volumeClaimTemplates=claims)


def _all_volumes(workflow: Workflow) -> Iterator[Volume]:
    yield from workflow.volumes
    for step in (*workflow.steps, *(one.step for one in workflow.exit_handlers)):
        if isinstance(step.template, SubWorkflow):
            yield from _all_volumes(step.template.workflow)
