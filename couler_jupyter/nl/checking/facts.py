"""What single parts of a program say: functions, what has a name, what calls leave."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter of a function in the program.

    Attributes:
        name: how it is called.
        annotation: as it is written; empty for none.
        required: whether a call has to give it.
    """

    name: str
    annotation: str
    required: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """What a function in the program takes and gives.

    Attributes:
        name: of the function.
        line: where it starts.
        parameters: those that have a name of their own.
        open: whether it takes more than those, by `*args` or `**kwargs`.
        returns: the annotation of what it gives; empty for none.
        step: whether a call of it is a step.
        outputs: what its decorator says it leaves behind, and the types.
    """

    name: str
    line: int
    parameters: tuple[Parameter, ...]
    open: bool
    returns: str
    step: bool
    outputs: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A value that a statement outside of functions gives a name.

    Attributes:
        name: the name.
        line: of the statement.
        value: the expression; None where the name is one of several.
        inner: whether it stands in a block, which may be skipped.
    """

    name: str
    line: int
    value: ast.expr | None
    inner: bool = False


def outside_functions(tree: ast.Module) -> Iterator[ast.stmt]:
    """Yield the statements that run when the program does, those in blocks too."""
    waiting: list[ast.stmt] = list(reversed(tree.body))
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            inner = list(ast.iter_child_nodes(node))
            waiting += reversed([one for one in inner if isinstance(one, ast.stmt)])


def kept_by(node: ast.stmt) -> Iterator[Kept]:
    """Yield what a statement gives names to."""
    match node:
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                yield from _targets(target, node.lineno, value)
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            yield from _targets(target, node.lineno, value)
        case ast.For(target=target):
            yield from _targets(target, node.lineno, None)
        case ast.With(items=items):
            for item in items:
                if item.optional_vars is not None:
                    yield from _targets(item.optional_vars, node.lineno, None)
        case _:
            return


def _targets(target: ast.expr, line: int, value: ast.expr | None) -> Iterator[Kept]:
    match target:
        case ast.Name(id=name):
            yield Kept(name=name, line=line, value=value)
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            for part in parts:
                yield from _targets(part, line, None)
        case _:
            return


def parameters_of(args: ast.arguments) -> Iterator[Parameter]:
    """Yield the parameters that have a name of their own."""
    plain = [*args.posonlyargs, *args.args]
    first = len(plain) - len(args.defaults)
    for place, one in enumerate(plain):
        yield _parameter(one, place < first)
    for one, default in zip(args.kwonlyargs, args.kw_defaults, strict=True):
        yield _parameter(one, default is None)


def _parameter(one: ast.arg, required: bool) -> Parameter:
    annotation = "" if one.annotation is None else ast.unparse(one.annotation)
    return Parameter(name=one.arg, annotation=annotation, required=required)


def outputs_in(call: ast.Call) -> dict[str, str]:
    """Return what `outputs={...}` of a call names, with types where they are known."""
    for word in call.keywords:
        if word.arg == "outputs" and isinstance(word.value, ast.Dict):
            pairs = zip(word.value.keys, word.value.values, strict=True)
            return {
                key.value: _kind_of_output(one)
                for key, one in pairs
                if isinstance(key, ast.Constant) and isinstance(key.value, str)
            }
    return {}


def _kind_of_output(node: ast.expr) -> str:
    """Return the type in `from_file(PATH, TYPE)` or the type itself; empty for a file."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Call(args=[_, ast.Name(id=name)]):
            return name
        case _:
            return ""
