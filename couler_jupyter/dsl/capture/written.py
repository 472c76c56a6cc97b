"""Values as Python expressions that make them again."""

from __future__ import annotations

import enum
import math
import sys
from collections.abc import Callable, Collection, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import BuiltinMethodType, MethodType

from couler_jupyter.dsl.capture.made import Making, making
from couler_jupyter.dsl.capture.reasons import too_big

LIMIT = 64 * 1024
_DEPTH = 50
_CONTAINERS = (list, tuple, dict, set, frozenset)
_ATOMS = (bool, int, float, complex, str, bytes, type(None), type(...))


class CannotWrite(ValueError):
    """A value has no expression; the message says why."""


class _TooLong(Exception):
    """A value needs more text than the limit."""


@dataclass(slots=True)
class Writer:
    """Writes one value at a time; what it cannot spell out it refers to by name.

    Attributes:
        refer: the name of a function, class, module or importable object.
            Raises CannotWrite for anything else.
    """

    refer: Callable[[object], str]
    _left: int = LIMIT
    _open: list[int] = field(default_factory=list[int])

    def write(self, value: object) -> str:
        """Return an expression that makes a value equal to `value`.

        A `Making` stands for what it makes.

        Raises:
            CannotWrite: `value` or something in it is neither plain nor nameable,
                or the text is longer than `LIMIT` characters.
        """
        self._left = LIMIT
        self._open.clear()
        try:
            return self._expression(value)
        except _TooLong:
            raise CannotWrite(too_big(value, LIMIT)) from None

    def _expression(self, value: object) -> str:
        kind = type(value)
        if isinstance(value, Making):
            return self._call(value)
        if isinstance(value, _CONTAINERS) and kind in _CONTAINERS:
            with self._inside(value):
                return self._container(value)
        if kind in _ATOMS:
            return self._atom(value)
        if isinstance(value, enum.Enum):
            return self._member(value)
        if isinstance(value, MethodType | BuiltinMethodType) and isinstance(
            value.__self__, type
        ):
            return f"{self._expression(value.__self__)}.{value.__name__}"
        if (call := making(value)) is not None:
            with self._inside(value):
                return self._call(call)
        return self._reference(value)

    def _reference(self, value: object) -> str:
        try:
            return self._count(self.refer(value))
        except CannotWrite as problem:
            if not self._open:
                raise
            raise CannotWrite(f"holds something that {problem}") from None

    def _atom(self, value: object) -> str:
        match value:
            case str() | bytes() if len(value) > self._left:
                raise _TooLong
            case int() if value.bit_length() > 8 * self._left:
                raise _TooLong
            case int() if value.bit_length() > 8192:
                return self._count(hex(value))  # Python limits decimal digits only
            case float() if not math.isfinite(value):
                return self._call(Making(by=float, args=(str(value),)))
            case complex():
                return self._call(Making(by=complex, args=(value.real, value.imag)))
            case _:
                return self._count(repr(value))

    def _container(self, value: Collection[object]) -> str:
        self._count(", " * min(len(value), LIMIT))
        if isinstance(value, dict):
            write = self._expression
            pairs = [f"{write(key)}: {write(item)}" for key, item in value.items()]
            return "{" + ", ".join(pairs) + "}"
        items = [self._expression(item) for item in value]
        if isinstance(value, list):
            return "[" + ", ".join(items) + "]"
        if isinstance(value, tuple):
            return "(" + ", ".join(items) + ("," if len(items) == 1 else "") + ")"
        inside = "{" + ", ".join(sorted(items)) + "}" if items else ""
        if isinstance(value, set) and items:
            return inside
        return f"{self.refer(type(value))}({inside})"

    def _member(self, value: enum.Enum) -> str:
        kind = self._expression(type(value))
        if type(value).__members__.get(str(value.name)) is value:
            return f"{kind}.{value.name}"
        return f"{kind}({self._expression(value.value)})"

    def _call(self, call: Making) -> str:
        by = call.by
        if isinstance(by, str):
            module, _, name = by.partition(":")
            by = getattr(sys.modules[module], name)
        parts = [self._expression(each) for each in call.args]
        parts += [
            f"{name}={self._expression(each)}"
            if name.isidentifier()
            else f"**{{{name!r}: {self._expression(each)}}}"
            for name, each in call.kwargs.items()
        ]
        return f"{self.refer(by)}({', '.join(parts)})"

    def _count(self, text: str) -> str:
        self._left -= len(text)
        if self._left < 0:
            raise _TooLong
        return text

    @contextmanager
    def _inside(self, value: object) -> Generator[None]:
        if id(value) in self._open:
            raise CannotWrite(f"is a {type(value).__name__} that contains itself")
        if len(self._open) >= _DEPTH:
            raise CannotWrite(f"is nested more than {_DEPTH} deep")
        self._open.append(id(value))
        yield
        self._open.pop()
