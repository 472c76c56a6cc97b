"""The templates of a manifest that its entrypoint, its exit handler or a hook runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from couler_jupyter.ir import Json

Object: TypeAlias = Mapping[str, Json]


def reached_templates(manifest: Mapping[str, Json]) -> dict[str, Object]:
    """Return the templates that are run, by name; all of them if none is the first."""
    spec: Json = manifest.get("spec") or {}
    spec = spec.get("workflowSpec", spec)
    nodes = {one["name"]: one for one in spec.get("templates") or () if "name" in one}
    hooks = spec.get("hooks") or {}
    waiting = [spec.get("entrypoint"), spec.get("onExit"), *_of_hooks(hooks)]
    if not spec.get("entrypoint"):
        waiting += list(nodes)
    return reached_from(nodes, waiting)


def reached_from(
    nodes: Mapping[str, Object], first: Iterable[Json]
) -> dict[str, Object]:
    """Return the templates that are run where the `first` are."""
    waiting = list(first)
    found: dict[str, Object] = {}
    while waiting:
        name = waiting.pop()
        if name in nodes and name not in found:
            found[name] = nodes[name]
            waiting.extend(_called(nodes[name]))
    return found


def _called(template: Object) -> Iterator[Json]:
    tasks = (template.get("dag") or {}).get("tasks") or ()
    groups = template.get("steps") or ()
    flat = [
        one
        for group in groups
        for one in (group if isinstance(group, list) else [group])
    ]
    for one in (*tasks, *flat):
        yield one.get("template")
        yield one.get("onExit")
        yield from _of_hooks(one.get("hooks") or {})
        if isinstance(inline := one.get("inline"), dict):
            yield from _called(inline)


def _of_hooks(hooks: Mapping[str, Json]) -> Iterator[Json]:
    return (hook.get("template") for hook in hooks.values() if isinstance(hook, dict))
