"""Python source as what it says: without comments, blank lines and formatting."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from functools import lru_cache
from operator import attrgetter
from typing import Any

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
    return " ".join(_written(tree))


def _written(tree: ast.AST) -> list[str]:
    """Return a tree in brackets; the stack is our own, for trees can be deep."""
    out: list[str] = []
    waiting: list[Any] = [tree]
    while waiting:
        one = waiting.pop()
        kind = type(one)
        if kind is _Mark:
            out.append(one)
        elif kind is list:
            out.append("[")
            waiting.append(_END_OF_LIST)
            waiting += reversed(one)
        elif kind is str or not isinstance(one, ast.AST):
            out.append(f"{kind.__name__}:{one!r}")
        else:
            opening, fields_of = _MANNERS[kind]
            out.append(opening)
            waiting.append(_END)
            waiting += fields_of(one)
    return out


def _manner(kind: type[ast.AST]) -> tuple[str, Callable[[ast.AST], Iterable[Any]]]:
    """Return how nodes of a kind begin, and what gives their fields, the last first."""
    names = [name for name in reversed(kind._fields) if name not in _LEFT_OUT]
    opening = f"{kind.__name__} ("
    if not names:
        return opening, _no_fields
    get = attrgetter(*names)
    return opening, get if len(names) > 1 else lambda node: (get(node),)


def _no_fields(_: ast.AST) -> tuple[()]:
    return ()


class _Mark(str):
    """A bracket that is written as it is, not as text of the source."""

    __slots__ = ()


_MANNERS = {
    kind: _manner(kind)
    for kind in vars(ast).values()
    if isinstance(kind, type) and issubclass(kind, ast.AST)
}
_END, _END_OF_LIST = _Mark(")"), _Mark("]")
