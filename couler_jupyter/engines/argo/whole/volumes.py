"""The volumes of a manifest: those of all workflows in it, each under its own name.

A volume of a sub-workflow stands with those of the outermost one. Two that are equal
are one, as they are for a run on one machine; others of the same name get another.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from couler_jupyter.engines.argo.names import Taken, label
from couler_jupyter.engines.argo.scripts.running import MADE
from couler_jupyter.engines.argo.templates import Fields, said
from couler_jupyter.engines.argo.templates.home import VOLUME
from couler_jupyter.ir import (
    Claim,
    ConfigFiles,
    EmptyDir,
    HostPath,
    Labels,
    NewClaim,
    RawVolume,
    SecretFiles,
    SubWorkflow,
    Volume,
    VolumeSource,
    Workflow,
    bytes_text,
)


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
                claims.append(_new_claim(name, volume.source))
            else:
                made.append({"name": name, **_source(volume.source)})
        return said(volumes=made, volumeClaimTemplates=claims)


def _all_volumes(workflow: Workflow) -> Iterator[Volume]:
    yield from workflow.volumes
    for step in (*workflow.steps, *(one.step for one in workflow.exit_handlers)):
        if isinstance(step.template, SubWorkflow):
            yield from _all_volumes(step.template.workflow)


def _source(source: VolumeSource) -> Fields:
    match source:
        case EmptyDir(size=size, in_memory=in_memory):
            limit = "" if size is None else bytes_text(size)
            medium = "Memory" if in_memory else ""
            return {"emptyDir": said(medium=medium, sizeLimit=limit)}
        case HostPath(path=path, type=kind):
            return {"hostPath": {"path": path, **said(type=kind)}}
        case Claim(name=name, read_only=read_only):
            claim = {"claimName": name, **said(readOnly=read_only)}
            return {"persistentVolumeClaim": claim}
        case SecretFiles(secret=secret):
            return {"secret": {"secretName": secret, **_files(source)}}
        case ConfigFiles(config_map=config_map):
            return {"configMap": {"name": config_map, **_files(source)}}
        case RawVolume(source=body):
            return dict(body.value)
        case NewClaim():
            raise AssertionError("a claim that is made for the run is a template")
        case _ as never:
            assert_never(never)


def _files(source: SecretFiles | ConfigFiles) -> Fields:
    return said(
        items=_items(source.items), defaultMode=source.mode, optional=source.optional
    )


def _items(items: Labels) -> list[Fields]:
    return [{"key": key, "path": path} for key, path in items]


def _new_claim(name: str, claim: NewClaim) -> Fields:
    return {
        "metadata": {"name": name},
        "spec": {
            "accessModes": list(claim.access_modes),
            **said(storageClassName=claim.storage_class),
            "resources": {"requests": {"storage": bytes_text(claim.size)}},
        },
    }
