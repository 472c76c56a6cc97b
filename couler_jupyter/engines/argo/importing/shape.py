"""Whether a manifest has lists and objects where Argo wants them; it cannot be read else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeAlias

from couler_jupyter.engines.kube.places import Path
from couler_jupyter.ir import Json


@dataclass(frozen=True, slots=True)
class Fields:
    """An object, and what must stand in some of its fields.

    Attributes:
        known: the shapes of fields by name; others may hold anything.
        named: whether it must have a name.
    """

    known: Mapping[str, Shape] = field(default_factory=dict[str, "Shape"])
    named: bool = False


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list, and what its items must be."""

    item: Shape


@dataclass(frozen=True, slots=True)
class Named:
    """An object with fields of any name, all of one shape."""

    value: Shape


@dataclass(frozen=True, slots=True)
class Word:
    """A text."""


Shape: TypeAlias = Fields | ListOf | Named | Word

_ANY = Fields()
_WORD = Word()
_PORT = Fields({"valueFrom": _ANY, "archive": _ANY, "artifactGC": _ANY}, named=True)
_PORTS = Fields({"parameters": ListOf(_PORT), "artifacts": ListOf(_PORT)})
_BOX = Fields(
    {
        "env": ListOf(Fields({"valueFrom": _ANY}, named=True)),
        "envFrom": ListOf(_ANY),
        "volumeMounts": ListOf(Fields(named=True)),
        "resources": Fields({"limits": _ANY, "requests": _ANY}),
        "ports": ListOf(_ANY),
    }
)
_TASK: dict[str, Shape] = {
    "arguments": _PORTS,
    "hooks": Named(_ANY),
    "continueOn": _ANY,
    "withSequence": _ANY,
    "templateRef": _ANY,
    "template": _WORD,
    "dependencies": ListOf(_WORD),
    "depends": _WORD,
    "when": _WORD,
    "onExit": _WORD,
}
_STEP = Fields(_TASK, named=True)
_METADATA = Fields({"labels": _ANY, "annotations": _ANY})
_TEMPLATE: dict[str, Shape] = {
    "inputs": _PORTS,
    "outputs": _PORTS,
    "metadata": _METADATA,
    "container": _BOX,
    "script": _BOX,
    "resource": _ANY,
    "suspend": _ANY,
    "sidecars": ListOf(_BOX),
    "initContainers": ListOf(_BOX),
    "volumes": ListOf(Fields(named=True)),
    "retryStrategy": Fields({"backoff": _ANY}),
    "memoize": _ANY,
    "nodeSelector": _ANY,
    "tolerations": ListOf(_ANY),
    "dag": Fields({"tasks": ListOf(_STEP)}),
    "steps": ListOf(ListOf(_STEP)),
}
_TASK["inline"] = Fields(_TEMPLATE)
_SPEC: dict[str, Shape] = {
    "entrypoint": _WORD,
    "onExit": _WORD,
    "arguments": _PORTS,
    "templates": ListOf(Fields(_TEMPLATE)),
    "hooks": Named(_ANY),
    "volumes": ListOf(Fields(named=True)),
    "volumeClaimTemplates": ListOf(Fields({"metadata": _ANY, "spec": _ANY})),
    "imagePullSecrets": ListOf(_ANY),
    "tolerations": ListOf(_ANY),
    "nodeSelector": _ANY,
    "ttlStrategy": _ANY,
    "podMetadata": _METADATA,
    "workflowMetadata": _METADATA,
}
_MANIFEST = Fields({"metadata": _METADATA, "spec": Fields(_SPEC)})
_SUBMIT = Fields(
    {"arguments": _PORTS, "metadata": _METADATA, "workflowTemplateRef": _ANY}
)
_OTHERS: Mapping[str, Shape] = MappingProxyType(
    {
        "WorkflowEventBinding": Fields(
            {"metadata": _METADATA, "spec": Fields({"submit": _SUBMIT})}
        ),
        "CronWorkflow": Fields(
            {
                "metadata": _METADATA,
                "spec": Fields(
                    {"workflowSpec": Fields(_SPEC), "workflowMetadata": _METADATA}
                ),
            }
        ),
    }
)


def misshapen(manifest: Json, kind: str) -> Iterator[tuple[Path, str]]:
    """Yield the places where something of another kind stands, and what should."""
    yield from _faults(manifest, _OTHERS.get(kind, _MANIFEST), ())


def _faults(value: Json, shape: Shape, path: Path) -> Iterator[tuple[Path, str]]:
    match shape:
        case Fields(known=known, named=named):
            if not isinstance(value, dict):
                yield path, f"{_what(path)} must be an object"
                return
            if named and not isinstance(value.get("name"), str):
                yield path, f"{_what(path)} must have a name"
            for key, inner in known.items():
                if value.get(key) is not None:
                    yield from _faults(value[key], inner, (*path, key))
        case Word():
            if not isinstance(value, str):
                yield path, f"{_what(path)} must be text"
        case Named(value=inner):
            if not isinstance(value, dict):
                yield path, f"{_what(path)} must be an object"
                return
            for key, one in value.items():
                yield from _faults(one, inner, (*path, key))
        case ListOf(item=item):
            if not isinstance(value, list):
                yield path, f"{_what(path)} must be a list"
                return
            for index, one in enumerate(value):
                yield from _faults(one, item, (*path, index))


def _what(path: Path) -> str:
    """Return how the value at a path is called: by its field, or as an item of it."""
    names = [part for part in path if isinstance(part, str)]
    if path and isinstance(path[-1], int):
        return f"an item of {names[-1]}"
    return names[-1] if names else "a manifest"


def without_nulls(value: Json) -> Json:
    """Return a value without fields that hold nothing, which say nothing."""
    if isinstance(value, dict):
        return {k: without_nulls(v) for k, v in value.items() if v is not None}
    if isinstance(value, list):
        return [without_nulls(one) for one in value]
    return value
