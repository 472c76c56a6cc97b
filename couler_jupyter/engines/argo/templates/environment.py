"""Environment variables; secrets and configuration only by reference."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from couler_jupyter.engines.argo.templates.around import Fields, Write, said
from couler_jupyter.engines.argo.templates.artifacts import secret_key
from couler_jupyter.engines.argo.templates.expansion import unexpanded
from couler_jupyter.ir import (
    ConfigRef,
    EnvFrom,
    EnvSource,
    EnvVar,
    FieldRef,
    Json,
    SecretRef,
)


def env_fields(
    variables: Iterable[EnvVar], sets: Iterable[EnvFrom], write: Write
) -> Fields:
    """Return `env` and `envFrom` of a container."""
    known = tuple(variables)
    names = variable_names(known, sets)
    return said(
        env=[_variable(one, names, write) for one in known],
        envFrom=[_whole_set(one) for one in sets],
    )


def variable_names(
    variables: Iterable[EnvVar], sets: Iterable[EnvFrom]
) -> Collection[str] | None:
    """Return the names of a container's variables; None if they are not all known."""
    if any(True for _ in sets):
        return None
    return frozenset(variable.name for variable in variables)


def _variable(
    variable: EnvVar, names: Collection[str] | None, write: Write
) -> dict[str, Json]:
    match variable.value:
        case SecretRef() as ref:
            source: Fields = {"secretKeyRef": secret_key(ref)}
        case ConfigRef(name=name, key=key, optional=optional):
            place = {"name": name, "key": key, **said(optional=optional)}
            source = {"configMapKeyRef": place}
        case FieldRef(path=path):
            source = {"fieldRef": {"fieldPath": path}}
        case text:
            return {"name": variable.name, "value": write(unexpanded(text, names))}
    return {"name": variable.name, "valueFrom": source}


def _whole_set(one: EnvFrom) -> Fields:
    kind = "secretRef" if one.source is EnvSource.SECRET else "configMapRef"
    place = {"name": one.name, **said(optional=one.optional)}
    return {**said(prefix=one.prefix), kind: place}
