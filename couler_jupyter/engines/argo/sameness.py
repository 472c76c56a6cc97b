"""Whether two objects of a manifest mean the same, though written otherwise.

Both are brought into one normal form: tags without blanks, durations as seconds,
quantities as numbers, `when` and `depends` as trees, defaults and empty fields left out.
What only says how runs are kept, watched or cleared away has no part in it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TypeAlias

from couler_jupyter.engines.argo.condition_form import form_of
from couler_jupyter.engines.argo.field_kinds import (
    DEFAULTS,
    DURATIONS,
    EMPTY,
    FALSE,
    KEPT_SO,
    KEPT_SO_INSIDE,
    QUANTITIES,
    TEXTS,
)
from couler_jupyter.engines.argo.normal_fields import REWORKED
from couler_jupyter.engines.argo.reach import reached_templates
from couler_jupyter.engines.argo.reading.boolean import Unreadable
from couler_jupyter.engines.argo.reading.comparisons import read_condition
from couler_jupyter.engines.argo.reading.expr import parse
from couler_jupyter.engines.argo.reading.expressions import read_expression
from couler_jupyter.engines.argo.reading.tags import Tag, pieces, plain_tags
from couler_jupyter.engines.argo.reading.when import read_when
from couler_jupyter.engines.argo.scalars import cron_of, seconds_of
from couler_jupyter.engines.kube.quantity import quantity_of
from couler_jupyter.ir import InputRef, Json, Value, as_text

Object: TypeAlias = Mapping[str, Json]

_NAMED = frozenset({"labels", "annotations", "nodeSelector", "matchLabels"})
_HOLDERS = frozenset({"spec", "workflowSpec", "template", "templates"})
_BOXES = frozenset({"container", "script", "sidecars", "initContainers"})


def same_meaning(one: Object, other: Object) -> bool:
    """Return whether two templates, or two whole manifests, mean the same."""
    if "kind" in one and "kind" in other:
        return _around(one) == _around(other) and _same_templates(one, other)
    return bool(normal(one) == normal(other))


def normal(root: Object) -> Json:
    """Return the normal form of a template; two that are equal mean the same."""
    return _fields(root, "template")


def _around(manifest: Object) -> Json:
    """Return the normal form of a manifest, but for its templates and its name."""
    metadata = manifest.get("metadata") or {}
    kept = {key: _plain(metadata.get(key)) for key in ("labels", "annotations")}
    spec = _without_templates(manifest.get("spec") or {})
    return {"kind": manifest["kind"], **kept, "spec": _fields(spec, "spec")}


def _without_templates(spec: Object) -> Object:
    if isinstance(inner := spec.get("workflowSpec"), dict):
        return {**spec, "workflowSpec": _without_templates(inner)}
    return {key: value for key, value in spec.items() if key != "templates"}


def _plain(labels: Json) -> Json:
    """Return labels but for those that only the run will fill in."""
    if not isinstance(labels, dict):
        return {}
    return {k: v for k, v in labels.items() if isinstance(v, str) and "{{" not in v}


def _same_templates(one: Object, other: Object) -> bool:
    """Whether what the entrypoint reaches is the same, in whatever order it stands."""
    left, right = reached_templates(one), reached_templates(other)
    if left.keys() != right.keys():
        return False
    return all(
        left[name] is right[name] or normal(left[name]) == normal(right[name])
        for name in left
    )


def _fields(keys: Object, parent: str) -> Object:
    made: dict[str, Json] = {}
    for key, value in keys.items():
        if value is None or _only_says_how(key, parent):
            continue
        form = _form(value, key, parent)
        empty = key in EMPTY and form in ({}, [])
        false = key in FALSE and form is False
        if not empty and not false and DEFAULTS.get(key) != form:
            made[key] = form
    return REWORKED[parent](made) if parent in REWORKED else made


def _only_says_how(key: str, parent: str) -> bool:
    """Whether a field only says how a run is kept or watched, or where it runs."""
    if parent in _BOXES:
        return key in KEPT_SO_INSIDE
    return key in KEPT_SO and parent in _HOLDERS


def _form(value: Json, key: str, parent: str) -> Json:
    if isinstance(value, dict):
        if key in QUANTITIES:
            return {name: _quantity(one) for name, one in value.items()}
        return value if key in _NAMED else _fields(value, key)
    if isinstance(value, list):
        if key == "enum":
            return [as_text(one) for one in value]
        return value if key == "withItems" else [_form(one, key, "") for one in value]
    if key in DURATIONS and (seconds := _duration(value)) is not None:
        return seconds
    if key == "sizeLimit" or (key == "storage" and parent == "requests"):
        return _quantity(value)
    if key in TEXTS and not isinstance(value, str):
        return as_text(value)
    return _text(value, key) if isinstance(value, str) else value


def _duration(value: Json) -> Json:
    """Return a duration in seconds, or its tag: what that gives is seconds too."""
    if isinstance(value, str) and "{{" in value:
        return plain_tags(value.removesuffix("s") if value.endswith("}}s") else value)
    return seconds_of(value)


def _text(text: str, key: str) -> Json:
    if key in {"schedule", "schedules"}:
        return cron_of(text)
    if key == "when":
        condition = read_when(text, _AsNamed())
        return plain_tags(text) if condition is None else form_of(condition)
    if key == "expression":
        wanted = read_condition(text, _AsNamed().named)
        return text if wanted is None else form_of(wanted)
    if key == "withParam" and "{{" not in text:
        try:
            return ("list", json.dumps(json.loads(text)))
        except (ValueError, RecursionError):
            return text
    return _tagged(text)


def _tagged(text: str) -> Json:
    """Return a text whose expressions are trees, however they are written."""
    if "{{=" not in text:
        return plain_tags(text)
    return tuple(
        one if isinstance(one, str) else _tree(one) if one.expression else (one.name,)
        for one in pieces(text)
    )


def _tree(tag: Tag) -> Json:
    try:
        return parse(tag.name)
    except Unreadable:
        return (tag.name,)


class _AsNamed:
    """Lets tags stand for what they name; which step or run that is is no matter."""

    def __call__(self, tag: Tag) -> Value | None:
        """Return the value that a tag names."""
        if tag.expression:
            return read_expression(tag.name, self.named)
        return self.named(tuple(tag.name.split(".")))

    def named(self, path: tuple[str, ...]) -> Value | None:
        """Return a value that is the variable's name."""
        return InputRef(".".join(path))


def _quantity(value: Json) -> Json:
    number = quantity_of(value)
    return value if number is None else number
