"""The rule for annotations: Python works them out, texts in them included.

`typing.get_type_hints`, which tells what a step takes, evaluates every text in an
annotation. So an annotation, and each text in it, may only name types.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from couler_jupyter.nl.gate.found import Found, excerpt
from couler_jupyter.nl.gate.names import ALL_BUILTINS, TYPING, is_dunder
from couler_jupyter.nl.gate.program import Program
from couler_jupyter.nl.gate.word_list import words

_TYPES = words(
    """
    bool bytearray bytes complex dict float frozenset int list object set str tuple type
    """
)
_LITERAL = frozenset(f"{room}.Literal" for room in TYPING)
_DEEPEST = 6


def annotation_finds(
    node: ast.expr, program: Program, depth: int = 0
) -> Iterator[Found]:
    """Yield what in an annotation is more than the name of a type."""
    if depth > _DEEPEST:
        yield _found(node, "is nested too deeply")
        return
    match node:
        case ast.Constant(value=str(text)):
            yield from _text_finds(text, node, program, depth)
        case ast.Constant():
            return
        case ast.Name():
            yield from _name_finds(node, program, depth)
        case ast.Attribute(attr=name, value=base):
            if name.startswith("_"):
                yield _found(node, f"has .{name}")
            yield from annotation_finds(base, program, depth)
        case ast.Subscript(value=base, slice=inside):
            yield from annotation_finds(base, program, depth)
            if program.resolved(base) and program.resolved(base) <= _LITERAL:
                yield from _literal_finds(inside)
            else:
                yield from annotation_finds(inside, program, depth + 1)
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            for part in parts:
                yield from annotation_finds(part, program, depth + 1)
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            yield from annotation_finds(left, program, depth)
            yield from annotation_finds(right, program, depth)
        case _:
            yield _found(node, f"is {excerpt(ast.unparse(node))}")


def _text_finds(
    text: str, node: ast.expr, program: Program, depth: int
) -> Iterator[Found]:
    try:
        inner = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        yield _found(node, f"has the text {excerpt(text)}")
        return
    for one in ast.walk(inner):
        if isinstance(one, ast.expr | ast.keyword):
            one.lineno = node.lineno
    yield from annotation_finds(inner, program, depth + 1)


def _name_finds(node: ast.Name, program: Program, depth: int) -> Iterator[Found]:
    name = node.id
    if is_dunder(name) or (name in ALL_BUILTINS - _TYPES and name[0].islower()):
        yield _found(node, f"names {name}")
    for value in program.assigned.get(name, ()):
        if value is None:
            yield _found(node, f"names the variable {name}")
        else:
            yield from annotation_finds(value, program, depth + 1)


def _literal_finds(inside: ast.expr) -> Iterator[Found]:
    for part in inside.elts if isinstance(inside, ast.Tuple) else (inside,):
        plain = part.operand if isinstance(part, ast.UnaryOp) else part
        if not isinstance(plain, ast.Constant):
            yield _found(part, f"has {excerpt(ast.unparse(part))} in Literal")


def _found(node: ast.expr, what: str) -> Found:
    return Found(
        "gate-annotation",
        f"an annotation names types only; this one {what}",
        getattr(node, "lineno", 0),
    )
