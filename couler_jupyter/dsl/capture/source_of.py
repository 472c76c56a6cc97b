"""The text that defined a function, found without running anything.

Text comes from `linecache`, where IPython and its kernels put every cell, so a
function keeps the text of the cell that made it when that cell is edited.
"""

from __future__ import annotations

import ast
import functools
import inspect
import linecache
from collections.abc import Iterator
from dataclasses import dataclass
from types import CodeType, FunctionType
from typing import TypeAlias

from couler_jupyter.dsl.capture import places

Def: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
Node: TypeAlias = Def | ast.ClassDef | ast.Lambda

UNKNOWN = (
    "cannot go along, its source is not to be had: defined by exec or in the plain REPL"
)
_CHANGED = (
    "cannot go along, its source has changed since it was defined: run that again"
)


class NoSource(LookupError):
    """The text of a definition cannot be found; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """One definition and the text around it.

    Attributes:
        node: the definition; its positions are those in `text`.
        text: the whole cell or file.
        filename: what Python calls the cell or file.
        shown: the cell or file, as a user knows it.
    """

    node: Node
    text: str
    filename: str
    shown: str

    @property
    def place(self) -> str:
        """Return the cell or file and the line."""
        return f"{self.shown}, line {self.node.lineno}"


def function_source(function: FunctionType) -> Definition:
    """Return the definition that made `function`, be it a def or a lambda.

    Raises:
        NoSource: there is no text, or the text is no longer that of `function`.
    """
    code, namespace = function.__code__, function.__globals__
    filename, reason = code.co_filename, UNKNOWN
    for text, shown in texts(filename, namespace):
        tree = parsed(text)
        node = None if tree is None else _node_of(code, tree)
        if node is not None:
            return Definition(node=node, text=text, filename=filename, shown=shown)
        if not filename.startswith("<"):
            reason = _CHANGED
    raise NoSource(reason)


@functools.lru_cache(maxsize=16)
def parsed(text: str) -> ast.Module | None:
    """Return the tree of `text`, or None if it is not Python; not to be changed."""
    flags = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    try:
        tree = compile(text, "<source>", "exec", flags, dont_inherit=True)
    except (SyntaxError, ValueError):
        return None
    return tree if isinstance(tree, ast.Module) else None


def texts(filename: str, namespace: dict[str, object]) -> Iterator[tuple[str, str]]:
    """Yield what `filename` holds: as first read, and as it is now if that differs."""
    shown = places.shown(filename, namespace)
    first = "".join(linecache.getlines(filename, namespace))
    if first:
        yield first, shown
    linecache.checkcache(filename)
    now = "".join(linecache.getlines(filename, namespace))
    if now and now != first:
        yield now, shown
    if not now and filename.startswith("<"):
        yield from _bodies(namespace)


def _bodies(namespace: dict[str, object]) -> Iterator[tuple[str, str]]:
    """Yield the bodies of cells under `%%time` and its like, latest first.

    Such magics compile the body themselves and leave no trace in `linecache`.
    """
    for number, text in places.history(namespace):
        tree = parsed(text)
        for node in ast.walk(tree) if tree else ():
            match node:
                case ast.Call(
                    func=ast.Attribute(attr="run_cell_magic"),
                    args=[_, _, ast.Constant(value=str(body))],
                ):
                    yield body, f"cell [{number}]"
                case _:
                    pass


def _node_of(code: CodeType, tree: ast.Module) -> Node | None:
    if code.co_name == "<lambda>":
        return _lambda_of(code, tree)
    for node in ast.walk(tree):
        if (
            isinstance(node, Def)
            and node.name == code.co_name
            and first_line(node) == code.co_firstlineno
            and _parameters(node.args) == _parameters_of(code)
        ):
            return node
    return None


def _lambda_of(code: CodeType, tree: ast.Module) -> ast.Lambda | None:
    """Return the lambda whose body spans what `code` spans, to the column."""
    near = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Lambda)
        and node.lineno == code.co_firstlineno
        and _parameters(node.args) == _parameters_of(code)
    ]
    spans = set(code.co_positions())
    exact = [node for node in near if _span(node.body) in spans]
    # without columns (python -X no_debug_ranges) lambdas that read alike are alike
    if not exact and len({ast.dump(node) for node in near}) == 1:
        exact = near
    return exact[0] if exact else None


def _span(node: ast.expr) -> tuple[int | None, int | None, int | None, int | None]:
    return node.lineno, node.end_lineno, node.col_offset, node.end_col_offset


def first_line(node: Def | ast.ClassDef) -> int:
    """Return the line of the first decorator, or of the definition itself."""
    return min([node.lineno, *(each.lineno for each in node.decorator_list)])


def _parameters(args: ast.arguments) -> set[str]:
    every = [*args.posonlyargs, *args.args, *args.kwonlyargs, args.vararg, args.kwarg]
    return {arg.arg for arg in every if arg is not None}


def _parameters_of(code: CodeType) -> set[str]:
    stars = bool(code.co_flags & inspect.CO_VARARGS) + bool(
        code.co_flags & inspect.CO_VARKEYWORDS
    )
    count = code.co_argcount + code.co_kwonlyargcount + stars
    return set(code.co_varnames[:count])
