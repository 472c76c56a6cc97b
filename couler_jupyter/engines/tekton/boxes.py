"""What containers have beside their command: variables, volumes, what they ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from couler_jupyter.engines.kube.fields import Fields, said
from couler_jupyter.engines.kube.resources import resource_fields
from couler_jupyter.ir import (
    Boxed,
    ConfigRef,
    EnvFrom,
    EnvSource,
    EnvVar,
    FieldRef,
    Mount,
    PullPolicy,
    Resources,
    SecretRef,
    Sidecar,
    Text,
)

Write = Callable[[Text], str]
"""Renders a text in the task where it stands."""


def box_fields(template: Boxed, write: Write, volumes: Mapping[str, str]) -> Fields:
    """Return the fields of a step beside its command; `volumes` are their names."""
    policy: PullPolicy | None = template.pull_policy
    return {
        **_environment(template.env, template.env_from, write),
        **_resources(template.resources),
        **said(
            imagePullPolicy=None if policy is None else policy.value,
            volumeMounts=mount_fields(template.mounts, volumes),
        ),
    }


def beside_fields(
    one: Sidecar, main: Boxed, write: Write, volumes: Mapping[str, str]
) -> Fields:
    """Return the fields of a container before the main one or beside it."""
    mounts = mount_fields(one.mounts, volumes)
    if one.mirror_mounts:
        taken = {mount["mountPath"] for mount in mounts}
        others = mount_fields(main.mounts, volumes)
        mounts += [mount for mount in others if mount["mountPath"] not in taken]
    return {
        "image": one.image,
        **said(
            command=[write(word) for word in one.command],
            args=[write(word) for word in one.args],
        ),
        **_environment(one.env, (), write),
        **_resources(one.resources),
        **said(volumeMounts=mounts),
    }


def mount_fields(mounts: Iterable[Mount], volumes: Mapping[str, str]) -> list[Fields]:
    """Return where a container finds volumes."""
    return [
        {
            "name": volumes[mount.volume],
            "mountPath": mount.path,
            **said(subPath=mount.sub_path, readOnly=mount.read_only),
        }
        for mount in mounts
    ]


def _resources(wanted: Resources) -> Fields:
    fields = resource_fields(wanted)
    return said(computeResources=fields.get("resources"))


def _environment(
    variables: Iterable[EnvVar], sets: Iterable[EnvFrom], write: Write
) -> Fields:
    return said(
        env=[_variable(one, write) for one in variables],
        envFrom=[_whole_set(one) for one in sets],
    )


def _variable(variable: EnvVar, write: Write) -> Fields:
    match variable.value:
        case SecretRef() as ref:
            source: Fields = {"secretKeyRef": _key(ref)}
        case ConfigRef() as ref:
            source = {"configMapKeyRef": _key(ref)}
        case FieldRef(path=path):
            source = {"fieldRef": {"fieldPath": path}}
        case text:
            return {"name": variable.name, "value": write(text)}
    return {"name": variable.name, "valueFrom": source}


def _key(ref: SecretRef | ConfigRef) -> Fields:
    return {"name": ref.name, "key": ref.key, **said(optional=ref.optional)}


def _whole_set(one: EnvFrom) -> Fields:
    kind = "secretRef" if one.source is EnvSource.SECRET else "configMapRef"
    place = {"name": one.name, **said(optional=one.optional)}
    return {**said(prefix=one.prefix), kind: place}
