"""Whether two objects of a manifest mean the same, though written otherwise.

Both are brought into one normal form: tags without blanks, durations as seconds,
quantities as numbers, `when` and `depends` as trees, defaults and empty fields left out.
What only says how runs are kept, watched or cleared away has no part in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import cast

from couler_jupyter.engines.argo.field_kinds import (
    DEFAULTS,
    DURATIONS,
    EMPTY,
    FALSE,
    KEPT_SO,
    QUANTITIES,
    TEXTS,
)
from couler_jupyter.engines.argo.importing.boolean import Unreadable
from couler_jupyter.engines.argo.importing.depends import read_depends
from couler_jupyter.engines.argo.importing.tags import Tag, plain_tags
from couler_jupyter.engines.argo.importing.when import read_when
from couler_jupyter.engines.argo.scalars import cron_of, quantity_of, seconds_of
from couler_jupyter.ir import (
    After,
    AllOf,
    AnyOf,
    Condition,
    Ended,
    InputRef,
    Json,
    Not,
    Outcome,
    Value,
    as_text,
)

_NAMED = frozenset({"labels", "annotations", "nodeSelector", "matchLabels"})
_HOLDERS = frozenset({"spec", "workflowSpec", "template", "templates"})
_ORDER = frozenset({"depends", "dependencies"})
_WELL = frozenset({Outcome.SUCCEEDED, Outcome.SKIPPED})


def same_meaning(one: Json, other: Json) -> bool:
    """Return whether two templates, or two whole manifests, mean the same."""
    return bool(normal(one) == normal(other))


def normal(root: Json) -> Json:
    """Return the normal form of a template or a manifest; two that are equal mean the same."""
    keys = cast("dict[str, Json]", root)
    if "kind" in keys and isinstance(keys.get("spec"), dict):
        return {"kind": keys["kind"], "spec": _fields(keys["spec"], "spec")}
    return _fields(keys, "template")


def _fields(keys: Mapping[str, Json], parent: str) -> dict[str, Json]:
    made: dict[str, Json] = {}
    for key, value in keys.items():
        if value is None or (key in KEPT_SO and parent in _HOLDERS):
            continue
        form = _form(value, key, parent)
        empty = key in EMPTY and form in ({}, [])
        false = key in FALSE and form is False
        if not empty and not false and DEFAULTS.get(key) != form:
            made[key] = form
    if parent == "dag" and isinstance(keys.get("tasks"), list):
        made["tasks"] = _tasks(made["tasks"])
    return made


def _form(value: Json, key: str, parent: str) -> Json:
    if isinstance(value, dict):
        if key in QUANTITIES:
            return {name: _quantity(one) for name, one in value.items()}
        return value if key in _NAMED else _fields(value, key)
    if isinstance(value, list):
        if key == "enum":
            return [as_text(one) for one in value]
        return value if key == "withItems" else [_form(one, key, "") for one in value]
    if key in DURATIONS and (seconds := seconds_of(value)) is not None:
        return seconds
    if key == "sizeLimit" or (key == "storage" and parent == "requests"):
        return _quantity(value)
    if key in TEXTS and not isinstance(value, str):
        return as_text(value)
    return _text(value, key) if isinstance(value, str) else value


def _text(text: str, key: str) -> Json:
    if key in {"schedule", "schedules"}:
        return cron_of(text)
    if key == "when":
        condition = read_when(text, _as_named)
        return plain_tags(text) if condition is None else condition
    return plain_tags(text)


def _as_named(tag: Tag) -> Value | None:
    """Let a tag stand for what it names; which step or run that is makes no difference."""
    return None if tag.expression else InputRef(tag.name)


def _quantity(value: Json) -> Json:
    number = quantity_of(value)
    return value if number is None else number


def _tasks(tasks: list[dict[str, Json]]) -> list[dict[str, Json]]:
    """Return tasks with `depends` and `dependencies` as one set of trees."""
    goes_on = {str(task.get("name")): task.get("continueOn") for task in tasks}
    waited: set[str] = set()
    made: list[dict[str, Json]] = []
    for task in tasks:
        rest = {key: one for key, one in task.items() if key not in _ORDER}
        trees = _trees(task, goes_on)
        waited.update(_names(trees))
        made.append({**rest, "depends": trees} if trees else rest)
    return [
        {key: one for key, one in task.items() if key != "continueOn"}
        if task.get("name") in waited
        else task
        for task in made
    ]


def _trees(task: Mapping[str, Json], goes_on: Mapping[str, Json]) -> frozenset[Json]:
    names = task.get("dependencies") or []
    trees = frozenset(_tree(_by_name(name, goes_on.get(name))) for name in names)
    text = task.get("depends")
    if not isinstance(text, str) or not text:
        return trees
    try:
        return trees.union(map(_tree, read_depends(text)))
    except Unreadable:
        return trees | {text}


def _by_name(name: str, continued: Json) -> After:
    if not isinstance(continued, dict):
        return name
    ways = [Outcome.SUCCEEDED, Outcome.SKIPPED]
    ways += [Outcome.FAILED] * bool(continued.get("failed"))
    ways += [Outcome.ERRORED] * bool(continued.get("error"))
    return Ended(name, tuple(ways))


def _tree(one: After | Condition) -> Json:
    """Return a tree that is equal to others whatever the order of its terms."""
    match one:
        case str():
            return (one, _WELL)
        case Ended(step=step, how=how):
            ways = frozenset(how)
            return (step, ways - {Outcome.READY} if ways >= _WELL else ways)
        case AllOf(terms=terms):
            return ("and", frozenset(map(_tree, terms)))
        case AnyOf(terms=terms):
            return ("or", frozenset(map(_tree, terms)))
        case Not(term=term):
            return ("not", _tree(term))
        case _:
            return one


def _names(trees: Iterable[Json]) -> Iterator[str]:
    for tree in trees:
        if isinstance(tree, tuple):
            head, rest = cast("tuple[str, Json]", tree)
            if head in {"and", "or"}:
                yield from _names(rest)
            elif head == "not":
                yield from _names((rest,))
            else:
                yield head
