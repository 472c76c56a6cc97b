"""What a child Workflow says of itself and of all children, in labels and annotations.

So whoever drives a run can find out everything anew from the cluster.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from couler_jupyter.engines.argo.parts.children import (
    AT_END,
    Asked,
    Child,
    Children,
    Gate,
    Overview,
    What,
)
from couler_jupyter.errors import InvalidDocument
from couler_jupyter.ir import Json, PartMode, StepField

CHILD = "couler-jupyter/child"
"""The annotation that holds a child as JSON."""
PARTS = "couler-jupyter/parts"
"""The annotation that holds what is said of all children."""
PART_LABEL = "couler-jupyter/part"
"""The label that is the number of the part."""
DIGEST_LABEL = "couler-jupyter/part-digest"
"""The label that is the digest of the part."""


def labels_of(child: Child) -> dict[str, str]:
    """Return the labels by which a child is found."""
    return {PART_LABEL: str(child.part), DIGEST_LABEL: child.digest}


def annotations_of(child: Child, overview: Overview) -> dict[str, str]:
    """Return the annotations that say all of a child."""
    return {CHILD: child_text(child), PARTS: overview_text(overview)}


def child_text(child: Child) -> str:
    """Return a child as JSON; what is empty is left out."""
    rest = {
        "gates": [_gate(one) for one in child.gates],
        "waitsFor": child.waits_for,
        "asked": [_asked(one) for one in child.asked],
        "digest": child.digest,
    }
    return _text({"part": child.part, "steps": child.steps, **_filled(rest)})


def overview_text(overview: Overview) -> str:
    """Return what is said of all children as JSON."""
    rest = {
        "atEnd": overview.at_end,
        "failFast": overview.fail_fast,
        "timeout": overview.timeout,
        "parallelism": overview.parallelism,
        "ttl": overview.ttl,
    }
    mode, live, number = overview.mode.value, overview.live, overview.number
    return _text({"mode": mode, "live": live, "number": number, **_filled(rest)})


def is_child(found: Mapping[str, Any]) -> bool:
    """Whether an object is a child of a workflow in parts."""
    return CHILD in (found.get("metadata", {}).get("annotations") or {})


def is_in_parts(objects: Iterable[Mapping[str, Any]]) -> bool:
    """Whether the objects of a manifest are the children of a workflow in parts."""
    return any(one.get("kind") == "Workflow" and is_child(one) for one in objects)


def child_of(found: Mapping[str, Any]) -> Child:
    """Return what a child Workflow says of itself.

    Args:
        found: the object, as compiled or as a cluster has it.

    Raises:
        InvalidDocument: it says nothing, or nothing that makes sense.
    """
    raw = _noted(found, CHILD)
    try:
        return Child(
            part=raw["part"],
            steps=tuple(raw["steps"]),
            gates=tuple(
                Gate(
                    task=one["task"],
                    steps=tuple(one["steps"]),
                    part=one["part"],
                    outputs=tuple(one.get("outputs", ())),
                    facts=tuple(
                        (StepField(field), name)
                        for field, name in one.get("facts", {}).items()
                    ),
                )
                for one in raw.get("gates", ())
            ),
            waits_for=tuple(raw.get("waitsFor", ())),
            asked=tuple(
                Asked(
                    parameter=one["parameter"],
                    what=What(one["what"]),
                    step=one.get("step", ""),
                    name=one.get("name", ""),
                )
                for one in raw.get("asked", ())
            ),
            digest=raw.get("digest", ""),
        )
    except (KeyError, TypeError, ValueError) as fault:
        raise _unreadable(found, CHILD, fault) from None


def overview_of(found: Mapping[str, Any]) -> Overview:
    """Return what a child Workflow says of all children.

    Raises:
        InvalidDocument: it says nothing, or nothing that makes sense.
    """
    raw = _noted(found, PARTS)
    try:
        return Overview(
            mode=PartMode(raw["mode"]),
            live=raw["live"],
            number=raw["number"],
            at_end=raw.get("atEnd", False),
            fail_fast=raw.get("failFast", False),
            timeout=raw.get("timeout"),
            parallelism=raw.get("parallelism"),
            ttl=raw.get("ttl"),
        )
    except (KeyError, TypeError, ValueError) as fault:
        raise _unreadable(found, PARTS, fault) from None


def children_of(found: Iterable[Mapping[str, Any]]) -> Children:
    """Return the children that some Workflows are, in the order of their parts.

    Raises:
        InvalidDocument: there is none, or one says nothing that makes sense.
    """
    objects = list(found)
    if not objects:
        raise InvalidDocument("no child Workflows; there must be one for each part")
    children = sorted(map(child_of, objects), key=_place)
    return Children(overview=overview_of(objects[0]), children=tuple(children))


def _place(child: Child) -> tuple[bool, int]:
    return child.part == AT_END, child.part


def _gate(gate: Gate) -> Json:
    rest = {
        "outputs": gate.outputs,
        "facts": {field.value: name for field, name in gate.facts},
    }
    stands = {"task": gate.task, "steps": gate.steps, "part": gate.part}
    return {**stands, **_filled(rest)}


def _asked(asked: Asked) -> Json:
    rest = {"step": asked.step, "name": asked.name}
    return {"parameter": asked.parameter, "what": asked.what.value, **_filled(rest)}


def _text(thing: dict[str, Json]) -> str:
    return json.dumps(thing, ensure_ascii=False, separators=(",", ":"))


def _filled(thing: dict[str, Json]) -> dict[str, Json]:
    return {key: one for key, one in thing.items() if one}


def _noted(found: Mapping[str, Any], name: str) -> Json:
    text = (found.get("metadata", {}).get("annotations") or {}).get(name)
    if not isinstance(text, str):
        raise InvalidDocument(f"{_named(found)} has no annotation {name!r}")
    try:
        return json.loads(text)
    except ValueError as fault:
        raise _unreadable(found, name, fault) from None


def _unreadable(
    found: Mapping[str, Any], name: str, fault: Exception
) -> InvalidDocument:
    return InvalidDocument(
        f"annotation {name!r} of {_named(found)} cannot be read: {fault!r}"
    )


def _named(found: Mapping[str, Any]) -> str:
    metadata = found.get("metadata", {})
    name = metadata.get("name") or metadata.get("generateName", "")
    return f"{found.get('kind', 'object')} {name!r}"
