"""What the user gives a step, as values of the IR."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, TypeGuard, cast, get_args

from couler_jupyter.dsl.handle import Handle
from couler_jupyter.dsl.origin import misused
from couler_jupyter.ir import (
    Constant,
    DictOf,
    Json,
    ListOf,
    Storage,
    Value,
    with_parts,
)

if TYPE_CHECKING:
    from couler_jupyter.dsl.scope import Scope

_VALUES = get_args(Value)
_STORAGES = get_args(Storage)


def value_of(given: object, scope: Scope, what: str = "") -> Value:
    """Return `given` as a value for a step that stands in `scope`.

    Args:
        given: what the user gave.
        scope: where it is used.
        what: what it was given as, for messages.

    Raises:
        BuildFailed: it is neither a handle nor JSON, nor made of both.
    """
    if isinstance(given, str):
        return Constant.of(given)
    if isinstance(given, Handle):
        return given._value(scope)
    if isinstance(given, _VALUES):
        return cast("Value", given)
    if isinstance(given, list | tuple | dict) and has_handle(given):
        return _tree(given, scope)
    return constant(given, what)


def constant(given: object, what: str = "") -> Constant:
    """Return plain data as a constant; numbers of numpy are numbers.

    Raises:
        BuildFailed: JSON has no word for it.
    """
    try:
        return Constant.of(_plain(given))
    except TypeError:
        at = f"{what}: " if what else ""
        raise misused(
            f"{at}{a_kind(given)} cannot be written into a workflow as an argument; have a step "
            "return it and pass that step's output"
        ) from None
    except ValueError as error:
        at = f"{what}: " if what else ""
        raise misused(f"{at}{error}; JSON has no word for it") from None


def has_handle(given: object) -> bool:
    """Return whether something in plain data is known only when the workflow runs."""
    if isinstance(given, dict):
        return any(map(has_handle, given.values()))
    if isinstance(given, list | tuple):
        return any(map(has_handle, given))
    return isinstance(given, (Handle, *_VALUES))


def a_kind(given: object) -> str:
    """Return what kind of thing something is, for messages."""
    name = type(given).__name__
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"


def is_storage(given: object) -> TypeGuard[Storage]:
    """Return whether `given` says where an artifact is stored."""
    return isinstance(given, _STORAGES)


def storage_of(storage: Storage, scope: Scope) -> Storage:
    """Return a storage with the handles in it as values."""
    return with_parts(
        storage, lambda part: part._value(scope) if isinstance(part, Handle) else part
    )


def _tree(given: object, scope: Scope) -> Value:
    if isinstance(given, dict):
        for key in given:
            if not isinstance(key, str):
                raise misused(f"key {key!r} of a dict is no text")
        return DictOf(tuple((key, value_of(one, scope)) for key, one in given.items()))
    items = cast("list[object]", given)
    return ListOf(tuple(value_of(one, scope) for one in items))


def _plain(given: object) -> Json:
    """Return data with numpy's numbers and paths as Python's own."""
    if given is None or isinstance(given, str | bool | int | float):
        return given
    if isinstance(given, list | tuple):
        return [_plain(one) for one in given]
    if isinstance(given, Mapping):
        return {key: _plain(one) for key, one in given.items()}
    if isinstance(given, PurePath):
        return str(given)
    if getattr(given, "shape", None) == () and hasattr(given, "item"):
        return cast("Any", given).item()
    return given
