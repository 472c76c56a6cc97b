"""Expressions that were settled when a definition ran, and the values they had.

Defaults and class attributes are worked out once. Where the text travels they would
be worked out again, from names that may mean something else by now: the `i` of
`lambda x, i=i: x + i` in a loop is the `i` of its turn. So the value takes the place
of the expression, unless it is spelled out or its name still means the value.
"""

from __future__ import annotations

import abc
import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import FunctionType
from typing import TypeAlias

from couler_jupyter.dsl.capture.layers import named
from couler_jupyter.dsl.capture.source_of import Node, function_source
from couler_jupyter.dsl.capture.written import CannotWrite, Writer

Express: TypeAlias = Callable[[object], str]
Replaced: TypeAlias = Iterator[tuple[ast.expr, str]]


def default_values(function: FunctionType, node: Node, express: Express) -> Replaced:
    """Yield the defaults of `function` to replace, and the text to put there.

    Args:
        function: the function.
        node: its definition.
        express: writes a value, or raises CannotWrite: then the default stays.
    """
    if isinstance(node, ast.ClassDef):
        return
    for expression, value in _given(node.args, function):
        if _may_differ(expression, value, function.__globals__):
            yield from _replacement(expression, value, express)


def class_values(
    cls: type, node: ast.ClassDef, methods: Sequence[FunctionType]
) -> Replaced:
    """Yield the plain attributes and the defaults in a class to replace.

    Args:
        cls: the class; one with a metaclass of its own keeps its attributes' text.
        node: its definition.
        methods: the functions in it.
    """
    scope: Mapping[str, object] = methods[0].__globals__ if methods else {}
    for method in methods:
        yield from default_values(method, function_source(method).node, _plainly)
    for statement in node.body if type(cls) in {type, abc.ABCMeta} else ():
        match statement:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=ast.expr() as expression)
                | ast.AnnAssign(
                    target=ast.Name(id=name), value=ast.expr() as expression
                )
            ) if name in vars(cls):
                value = vars(cls)[name]
                is_made = any(isinstance(e, ast.Call) for e in ast.walk(expression))
                if not is_made and _may_differ(expression, value, scope):
                    yield from _replacement(expression, value, _plainly)
            case _:
                pass


def _may_differ(
    expression: ast.expr, value: object, scope: Mapping[str, object]
) -> bool:
    """Tell whether `expression` could give another value than `value` elsewhere."""
    if isinstance(expression, ast.Constant):
        return type(expression.value) is type(value) and expression.value != value
    names = [each for each in ast.walk(expression) if isinstance(each, ast.Name)]
    return bool(names) and (value is None or named(expression, scope) is not value)


def _replacement(expression: ast.expr, value: object, express: Express) -> Replaced:
    try:
        yield expression, express(value)
    except CannotWrite:
        return


def _plainly(value: object) -> str:
    """Return an expression that refers to no name."""

    def refer(_: object) -> str:
        raise CannotWrite("is known by a name only")

    return Writer(refer).write(value)


def _given(
    args: ast.arguments, function: FunctionType
) -> Iterator[tuple[ast.expr, object]]:
    values = function.__defaults__ or ()
    if len(values) == len(args.defaults):
        yield from zip(args.defaults, values, strict=True)
    named_values: Mapping[str, object] = function.__kwdefaults__ or {}
    for arg, expression in zip(args.kwonlyargs, args.kw_defaults, strict=True):
        if expression is not None and arg.arg in named_values:
            yield expression, named_values[arg.arg]
