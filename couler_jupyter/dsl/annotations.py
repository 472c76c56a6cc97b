"""Type annotations as types of parameters, and the annotation for files."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    Literal,
    TypeAlias,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

from couler_jupyter.dsl.origin import misused
from couler_jupyter.ir import Constant, Json, ValueType


@dataclass(frozen=True, slots=True)
class IsArtifact:
    """Marks the annotation of a file or folder that passes by reference."""


Artifact: TypeAlias = Annotated[Path, IsArtifact()]
"""A file or folder: a function gets its path, and returns the path of one it made."""

_PLAIN: Mapping[object, ValueType] = {
    str: ValueType.STRING,
    int: ValueType.INTEGER,
    float: ValueType.NUMBER,
    bool: ValueType.BOOLEAN,
    list: ValueType.LIST,
    tuple: ValueType.LIST,
    dict: ValueType.OBJECT,
    Any: ValueType.JSON,
}
_GENERIC: Mapping[object, ValueType] = {
    list: ValueType.LIST,
    tuple: ValueType.LIST,
    Sequence: ValueType.LIST,
    dict: ValueType.OBJECT,
    Mapping: ValueType.OBJECT,
}


@dataclass(frozen=True, slots=True)
class Kind:
    """What an annotation says of a value: its type, None for a file; its choices."""

    type: ValueType | None
    choices: tuple[Constant, ...] = ()


PYTHON = Kind(ValueType.PYTHON)


def kind_of(hint: object) -> Kind:
    """Return what an annotation says; any it does not know is a Python value."""
    if hint is Artifact:
        return Kind(None)
    if isinstance(hint, ValueType):
        return Kind(hint)
    try:
        known = _PLAIN.get(hint)
    except TypeError:  # an annotation that cannot be hashed
        return PYTHON
    if known is not None:
        return Kind(known)
    origin = get_origin(hint)
    if origin is Annotated:
        base, *marks = get_args(hint)
        is_file = any(isinstance(mark, IsArtifact) for mark in marks)
        return Kind(None) if is_file else kind_of(base)
    if origin is Literal:
        return _literal(get_args(hint))
    if origin in {Union, UnionType}:
        return _optional(get_args(hint))
    if is_typeddict(hint):
        return Kind(ValueType.OBJECT)
    inside = get_args(hint)[:1]
    if _GENERIC.get(origin) is ValueType.LIST and any(
        kind_of(one).type is None for one in inside
    ):
        return Kind(None)  # a list of files passes as files do
    return Kind(_GENERIC.get(origin, ValueType.PYTHON))


def type_named(given: object, what: str) -> Kind:
    """Return the kind of parameter the user asked for by a Python type or a word.

    Raises:
        BuildFailed: it is neither.
    """
    if isinstance(given, str):
        for kind in ValueType:
            if given in {kind.value, kind.name}:
                return Kind(kind)
        known = ", ".join(ValueType)
        raise misused(f"{what}: type={given!r} must be a Python type or one of {known}")
    return kind_of(given)


def type_of_value(value: Json) -> ValueType:
    """Return the type that a plain value is of."""
    return _PLAIN.get(type(value), ValueType.JSON)


def hints_of(function: Callable[..., object]) -> dict[str, object]:
    """Return the annotations of a function as objects, those that can be understood.

    Annotations that name what is not there (yet) are left out.
    """
    try:
        return dict(get_type_hints(function, include_extras=True))
    except (NameError, TypeError, AttributeError, SyntaxError):
        return _hints_one_by_one(function)


def _hints_one_by_one(function: Callable[..., object]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, hint in getattr(function, "__annotations__", {}).items():
        single = cast("Any", lambda: None)
        single.__annotations__ = {name: hint}
        try:
            found |= get_type_hints(
                single, globalns=_globals(function), include_extras=True
            )
        except (NameError, TypeError, AttributeError, SyntaxError):
            continue
    return found


def _globals(function: Callable[..., object]) -> dict[str, Any]:
    own = getattr(function, "__globals__", None)
    if own is not None:
        return cast("dict[str, Any]", own)
    return vars(sys.modules[function.__module__])


def _literal(options: tuple[object, ...]) -> Kind:
    choices = tuple(Constant.of(option) for option in options)
    kinds = {type_of_value(option) for option in options}
    return Kind(kinds.pop() if len(kinds) == 1 else ValueType.JSON, choices)


def _optional(options: tuple[object, ...]) -> Kind:
    """Return the kind of a union: JSON where all of it is, else a Python value."""
    kinds = [kind_of(option) for option in options if option is not NoneType]
    if len(kinds) == 1 and kinds[0].type is None:
        return kinds[0]
    if any(kind.type in {None, ValueType.PYTHON} for kind in kinds):
        return PYTHON
    return Kind(ValueType.JSON)
