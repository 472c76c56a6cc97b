"""The class statement that made a class, found without running anything.

A class does not remember its place as a function does, but its methods do. One
without methods is looked for by name in the cells that were run and in its module's
file; of several, the one most like it is taken, and of those the latest.
"""

from __future__ import annotations

import ast
import enum
import functools
import inspect
import sys
from collections.abc import Iterator
from types import FunctionType

from couler_jupyter.dsl.capture import places
from couler_jupyter.dsl.capture.source_of import (
    UNKNOWN,
    Def,
    Definition,
    Node,
    NoSource,
    first_line,
    parsed,
    texts,
)


def class_source(cls: type, namespace: dict[str, object]) -> Definition:
    """Return the class statement that made `cls`.

    Raises:
        NoSource: no class statement of that name is found.
    """
    for method in methods_of(cls):
        filename = method.__code__.co_filename
        for text, shown in texts(filename, method.__globals__):
            for node in _class_nodes(cls, text):
                end = node.end_lineno or node.lineno
                if node.lineno <= method.__code__.co_firstlineno <= end:
                    return Definition(
                        node=node, text=text, filename=filename, shown=shown
                    )
    found = [
        Definition(node=node, text=text, filename=filename, shown=shown)
        for filename in _likely_files(cls, namespace)
        for text, shown in texts(filename, namespace)
        for node in reversed(_class_nodes(cls, text))
        if _declares(cls, node)
    ]
    if not found:
        raise NoSource(UNKNOWN)
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


def _class_nodes(cls: type, text: str) -> list[ast.ClassDef]:
    tree = parsed(text) if cls.__name__ in text else None
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


def _likely_files(cls: type, namespace: dict[str, object]) -> list[str]:
    """Return where `cls` may have been defined, the likeliest first."""
    module = sys.modules.get(cls.__module__)
    known = (getattr(module, "__file__", None), namespace.get("__file__"))
    files = list(dict.fromkeys(each for each in known if isinstance(each, str)))
    cells = places.cells(namespace)
    is_notebook = "get_ipython" in namespace
    return cells + files if is_notebook else files + cells


def _declares(cls: type, node: ast.ClassDef) -> bool:
    """Tell whether all public names in the body of `node` are there in `cls`."""
    line = vars(cls).get("__firstlineno__")  # known since Python 3.13
    has = {*vars(cls), *getattr(cls, "__annotations__", ()), *dir(cls)}
    public = {name for name in _declared(node) if not name.startswith("_")}
    return line in {None, first_line(node)} and public <= has


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
