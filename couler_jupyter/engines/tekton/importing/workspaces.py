"""Workspaces of a run as volumes of the workflow, and the volumes of tasks beside them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from couler_jupyter.engines.kube.quantity import quantity_of
from couler_jupyter.engines.kube.reading.fields import (
    NoWord,
    Object,
    flag_at,
    object_at,
    objects_at,
    only,
    text_at,
    texts_at,
)
from couler_jupyter.engines.kube.reading.volumes import read_volumes
from couler_jupyter.engines.kube.volumes import volume_source
from couler_jupyter.ir import (
    Constant,
    Mount,
    NewClaim,
    RawVolume,
    Volume,
    VolumeSource,
)

_DECLARED = frozenset({"name", "description", "mountPath", "readOnly", "optional"})
_GIVEN = frozenset({"name", "workspace", "subPath"})
_CLAIM = frozenset({"accessModes", "storageClassName", "resources"})
_KINDS = ("emptyDir", "persistentVolumeClaim", "secret", "configMap")


@dataclass(slots=True)
class Volumes:
    """The volumes of a workflow while its tasks are read; none has the name of another."""

    found: dict[str, VolumeSource] = field(default_factory=dict[str, VolumeSource])

    def take(self, name: str, source: VolumeSource) -> str:
        """Return what a volume is called in the workflow."""
        number, own = 1, name
        while self.found.get(own, source) != source:
            number += 1
            own = f"{name}-{number}"
        self.found[own] = source
        return own

    def all(self) -> Iterator[Volume]:
        """Yield them."""
        return (Volume(name=name, source=one) for name, one in self.found.items())


def bound(run: Object) -> dict[str, Object]:
    """Return what a run gives for each workspace of its pipeline."""
    return {text_at(one, "name"): one for one in objects_at(run, "workspaces")}


def source_of(binding: Object) -> VolumeSource:
    """Return the volume that a run gives for a workspace.

    Raises:
        NoWord: it is of another kind, or says more than the IR has words for.
    """
    if "volumeClaimTemplate" in binding:
        only(binding, frozenset({"name", "volumeClaimTemplate"}))
        return _new_claim(object_at(binding, "volumeClaimTemplate"))
    only(binding, frozenset({"name", *_KINDS}))
    kinds = [kind for kind in _KINDS if kind in binding]
    if len(kinds) != 1:
        raise NoWord("nothing, or too much, is given for a workspace")
    return volume_of({"name": "w", kinds[0]: binding[kinds[0]] or {}})


def volume_of(node: Object) -> VolumeSource:
    """Return the source of a volume, as Kubernetes has it if the IR says less.

    Raises:
        NoWord: only the run knows it.
    """
    if "$(" in json.dumps(node):
        raise NoWord("a volume is known only when it runs")
    (volume,) = read_volumes({"volumes": [node]})
    rest = {key: value for key, value in node.items() if key != "name"}
    if isinstance(volume.source, RawVolume) or volume_source(volume.source) == rest:
        return volume.source
    return RawVolume(Constant.of(rest))


def _new_claim(node: Object) -> NewClaim:
    only(node, frozenset({"spec", "metadata"}))
    only(object_at(node, "metadata"), frozenset({"name", "creationTimestamp"}))
    spec = object_at(node, "spec")
    only(spec, _CLAIM)
    resources = object_at(spec, "resources")
    only(resources, frozenset({"requests"}))
    asked = object_at(resources, "requests")
    only(asked, frozenset({"storage"}))
    size = quantity_of(asked.get("storage"))
    if size is None or size != size.to_integral_value():
        raise NoWord("a claim asks for no whole number of bytes")
    return NewClaim(
        size=int(size),
        access_modes=texts_at(spec, "accessModes"),
        storage_class=text_at(spec, "storageClassName"),
    )


@dataclass(frozen=True, slots=True)
class Folders:
    """Where a task finds its workspaces.

    Attributes:
        mounts: of its containers.
        paths: of its workspaces, by name.
    """

    mounts: tuple[Mount, ...]
    paths: Mapping[str, str]


def folders_of(
    spec: Object, task: Object, bindings: Mapping[str, Object], volumes: Volumes
) -> Folders:
    """Return where a task finds its workspaces.

    Args:
        spec: of the task.
        task: in the pipeline.
        bindings: what the run gives for workspaces of the pipeline.
        volumes: those of the workflow; what the task needs is added.

    Raises:
        NoWord: one is not given, or not in words of the IR.
    """
    given = {text_at(one, "name"): one for one in objects_at(task, "workspaces")}
    mounts: list[Mount] = []
    paths: dict[str, str] = {}
    for one in objects_at(spec, "workspaces"):
        only(one, _DECLARED)
        name = text_at(one, "name")
        if name not in given and flag_at(one, "optional"):
            continue
        if name not in given:
            raise NoWord(f"nothing is given for workspace {name!r}")
        use = given.pop(name)
        only(use, _GIVEN)
        outer = text_at(use, "workspace") or name
        if outer not in bindings:
            raise NoWord(f"no run gives anything for workspace {outer!r}")
        paths[name] = text_at(one, "mountPath") or f"/workspace/{name}"
        sub_path = text_at(use, "subPath")
        if "$(" in sub_path + paths[name]:
            raise NoWord("where a workspace is mounted only the run knows")
        mounts.append(
            Mount(
                volume=volumes.take(outer, source_of(bindings[outer])),
                path=paths[name],
                sub_path=sub_path,
                read_only=flag_at(one, "readOnly"),
            )
        )
    if given:
        raise NoWord(f"workspace {min(given)!r} is none that the task declares")
    return Folders(tuple(mounts), paths)
