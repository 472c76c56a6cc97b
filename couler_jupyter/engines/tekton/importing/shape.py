"""What every object of Tekton must be like to be read at all, and where one is not."""

from __future__ import annotations

from collections.abc import Iterator

from couler_jupyter.engines.kube.places import Path
from couler_jupyter.ir import Json

_NAMED = frozenset(
    {"params", "tasks", "finally", "results", "workspaces", "steps", "sidecars"}
    | {"volumes", "env"}
)
"""Lists of objects each of which has a name."""
_LISTS = _NAMED | {"when", "taskRunSpecs", "volumeMounts", "envFrom", "include"}
_TEXTS = frozenset({"runAfter", "command", "args"})
"""Lists of texts."""
_REFS = frozenset({"taskRef", "pipelineRef", "ref"})
_OBJECTS = frozenset(
    {"taskSpec", "pipelineSpec", "taskRef", "pipelineRef", "matrix", "stepTemplate"}
    | {"timeouts", "taskRunTemplate", "podTemplate", "computeResources"}
)
_WITHIN = frozenset({"taskSpec", "pipelineSpec", "matrix", "stepTemplate"})
"""Objects that hold such lists themselves."""
_NOT_NAMED = frozenset({"steps"})
"""Steps may have no name; Tekton then counts them."""


def misshapen(value: Json) -> Iterator[tuple[Path, str]]:
    """Yield where an object of Tekton is none, and why."""
    if not isinstance(value, dict):
        yield (), "a manifest is an object with apiVersion, kind and spec"
        return
    metadata = value.get("metadata", {})
    if not isinstance(metadata, dict):
        yield ("metadata",), "metadata must be an object"
    else:
        yield from _texts(metadata, ("name", "generateName"), ("metadata",))
    if not isinstance(value.get("spec"), dict):
        yield ("spec",), "spec must be an object"
        return
    yield from _spec(value["spec"], ("spec",))


def _spec(node: dict[str, Json], path: Path) -> Iterator[tuple[Path, str]]:
    for key, value in node.items():
        here = (*path, key)
        if value is None:
            continue
        if key in _OBJECTS:
            if not isinstance(value, dict):
                yield here, f"{key} must be an object"
            elif key in _WITHIN:
                yield from _spec(value, here)
            if key in _REFS and isinstance(value, dict):
                yield from _texts(value, ("name", "kind", "apiVersion"), here)
        elif key in _TEXTS:
            yield from _words(key, value, here)
        elif key in _LISTS:
            yield from _list(key, value, here)


def _texts(
    node: dict[str, Json], keys: tuple[str, ...], path: Path
) -> Iterator[tuple[Path, str]]:
    for key in keys:
        if not isinstance(node.get(key, ""), str):
            yield (*path, key), f"{key} must be text"


def _words(key: str, value: Json, path: Path) -> Iterator[tuple[Path, str]]:
    if not isinstance(value, list):
        yield path, f"{key} must be a list"
        return
    for at, one in enumerate(value):
        if not isinstance(one, str):
            yield (*path, at), f"{key} holds texts; this is none"


def _list(key: str, value: Json, path: Path) -> Iterator[tuple[Path, str]]:
    if not isinstance(value, list):
        yield path, f"{key} must be a list"
        return
    for at, one in enumerate(value):
        here = (*path, at)
        if not isinstance(one, dict):
            yield here, f"{key} holds objects; this is none"
            continue
        name = one.get("name", None if key in _NAMED else "")
        if key in _NOT_NAMED and name is None:
            name = ""
        if not isinstance(name, str):
            yield (*here, "name"), f"one of {key} needs a name that is text"
        yield from _spec(one, here)
