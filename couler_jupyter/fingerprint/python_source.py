"""Python source as what it says: without comments, blank lines and formatting."""

from __future__ import annotations

import ast
from functools import lru_cache

_LEFT_OUT = frozenset({"ctx", "type_comment", "kind", "type_ignores"})


@lru_cache(maxsize=4096)
def normalised(source: str) -> str:
    """Return a text that is equal for sources of the same syntax tree.

    Source that does not parse, as of another version of Python, stays as it is.

    >>> normalised("x = 1  # one") == normalised("x=1")
    True
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return source
    out: list[str] = []
    _write(tree, out)
    return " ".join(out)


def _write(node: ast.AST, out: list[str]) -> None:
    """Write a tree in brackets; the stack is our own, for trees can be deep."""
    waiting: list[object] = [node]
    while waiting:
        one = waiting.pop()
        if type(one) is _Mark:
            out.append(one)
        elif isinstance(one, ast.AST):
            out.append(type(one).__name__)
            out.append("(")
            waiting.append(_END)
            fields = [name for name in one._fields if name not in _LEFT_OUT]
            waiting += [getattr(one, name, None) for name in reversed(fields)]
        elif isinstance(one, list):
            out.append("[")
            waiting.append(_END_OF_LIST)
            waiting += reversed(one)
        else:
            out.append(f"{type(one).__name__}:{one!r}")


class _Mark(str):
    """A bracket that is written as it is, not as text of the source."""

    __slots__ = ()


_END, _END_OF_LIST = _Mark(")"), _Mark("]")
