"""Which steps the expressions of a program stand for, as far as that can be read."""

from __future__ import annotations

import ast
from types import MappingProxyType

from couler_jupyter.nl.checking.program import Program

_WRAPPED = MappingProxyType({"map_": 0, "exec_while": 1, "when": 1})
"""Calls that run a function's steps, and where that function stands."""


def step_names(
    program: Program, node: ast.expr, seen: frozenset[str] = frozenset()
) -> frozenset[str]:
    """Return the steps that an expression stands for, as far as that can be read.

    Args:
        program: where names are looked up.
        node: the expression.
        seen: names that were looked up on the way, which are not looked up again.
    """
    match node:
        case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.Set(elts=parts):
            found = (step_names(program, one, seen) for one in parts)
            return frozenset().union(*found)
        case ast.Constant(value=str(name)):
            return frozenset({name})
        case ast.Lambda(body=body):
            return step_names(program, body, seen)
        case ast.Name(id=name):
            kept = [one.value for one in program.kept if one.name == name and one.value]
            made = kept[-1] if kept else _returned(program, name)
            if made is None or name in seen:
                return frozenset({name})
            return step_names(program, made, seen | {name})
        case ast.Attribute(value=owner) | ast.Subscript(value=owner):
            return step_names(program, owner, seen)
        case ast.Call():
            return frozenset({step_name(program, node, seen)} - {""})
        case _:
            return frozenset()


def step_name(
    program: Program, call: ast.Call, seen: frozenset[str] = frozenset()
) -> str:
    """Return what the step that a call adds is called, as far as that can be read."""
    for word in call.keywords:
        if word.arg == "step_name" and isinstance(word.value, ast.Constant):
            return str(word.value.value)
    place = _WRAPPED.get(program.called(call))
    if place is not None and len(call.args) > place:
        return next(iter(step_names(program, call.args[place], seen)), "")
    signature = program.signature(call)
    return "" if signature is None else signature.name


def _returned(program: Program, name: str) -> ast.expr | None:
    """Return what a plain function gives, which is the step it stands for in a dag."""
    signature = program.functions.get(name)
    if signature is None or signature.step:
        return None
    for node in program.tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            last = node.body[-1]
            return last.value if isinstance(last, ast.Return | ast.Expr) else None
    return None
