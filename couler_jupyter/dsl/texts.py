"""Texts and choices made of values that are known only when the workflow runs."""

from __future__ import annotations

from collections.abc import Iterator
from string import Formatter
from typing import TYPE_CHECKING

from couler_jupyter.dsl.anything import Given
from couler_jupyter.dsl.handle import Handle
from couler_jupyter.dsl.origin import misused
from couler_jupyter.ir import FirstOf, Format, Value, ValueType, as_text

if TYPE_CHECKING:
    from couler_jupyter.dsl.scope import Scope


class Text(Handle):
    """A text with values in it, made by `format`."""

    __slots__ = ("_parts",)

    def __init__(self, parts: tuple[object, ...]) -> None:
        self._parts = parts

    def _value(self, scope: Scope) -> Value:
        found: list[str | Value] = []
        for part in self._parts:
            value = part if isinstance(part, str) else scope.value(part)
            found.extend(value.parts if isinstance(value, Format) else (value,))
        return Format(tuple(found))

    def _type(self) -> ValueType | None:
        return ValueType.STRING

    def _hint(self) -> str:
        return "text"

    def _what(self) -> str:
        return "a text with values in it"


class First(Handle):
    """The first of some values that exists."""

    __slots__ = ("_options",)

    def __init__(self, options: tuple[object, ...]) -> None:
        self._options = options

    def _value(self, scope: Scope) -> Value:
        return FirstOf(tuple(scope.value(option) for option in self._options))

    def _type(self) -> ValueType | None:
        one = self._options[0]
        return one._type() if isinstance(one, Handle) else ValueType.JSON

    def _what(self) -> str:
        return "the first of some values"


def format(template: str, /, *values: object, **named: object) -> Handle:  # noqa: A001
    """Return a text with values in it, written as for `str.format`.

    A value that is known only when the workflow runs is put in as text: text as it
    is, everything else as JSON.

    Raises:
        BuildFailed: a place has no value, or a format for a value not known yet.
    """
    try:
        return Text(tuple(_parts(template, values, named)))
    except (ValueError, LookupError) as error:
        raise misused(f"couler.format: {str(error).strip(chr(39))}") from None


def first_of(*options: object) -> Handle:
    """Return the first of these values that exists: how branches join again."""
    if not options:
        raise misused("first_of is given nothing")
    return First(options)


def _parts(
    template: str, values: tuple[object, ...], named: dict[str, object]
) -> Iterator[object]:
    position = 0
    for literal, field, spec, conversion in Formatter().parse(template):
        if literal:
            yield literal
        if field is None:
            continue
        name = field or str(position)
        position += not field
        value = _looked_up(name, values, named)
        if not _waits(value):
            plain = Formatter().convert_field(value, conversion)
            yield _rendered(plain, spec or "")
        elif spec or conversion:
            raise ValueError(f"{{{name}}} has a format, and its value is not known yet")
        else:
            yield value


def _looked_up(
    name: str, values: tuple[object, ...], named: dict[str, object]
) -> object:
    if name.isdigit():
        if int(name) >= len(values):
            raise LookupError(f"{{{name}}} has no value; {len(values)} are given")
        return values[int(name)]
    if name not in named:
        raise LookupError(f"{{{name}}} has no value; give {name}=...")
    return named[name]


def _waits(value: object) -> bool:
    """Tell whether a value, or one in it, is known only when the workflow runs."""
    if isinstance(value, dict):
        return any(map(_waits, value.values()))
    if isinstance(value, list | tuple):
        return any(map(_waits, value))
    return isinstance(value, Handle)


def _rendered(value: Given, spec: str) -> str:
    """Return a value that is known already as text, like those known later."""
    is_json = value is None or isinstance(value, str | bool | int | float | list | dict)
    return as_text(value) if is_json and not spec else f"{value:{spec}}"
