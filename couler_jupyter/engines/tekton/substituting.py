"""Steps with values in place of what names them: arguments, loops, templates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar, cast, get_args

from couler_jupyter.ir import (
    Argument,
    Constant,
    Leaf,
    Map,
    Over,
    ParameterRef,
    Range,
    Step,
    Storage,
    Value,
    substitute,
    with_parts,
    with_values,
)

T = TypeVar("T")
_VALUES = get_args(Value)


def argument_with(value: Value | Storage, known: dict[Leaf, Value]) -> Value | Storage:
    """Return an argument with what is known in it."""
    if isinstance(value, _VALUES):
        return substitute(cast("Value", value), known)
    return with_parts(
        cast("Storage", value),
        lambda part: substitute(part, known) if isinstance(part, _VALUES) else part,
    )


def step_with(step: Step, known: dict[Leaf, Value]) -> Step:
    """Return a step with what is known in what it holds itself."""
    changes: dict[str, Any] = {
        "arguments": tuple(
            Argument(one.name, argument_with(one.value, known))
            for one in step.arguments
        )
    }
    if step.when is not None:
        changes["when"] = with_values(step.when, lambda one: substitute(one, known))
    if step.loop is not None:
        changes["loop"] = _loop_with(step.loop, known)
    return replace(step, **changes)


def _loop_with(loop: Map, known: dict[Leaf, Value]) -> Map:
    """Return a loop with what is known in it."""
    match loop.over:
        case Over(value=value):
            return replace(loop, over=Over(substitute(value, known)))
        case Range() as over:
            start, end = substitute(over.start, known), substitute(over.end, known)
            return replace(loop, over=replace(over, start=start, end=end))
        case _:
            return loop


def template_with(thing: T, known: Mapping[ParameterRef, Value]) -> T:
    """Return a template, or a part of one, with values in place of parameters."""
    if not known:
        return thing
    if isinstance(thing, ParameterRef):
        return cast("T", known.get(thing, thing))
    if isinstance(thing, tuple):
        return cast("T", tuple(template_with(one, known) for one in thing))
    if isinstance(thing, Constant) or not is_dataclass(thing):
        return thing
    changes: dict[str, Any] = {}
    for one in fields(thing):
        before = getattr(thing, one.name)
        if (after := template_with(before, known)) != before:
            changes[one.name] = after
    return cast("T", replace(cast("Any", thing), **changes)) if changes else thing
