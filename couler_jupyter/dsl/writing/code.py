"""Python code as a small tree, written on one line where that is short enough."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from couler_jupyter.ir import Json

WIDTH = 88


@dataclass(frozen=True, slots=True)
class Group:
    """Parts in brackets, one a line where they do not fit on one.

    Attributes:
        head: what stands before them, with the opening bracket.
        parts: each with what stands before it, as `name=`.
        tail: the closing bracket.
        lone: whether one part alone has a comma after it, as in a tuple.
    """

    head: str
    parts: tuple[tuple[str, Code], ...]
    tail: str
    lone: bool = False


Code: TypeAlias = str | Group


def call(name: str, /, *parts: Code, **named: Code) -> Group:
    """Return a call; `named` are its keywords."""
    plain = tuple(("", one) for one in parts)
    keyed = tuple((f"{key}=", one) for key, one in named.items())
    return Group(f"{name}(", (*plain, *keyed), ")")


def list_of(parts: Iterable[Code]) -> Group:
    """Return a list."""
    return Group("[", tuple(("", one) for one in parts), "]")


def tuple_of(parts: Iterable[Code]) -> Group:
    """Return a tuple."""
    return Group("(", tuple(("", one) for one in parts), ")", lone=True)


def dict_of(pairs: Iterable[tuple[str, Code]]) -> Group:
    """Return a dict; its keys are texts."""
    return Group("{", tuple((f"{quoted(key)}: ", one) for key, one in pairs), "}")


def quoted(value: str) -> str:
    r"""Return a text in double quotes where that needs no backslash.

    >>> quoted("a"), quoted('say "a"')
    ('"a"', '\'say "a"\'')
    """
    plain = repr(value)
    if plain[0] == '"' or '"' in value:
        return plain
    return f'"{plain[1:-1]}"'


def numeral(value: float) -> str:
    """Return a number as Python writes it, whole where it is.

    >>> numeral(30.0), numeral(0.1)
    ('30', '0.1')
    """
    return repr(int(value) if float(value).is_integer() else value)


def text(value: str) -> str:
    """Return a text as Python writes it; several lines in three quotes."""
    lines = value.split("\n")
    if len(lines) < 3 or value[-1] == '"' or not all(map(_is_plain, lines)):
        return quoted(value)
    return f'"""\\\n{value}"""'


def literal(value: Json) -> Code:
    """Return plain data as Python writes it."""
    match value:
        case str():
            return text(value)
        case list():
            return list_of(map(literal, value))
        case dict():
            return dict_of((key, literal(one)) for key, one in value.items())
        case _:
            return repr(value)


def render(code: Code, indent: int = 0, used: int = 0) -> str:
    """Return code as text.

    Args:
        code: what is to be written.
        indent: columns before each further line.
        used: columns that stand before it, and behind it, on its first line.
    """
    if isinstance(code, str):
        return code
    flat = _flat(code)
    if "\n" not in flat and indent + used + len(flat) <= WIDTH:
        return flat
    inner = " " * (indent + 4)
    lines = [
        f"{inner}{name}{render(one, indent + 4, len(name) + 1)},\n"
        for name, one in code.parts
    ]
    return f"{code.head}\n{''.join(lines)}{' ' * indent}{code.tail}"


def _flat(code: Code) -> str:
    if isinstance(code, str):
        return code
    parts = [f"{name}{_flat(one)}" for name, one in code.parts]
    comma = "," if code.lone and len(parts) == 1 else ""
    return f"{code.head}{', '.join(parts)}{comma}{code.tail}"


def _is_plain(line: str) -> bool:
    return line.isprintable() and "\\" not in line and '"""' not in line


def joined(lines: Sequence[str]) -> str:
    """Return lines as one text that ends with a line break."""
    return "\n".join(lines) + "\n"
