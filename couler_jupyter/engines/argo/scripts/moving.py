"""Which scripts leave their manifest: the longest, until the rest fits."""

from __future__ import annotations

import json
from collections.abc import Mapping

from couler_jupyter.engines.argo.scripts.config_maps import Object, Shelf
from couler_jupyter.engines.argo.scripts.running import stored_text, with_stored
from couler_jupyter.engines.argo.scripts.sources import Source, cut

_ADDED = 512
"""Bytes, or less, that a template takes to run a script from a ConfigMap."""


def moved_out(
    templates: Mapping[str, Object], excess: int, image: str
) -> tuple[dict[str, Object], tuple[Object, ...]]:
    """Return templates without their longest scripts, and the ConfigMaps with those.

    Args:
        templates: by name.
        excess: bytes that they are to be shorter.
        image: with Python, for what puts scripts together.
    """
    chosen = _chosen(templates, excess)
    shelf = Shelf()
    keys: dict[str, str] = {}
    for name in templates:
        if name in chosen:
            text, packed = stored_text(chosen[name])
            keys[name] = shelf.hold(text, packed=packed)
    maps, places = shelf.close()
    return {
        name: with_stored(one, chosen[name], places[keys[name]], image)
        if name in keys
        else one
        for name, one in templates.items()
    }, maps


def _chosen(templates: Mapping[str, Object], excess: int) -> dict[str, Source]:
    sizes = {name: saved for name, one in templates.items() if (saved := _saved(one))}
    found: dict[str, Source] = {}
    for name in sorted(sizes, key=lambda name: (-sizes[name], name)):
        if excess <= 0:
            break
        source = cut(templates[name]["script"]["source"])
        if source is not None:
            found[name] = source
            excess -= sizes[name]
    return found


def _saved(template: Object) -> int:
    """Return how many bytes a template loses with its script; 0 if it has none."""
    box = template.get("script")
    if not isinstance(box, dict) or "args" in box:
        return 0
    source = box.get("source")
    if not isinstance(source, str) or len(source) <= _ADDED:
        return 0
    return max(0, json_size(source) - _ADDED)


def json_size(found: object) -> int:
    """Return how many bytes something has as JSON that Go writes: `<` takes six."""
    return size_of(json_text(found))


def json_text(found: object) -> str:
    """Return something as JSON."""
    return json.dumps(found, ensure_ascii=False, separators=(",", ":"))


def size_of(text: str) -> int:
    """Return how many bytes a JSON text has where Go writes it."""
    return len(text.encode("utf-8", "replace")) + 5 * sum(map(text.count, "<>&"))
