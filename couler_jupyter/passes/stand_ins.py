"""Steps with other values in place of references, wherever those stand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeAlias, cast, get_args

from couler_jupyter.ir import (
    Argument,
    Condition,
    Constant,
    DictOf,
    FirstOf,
    Format,
    Leaf,
    ListOf,
    Map,
    OutputRef,
    Over,
    Range,
    Step,
    Storage,
    Text,
    Value,
    with_parts,
    with_values,
)

StandIn: TypeAlias = Callable[[Leaf], Value | None]
"""What stands in for a reference: itself where nothing does, None where it is gone."""
Given: TypeAlias = Callable[[OutputRef, str], Value | Storage | None]
"""What the input of that name is given in place of an output; None for what stands in."""

_VALUES = get_args(Value)


class Gone(LookupError):
    """A value cannot be had: what it needs is gone."""


def put_in(value: Value, stand_in: StandIn) -> Value:
    """Return a value with others in it.

    Raises:
        Gone: it needs what is gone.
    """
    match value:
        case Format(parts=parts):
            done = tuple(
                p if isinstance(p, str) else put_in(p, stand_in) for p in parts
            )
            return value if done == parts else Format(done)
        case ListOf(items=items):
            return ListOf(tuple(put_in(one, stand_in) for one in items))
        case DictOf(items=pairs):
            return DictOf(tuple((key, put_in(one, stand_in)) for key, one in pairs))
        case FirstOf(options=options):
            return _first_of(options, stand_in)
        case _:
            found = stand_in(value)
            if found is None:
                raise Gone(value)
            return found


def step_with(step: Step, stand_in: StandIn, given: Given) -> Step:
    """Return a step with others in place of the references that it holds itself.

    Raises:
        Gone: it needs what is gone.
    """
    changes: dict[str, Any] = {
        "arguments": tuple(_argument(one, stand_in, given) for one in step.arguments)
    }
    if step.when is not None:
        changes["when"] = condition_with(step.when, stand_in)
    if step.loop is not None:
        changes["loop"] = _loop(step.loop, stand_in)
    if step.repeat is not None:
        changes["repeat"] = replace(
            step.repeat,
            condition=condition_with(step.repeat.condition, stand_in),
            pause=_text(step.repeat.pause, stand_in),
        )
    if step.cache is not None:
        changes["cache"] = replace(step.cache, key=_text(step.cache.key, stand_in))
    return replace(step, **changes)


def condition_with(condition: Condition, stand_in: StandIn) -> Condition:
    """Return a condition on values with others in it; raises as `put_in` does."""
    return with_values(condition, lambda value: put_in(value, stand_in))


def storage_with(storage: Storage, stand_in: StandIn) -> Storage:
    """Return where something lies, with others in its texts; raises as `put_in`."""

    def change(part: object) -> object:
        if isinstance(part, _VALUES):
            return put_in(cast("Value", part), stand_in)
        return part

    return with_parts(storage, change)


def _first_of(options: tuple[Value, ...], stand_in: StandIn) -> Value:
    left: list[Value] = []
    for option in options:
        try:
            left.append(put_in(option, stand_in))
        except Gone:
            continue
    if not left:
        raise Gone(options)
    if len(left) == 1 or all(isinstance(one, Constant) for one in left):
        return left[0]
    return FirstOf(tuple(left))


def _argument(argument: Argument, stand_in: StandIn, given: Given) -> Argument:
    value = argument.value
    if isinstance(value, OutputRef):
        whole = given(value, argument.name)
        if whole is not None:
            return Argument(argument.name, whole)
    if isinstance(value, _VALUES):
        found: Value | Storage = put_in(cast("Value", value), stand_in)
    else:
        found = storage_with(cast("Storage", value), stand_in)
    return argument if found is value else Argument(argument.name, found)


def _loop(loop: Map, stand_in: StandIn) -> Map:
    match loop.over:
        case Over(value=value):
            return replace(loop, over=Over(put_in(value, stand_in)))
        case Range() as over:
            start, end = put_in(over.start, stand_in), put_in(over.end, stand_in)
            return replace(loop, over=replace(over, start=start, end=end))
        case _:
            return loop


def _text(text: Text, stand_in: StandIn) -> Text:
    return text if isinstance(text, str) else put_in(text, stand_in)
