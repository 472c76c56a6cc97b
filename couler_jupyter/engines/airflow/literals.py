"""Python text of plain values, on as many lines as it takes."""

from __future__ import annotations

from dataclasses import dataclass

WIDTH = 88


@dataclass(frozen=True, slots=True)
class Code:
    """An expression that stands as it is written."""

    text: str

    def __repr__(self) -> str:
        return self.text


def literal(value: object, indent: int = 0) -> str:
    """Return the Python expression for a value; the same value, the same text.

    >>> print(literal({"a": (1, Code("x"))}))
    {'a': (1, x)}
    """
    flat = repr(value)
    if indent + len(flat) <= WIDTH or not isinstance(value, dict | list | tuple):
        return flat
    inner, pad = indent + 4, " " * (indent + 4)
    if isinstance(value, dict):
        parts = [f"{key!r}: {literal(part, inner)}" for key, part in value.items()]
        ends = "{}"
    else:
        parts = [literal(part, inner) for part in value]
        ends = "[]" if isinstance(value, list) else "()"
    if not parts:
        return flat
    lines = "".join(f"{pad}{part},\n" for part in parts)
    return f"{ends[0]}\n{lines}{' ' * indent}{ends[1]}"


def called(name: str, arguments: dict[str, object], indent: int = 0) -> str:
    """Return a call with named arguments, one a line."""
    pad = " " * (indent + 4)
    lines = "".join(
        f"{pad}{key}={literal(value, indent + 4)},\n"
        for key, value in arguments.items()
    )
    return f"{name}(\n{lines}{' ' * indent})" if lines else f"{name}()"
