"""The text that defined a function or a class, found without running anything.

Text comes from `linecache`, where IPython and its kernels put every cell, so a
function keeps the text of the cell that made it when that cell is edited.
"""

from __future__ import annotations

import ast
import enum
import functools
import inspect
import linecache
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from types import CodeType, FunctionType
from typing import TypeAlias

from couler_jupyter.dsl.capture import places

Def: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
Node: TypeAlias = Def | ast.ClassDef | ast.Lambda

_UNKNOWN = "its source is not to be had: defined by exec or in the plain REPL"
_CHANGED = "its source has changed since it was defined: run that again"


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
    filename, reason = code.co_filename, _UNKNOWN
    for text, shown in _texts(filename, namespace):
        tree = parsed(text)
        node = None if tree is None else _node_of(code, tree)
        if node is not None:
            return Definition(node=node, text=text, filename=filename, shown=shown)
        if not filename.startswith("<timed"):
            reason = _CHANGED
    raise NoSource(reason)


def class_source(cls: type, namespace: dict[str, object]) -> Definition:
    """Return the class statement that made `cls`.

    A class does not remember its place, but its methods do. One without methods
    is looked for in the cells, the latest first, and in its module's file.

    Raises:
        NoSource: no class statement of that name is found.
    """
    for method in methods_of(cls):
        filename = method.__code__.co_filename
        for text, shown in _texts(filename, method.__globals__):
            for node in _class_nodes(cls, text):
                end = node.end_lineno or node.lineno
                if node.lineno <= method.__code__.co_firstlineno <= end:
                    return Definition(
                        node=node, text=text, filename=filename, shown=shown
                    )
    found = [
        Definition(node=node, text=text, filename=filename, shown=shown)
        for filename in _likely_files(cls, namespace)
        for text, shown in _texts(filename, namespace)
        for node in reversed(_class_nodes(cls, text))
        if _declares(cls, node)
    ]
    if not found:
        raise NoSource(_UNKNOWN)
    return min(found, key=lambda one: _unlikeness(cls, one.node))


def methods_of(cls: type) -> Iterator[FunctionType]:
    """Yield the plain functions that the body of `cls` defined."""
    for value in vars(cls).values():
        for part in _accessors(value):
            while (
                inner := inspect.getattr_static(part, "__wrapped__", None)
            ) is not None:
                part = inner  # noqa: PLW2901
            if isinstance(part, FunctionType) and part.__qualname__.startswith(
                f"{cls.__qualname__}."
            ):
                yield part


def _accessors(value: object) -> tuple[object, ...]:
    match value:
        case staticmethod() | classmethod():
            return (value.__func__,)
        case property():
            return (value.fget, value.fset, value.fdel)
        case functools.cached_property():
            return (value.func,)
        case _:
            return (value,)


@functools.lru_cache(maxsize=16)
def parsed(text: str) -> ast.Module | None:
    """Return the tree of `text`, or None if it is not Python; not to be changed."""
    flags = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    try:
        tree = compile(text, "<source>", "exec", flags, dont_inherit=True)
    except (SyntaxError, ValueError):
        return None
    return tree if isinstance(tree, ast.Module) else None


def _texts(filename: str, namespace: dict[str, object]) -> Iterator[tuple[str, str]]:
    """Yield what `filename` holds: as first read, and as it is now if that differs."""
    shown = places.shown(filename, namespace)
    first = "".join(linecache.getlines(filename, namespace))
    if first:
        yield first, shown
    linecache.checkcache(filename)
    now = "".join(linecache.getlines(filename, namespace))
    if now and now != first:
        yield now, shown
    if not first and filename.startswith("<timed"):
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


def _class_nodes(cls: type, text: str) -> list[ast.ClassDef]:
    tree = parsed(text)
    path = [part for part in cls.__qualname__.split(".") if part != "<locals>"]
    return [] if tree is None else list(_classes_at(tree, path))


def _classes_at(node: ast.AST, path: list[str]) -> Iterator[ast.ClassDef]:
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, Def | ast.ClassDef):
            yield from _classes_at(child, path)
        elif child.name == path[0] and path[1:]:
            yield from _classes_at(child, path[1:])
        elif child.name == path[0] and isinstance(child, ast.ClassDef):
            yield child


def _likely_files(cls: type, namespace: dict[str, object]) -> Iterator[str]:
    yield from places.cells(namespace)
    module = sys.modules.get(cls.__module__)
    files = (getattr(module, "__file__", None), namespace.get("__file__"))
    yield from dict.fromkeys(each for each in files if isinstance(each, str))


def _declares(cls: type, node: ast.ClassDef) -> bool:
    """Tell whether all that the body of `node` names is there in `cls`."""
    line = vars(cls).get("__firstlineno__")  # known since Python 3.13
    has = {*vars(cls), *getattr(cls, "__annotations__", ()), *dir(cls)}
    return line in {None, first_line(node)} and _declared(node).keys() <= has


def _unlikeness(cls: type, node: Node) -> tuple[int, int]:
    """Return how many plain values differ, and how many names `node` does not give."""
    declared = _declared(node) if isinstance(node, ast.ClassDef) else {}
    has = dict(vars(cls))
    if issubclass(cls, enum.Enum):
        has |= {name: member.value for name, member in cls.__members__.items()}
    others = [
        name
        for name, each in declared.items()
        if isinstance(each, ast.Constant) and name in has
        if type(has[name]) is not type(each.value) or has[name] != each.value
    ]
    hidden = [name for name in vars(cls) if name.startswith("_")]
    return len(others), len(vars(cls).keys() - declared.keys() - set(hidden))


def _declared(node: ast.ClassDef) -> dict[str, ast.expr | None]:
    names: dict[str, ast.expr | None] = {}
    for statement in node.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                names[name] = value
            case ast.AnnAssign(target=ast.Name(id=name), value=value):
                names[name] = value
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                names[name] = None
            case ast.ClassDef(name=name):
                names[name] = None
            case _:
                pass
    return names
