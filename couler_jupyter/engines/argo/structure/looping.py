"""How Argo says that a task runs once per item."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import assert_never

from couler_jupyter.engines.argo.structure.book import Object
from couler_jupyter.engines.argo.terms import Term, with_braces
from couler_jupyter.engines.argo.texts import LookUp, text_of
from couler_jupyter.ir import (
    Constant,
    FirstOf,
    ItemRef,
    Items,
    Json,
    Leaf,
    OutputRef,
    Over,
    Range,
    Step,
    Value,
    as_number,
    leaves,
)

WHOLE = "item"
"""The key of the item itself, where it had to be made an object of its parts."""


def loop_fields(step: Step, look_up: LookUp) -> Object:
    """Return the fields of a task that say over what it is mapped."""
    if step.loop is None:
        return {}
    over = step.loop.over
    match over:
        case Items(items=items):
            return _listed([item.value for item in items], parts_used(step))
        case Over(value=value):
            return {"withParam": text_of(value, look_up)}
        case Range():
            return _counted(over, look_up)
        case _ as never:
            assert_never(never)


def with_default(step: Step, steps: Mapping[str, Step]) -> Step:
    """Return a mapped step whose items are there though the step that gives them is not.

    Argo asks for the items before it asks whether the step is to run at all.
    """
    if step.loop is None or step.when is None:
        return step
    match step.loop.over:
        case Over(value=value):
            over: Over | Range = Over(_or(value, Constant("[]"), steps))
        case Range(start=start, end=end):
            start, end = (_or(one, Constant("0"), steps) for one in (start, end))
            over = replace(step.loop.over, start=start, end=end)
        case Items():
            return step
    return replace(step, loop=replace(step.loop, over=over))


def _or(value: Value, default: Constant, steps: Mapping[str, Step]) -> Value:
    missing = _may_be_missing(value, steps)
    return FirstOf((value, default)) if missing else value


def _may_be_missing(value: Value, steps: Mapping[str, Step]) -> bool:
    return any(
        isinstance(leaf, OutputRef) and steps[leaf.step].when is not None
        for leaf in leaves(value)
    )


def with_item(step: Step, look_up: LookUp) -> LookUp:
    """Return what references of a mapped step are: parts of known items are keys."""
    if step.loop is None or not isinstance(step.loop.over, Items):
        return look_up
    if not (parts := parts_used(step)):
        return look_up
    made_objects = any(isinstance(path[0], int) for path in parts)

    def known(leaf: Leaf) -> Term:
        if isinstance(leaf, ItemRef):
            if leaf.path in parts:
                return Term(path=("item", part_key(leaf.path)))
            if not leaf.path and made_objects:
                return Term(path=("item", WHOLE))
        return look_up(leaf)

    return known


def parts_used(step: Step) -> tuple[tuple[str | int, ...], ...]:
    """Return the parts of its items that a step names, further down than one key."""
    found = {
        leaf.path: None
        for value in step.values()
        for leaf in leaves(value)
        if isinstance(leaf, ItemRef) and _is_deep(leaf.path)
    }
    return tuple(found)


def part_key(path: tuple[str | int, ...]) -> str:
    """Return the key under which a part of an item is found beside its own keys.

    >>> part_key(("of", 0))
    'of-0'
    """
    return "-".join(map(str, path))


def _is_deep(path: tuple[str | int, ...]) -> bool:
    return len(path) > 1 or (len(path) == 1 and isinstance(path[0], int))


def _listed(items: list[Json], parts: tuple[tuple[str | int, ...], ...]) -> Object:
    if not items:
        return {"withParam": "[]"}  # to Argo, a list of none is no loop
    if parts:
        as_objects = any(isinstance(path[0], int) for path in parts)
        items = [_taken_apart(item, parts, as_objects) for item in items]
    return {"withItems": [_escaped(item) for item in items]}


def _taken_apart(
    item: Json, parts: tuple[tuple[str | int, ...], ...], as_objects: bool
) -> Json:
    made: dict[str, Json] = {WHOLE: item} if as_objects else {**item}
    for path in parts:
        value: Json = item
        for key in path:
            value = value[key]
        made[part_key(path)] = value
    return made


def _escaped(item: Json) -> Json:
    match item:
        case None:
            return "null"
        case str():
            return with_braces(item)
        case list():
            return [_escaped(one) for one in item]
        case dict():
            return {with_braces(key): _escaped(one) for key, one in item.items()}
        case _:
            return item


def _counted(over: Range, look_up: LookUp) -> Object:
    """Return a sequence; one that Argo would count otherwise is written out."""
    if isinstance(over.start, Constant) and isinstance(over.end, Constant):
        start, end = _whole(over.start), _whole(over.end)
        if over.step != 1 or end < start:
            numbers = range(start, end + (1 if over.step > 0 else -1), over.step)
            form = over.format
            items = [one if form is None else form % one for one in numbers]
            return _listed(list(items), ())
    made: Object = {
        "start": text_of(over.start, look_up),
        "end": text_of(over.end, look_up),
    }
    if over.format is not None:
        shown = with_braces(over.format)
        made["format"] = shown.replace("%i", "%d") if "%i" in shown else shown
    return {"withSequence": made}


def _whole(value: Constant) -> int:
    return int(as_number(value.value) or 0)
