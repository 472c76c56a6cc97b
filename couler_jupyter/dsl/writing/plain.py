"""Values of the IR as calls that make them: `ir.Container(image="busybox")`."""

from __future__ import annotations

from dataclasses import MISSING, Field, fields, is_dataclass
from enum import StrEnum
from typing import Any

from couler_jupyter.dsl.writing.code import Code, Group, call, literal, tuple_of
from couler_jupyter.ir import Constant, Json


def source_of(value: Any) -> Code:  # noqa: ANN401 (any value of the IR)
    """Return the code that makes a value of the IR, or plain data in one."""
    match value:
        case Constant():
            return call("ir.Constant.of", literal(value.value))
        case StrEnum():
            return f"ir.{type(value).__name__}.{value.name}"
        case tuple():
            return tuple_of(map(source_of, value))
        case _ if is_dataclass(value) and not isinstance(value, type):
            return _made(value)
        case _:
            plain: Json = value
            return literal(plain)


def _made(value: Any) -> Group:  # noqa: ANN401
    named = {
        one.name: source_of(part)
        for one in fields(value)
        if one.init
        and one.compare
        and not _is_default(one, part := getattr(value, one.name))
    }
    return call(f"ir.{type(value).__name__}", **named)


def _is_default(one: Field[Any], part: object) -> bool:
    if one.default is not MISSING:
        return type(part) is type(one.default) and part == one.default
    if one.default_factory is not MISSING:
        return bool(part == one.default_factory())
    return False
