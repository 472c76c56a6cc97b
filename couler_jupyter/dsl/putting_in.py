"""Putting values in place of inputs, in all that a step can hold."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any, TypeAlias, TypeVar, cast, get_args

from couler_jupyter.ir import (
    Argument,
    Condition,
    Leaf,
    ParameterRef,
    Storage,
    Value,
    substitute,
    with_parts,
    with_values,
)

Known: TypeAlias = dict[ParameterRef, Value]
T = TypeVar("T")

_VALUES = get_args(Value)


def argument_in(argument: Argument, known: Known) -> Argument:
    """Return an argument with values put in."""
    given = argument.value
    if isinstance(given, _VALUES):
        return Argument(argument.name, _put(cast("Value", given), known))
    return Argument(argument.name, storage_in(cast("Storage", given), known))


def storage_in(storage: Storage, known: Known) -> Storage:
    """Return a storage with values put in."""
    return with_parts(
        storage, lambda part: _put(part, known) if isinstance(part, _VALUES) else part
    )


def value_in(holder: T, known: Known) -> T:
    """Return a dataclass whose fields may hold values, with values put in."""
    changed = {
        one.name: _put(part, known)
        for one in fields(cast("Any", holder))
        if isinstance(part := getattr(holder, one.name), _VALUES)
    }
    return cast("T", replace(cast("Any", holder), **changed)) if changed else holder


def condition_in(condition: Condition, known: Known) -> Condition:
    """Return a condition with values put in."""
    return with_values(condition, lambda value: _put(value, known))


def _put(value: Value, known: Known) -> Value:
    return substitute(value, cast("dict[Leaf, Value]", known))
