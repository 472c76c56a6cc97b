"""Containers beside the main one, and before it."""

from __future__ import annotations

from collections.abc import Iterable

from couler_jupyter.engines.argo.templates.around import Around, Fields, Write, said
from couler_jupyter.engines.argo.templates.environment import (
    env_fields,
    variable_names,
)
from couler_jupyter.engines.argo.templates.expansion import unexpanded
from couler_jupyter.engines.argo.templates.mounts import mount_fields
from couler_jupyter.engines.kube.resources import resource_fields
from couler_jupyter.ir import Boxed, Sidecar


def beside_fields(template: Boxed, write: Write, around: Around) -> Fields:
    """Return `initContainers` and `sidecars`: the template's own, else the workflow's."""
    init = template.pod.init or around.pod.init
    sidecars = template.pod.sidecars or around.pod.sidecars
    if not (init or sidecars):
        return {}
    return said(
        initContainers=_containers(init, write, around),
        sidecars=_containers(sidecars, write, around),
    )


def _containers(given: Iterable[Sidecar], write: Write, around: Around) -> list[Fields]:
    return [_container(one, write, around) for one in given]


def _container(one: Sidecar, write: Write, around: Around) -> Fields:
    names = variable_names(one.env, ())
    return {
        "name": one.name,
        "image": one.image,
        **said(
            command=[write(unexpanded(word, names)) for word in one.command],
            args=[write(unexpanded(word, names)) for word in one.args],
        ),
        **env_fields(one.env, (), write),
        **resource_fields(one.resources),
        **said(
            volumeMounts=mount_fields(one.mounts, around.volumes),
            mirrorVolumeMounts=one.mirror_mounts,
        ),
    }
