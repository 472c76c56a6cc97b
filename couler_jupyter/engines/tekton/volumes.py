"""The volumes of a workflow: those of each task's pod, and claims made for the run."""

from __future__ import annotations

from dataclasses import dataclass, field

from couler_jupyter.engines.kube.fields import Fields, said
from couler_jupyter.engines.kube.names import label
from couler_jupyter.engines.kube.volumes import claim_spec, volume_source
from couler_jupyter.engines.tekton.drafts import FILES, Draft
from couler_jupyter.engines.tekton.names import Names
from couler_jupyter.engines.tekton.places import VOLUME
from couler_jupyter.engines.tekton.texts import Unsayable
from couler_jupyter.ir import (
    Boxed,
    Mount,
    NewClaim,
    Pod,
    RawVolume,
    Volume,
    Workflow,
    bytes_text,
)


@dataclass(slots=True)
class VolumeNames:
    """What the volumes of a workflow are called."""

    workflow: Workflow
    _names: dict[str, str] = field(default_factory=dict[str, str])

    def __post_init__(self) -> None:
        """Name all volumes."""
        names = Names()
        names.take(VOLUME)
        names.take(FILES)
        for volume in self.workflow.volumes:
            self._names[volume.name] = names.take(label(volume.name))

    def of_task(self, draft: Draft, template: Boxed, pod: Pod) -> dict[str, str]:
        """Add the volumes that a task mounts to it; return how mounts name them.

        A claim that is made for the run is a workspace, whose volume has a name that
        only the run knows.
        """
        mounted = {mount.volume for mount in _mounts(template, pod)}
        found: dict[str, str] = {}
        for volume in self.workflow.volumes:
            if volume.name not in mounted:
                continue
            name = self._names[volume.name]
            if isinstance(volume.source, NewClaim):
                draft.claims[name] = {"name": name}
                found[volume.name] = f"$(workspaces.{name}.volume)"
            elif _is_none(volume):
                raise Unsayable(
                    f"volume {volume.name!r} has no source that is an object"
                )
            else:
                draft.volumes[name] = {"name": name, **volume_source(volume.source)}
                found[volume.name] = name
        return found

    def claims(self) -> list[Fields]:
        """Return the workspaces of a run that are made for it."""
        return [
            {"name": self._names[one.name], "volumeClaimTemplate": claim_spec(source)}
            for one in self.workflow.volumes
            if isinstance(source := one.source, NewClaim)
        ]


def files_claim(size: int, storage_class: str, mode: str) -> Fields:
    """Return the workspace that files pass through from task to task."""
    spec: Fields = {
        "accessModes": [mode],
        **said(storageClassName=storage_class),
        "resources": {"requests": {"storage": bytes_text(size)}},
    }
    return {"name": FILES, "volumeClaimTemplate": {"spec": spec}}


def check_claims(draft: Draft) -> None:
    """Reject a task that would need two volumes of its run.

    Raises:
        Unsayable: the controller refuses such a task, since they may lie on two nodes.
    """
    if len(draft.workspaces) > 1:
        some = " and ".join(draft.workspaces)
        raise Unsayable(
            f"its task needs {some}, and Tekton gives a task one volume of its run; "
            "mount a claim that exists"
        )


def _is_none(volume: Volume) -> bool:
    source = volume.source
    return isinstance(source, RawVolume) and not isinstance(source.source.value, dict)


def _mounts(template: Boxed, pod: Pod) -> list[Mount]:
    beside = (
        *(template.pod.init or pod.init),
        *(template.pod.sidecars or pod.sidecars),
    )
    return [*template.mounts, *(one for other in beside for one in other.mounts)]
