"""Manifests with ConfigMaps as manifests that hold their scripts themselves."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TypeAlias, cast

from couler_jupyter.engines.argo.scripts.config_maps import (
    MOST_TEXT,
    Object,
    contents,
    unpacked,
)
from couler_jupyter.engines.argo.scripts.running import stored_in, without_stored
from couler_jupyter.engines.argo.scripts.sources import Source
from couler_jupyter.engines.kube.placing import replace
from couler_jupyter.ir import Json

Found: TypeAlias = Mapping[str, Json]


def brought_back(manifest: Found, maps: Iterable[Found]) -> Object:
    """Return a manifest that holds its scripts itself.

    A template whose script cannot be found stays as it is. So does one whose script is
    spoilt or too much together with those before it, and all behind it: each could cost
    as much to find out.

    Args:
        manifest: of any kind.
        maps: the ConfigMaps beside it.
    """
    held = {str(one["metadata"]["name"]): contents(one) for one in maps}
    templates = _templates(manifest)
    if not held or not templates:
        return {**manifest}
    made: list[Json] = []
    left = MOST_TEXT
    for one in templates:
        found, size = _with_source(one, held, left)
        left -= size
        made.append(found)
    return cast("Object", replace(manifest, _path(manifest), made))


def used_by(manifest: Found, maps: Iterable[Found]) -> tuple[Found, ...]:
    """Return the ConfigMaps that templates of a manifest name."""
    known = tuple(maps)
    text = json.dumps(_templates(manifest)) if known else ""
    return tuple(one for one in known if f'"{one["metadata"]["name"]}"' in text)


def _templates(manifest: Found) -> list[Json]:
    found: Json = manifest
    for key in _path(manifest):
        found = found.get(key) if isinstance(found, dict) else None
    return found if isinstance(found, list) else []


def _path(manifest: Found) -> tuple[str, ...]:
    cron = manifest.get("kind") == "CronWorkflow"
    return ("spec", "workflowSpec", "templates") if cron else ("spec", "templates")


def _with_source(
    template: Json, held: Mapping[str, Mapping[str, bytes]], most: int
) -> tuple[Json, int]:
    """Return a template that holds its script itself, and what of `most` that took."""
    if not isinstance(template, dict):
        return template, 0
    try:
        places, values, packed = stored_in(template)
        pieces = [held[one.name][one.key] for one in places]
    except (ValueError, KeyError, TypeError, IndexError):
        return template, 0
    try:
        text = unpacked(pieces, packed=packed, most=most)
        texts = tuple(json.loads(text)) if packed else (text,)
        written = Source(texts, tuple(values)).written()
    except (ValueError, TypeError, RecursionError):
        return template, most
    names = [one.name for one in places]
    return without_stored(template, written, names), len(text.encode())
