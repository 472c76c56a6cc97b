"""The rule for how much a program may do while it writes a workflow.

Only what can be read off the text is counted here; the dry run's bounds stop the rest.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping

from couler_jupyter.nl.gate.found import Found
from couler_jupyter.nl.gate.program import Program

MOST_TURNS = 10_000
MOST_COPIES = 100_000
_MOST_BITS = 4_096
_WIDE = re.compile(r"\d{6,}")
_SEQUENCES = (
    ast.Constant,
    ast.JoinedStr,
    ast.List,
    ast.Tuple,
    ast.ListComp,
)
_PADDED = frozenset({"ljust", "rjust", "center", "zfill", "expandtabs"})

Known = Mapping[str, int]


def size_finds(program: Program) -> Iterator[Found]:
    """Yield loops and numbers that are too big to write a workflow with."""
    known = {
        name: value.value
        for name, values in program.assigned.items()
        if len(values) == 1
        and isinstance(value := values[0], ast.Constant)
        and isinstance(value.value, int)
    }
    for node in program.building:
        match node:
            case ast.BinOp():
                yield from _number_finds(node, known)
            case ast.Call(func=ast.Name(id="range"), args=args):
                yield from _turn_finds(node, _length(args, known))
            case ast.Call(func=ast.Name(id="iter"), args=[_, _, *_]):
                yield _found(node, "iter with an end that may never come; use a list")
            case ast.Call(func=ast.Attribute(attr=name), args=[width, *_]) if (
                name in _PADDED and (_folded(width, known) or 0) > MOST_COPIES
            ):
                yield _found(node, f".{name} makes a text too long")
            case ast.FormattedValue(format_spec=ast.JoinedStr(values=values)):
                for part in values:
                    if isinstance(part, ast.Constant) and _WIDE.search(str(part.value)):
                        yield _found(node, "the width of a value in a text is too big")
            case _:
                continue
    yield from _nested_finds(program, known)


def _turn_finds(node: ast.Call, turns: int | None) -> Iterator[Found]:
    if turns is not None and turns > MOST_TURNS:
        what = f"range has {turns} turns, {MOST_TURNS} at the most"
        yield _found(
            node, f"{what}; couler.map_ over couler.sequence makes one step of all"
        )


def _nested_finds(program: Program, known: Known) -> Iterator[Found]:
    """Yield the outermost loops whose turns, multiplied with those inside, are too many."""
    inside = {id(node) for node in program.building}
    stack: list[tuple[ast.AST, int]] = [(node, 1) for node in program.tree.body]
    while stack:
        node, turns = stack.pop()
        if id(node) not in inside:
            continue
        own = 1
        if isinstance(node, ast.For):
            own = _turns(node.iter, known)
        elif isinstance(
            node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
        ):
            for one in node.generators:
                own *= _turns(one.iter, known)
        if own > 1 and turns * own > MOST_TURNS:
            yield _found(node, f"loops within loops have {turns * own} turns")
            continue
        stack.extend((one, turns * own) for one in ast.iter_child_nodes(node))


def _turns(source: ast.expr, known: Known) -> int:
    match source:
        case ast.Call(func=ast.Name(id="range"), args=args):
            return max(1, _length(args, known) or 1)
        case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.Set(elts=parts):
            return max(1, len(parts))
        case ast.Constant(value=str(text)):
            return max(1, len(text))
        case _:
            return 1


def _length(args: list[ast.expr], known: Known) -> int | None:
    bounds = [_folded(one, known) for one in args[:3]]
    whole = [one for one in bounds if one is not None]
    if not whole or len(whole) != len(bounds) or (len(whole) == 3 and not whole[2]):
        return None
    span = range(*whole)
    return max(0, (span.stop - span.start + span.step - 1) // span.step)


def _number_finds(node: ast.BinOp, known: Known) -> Iterator[Found]:
    left, right = _folded(node.left, known), _folded(node.right, known)
    match node.op:
        case ast.Pow() if right is not None and left is not None:
            if abs(right) * max(1, left.bit_length()) > _MOST_BITS:
                yield _found(node, "a power is too big")
        case ast.Pow() if right is not None and right > 1_000:
            yield _found(node, "a power is too big")
        case ast.LShift() if right is None or right > _MOST_BITS:
            yield _found(node, "a shift may be too big; write the number")
        case ast.Mult():
            pairs = ((node.left, right), (node.right, left))
            if any(_is_sequence(one) and (n or 0) > MOST_COPIES for one, n in pairs):
                yield _found(node, f"more than {MOST_COPIES} copies of something")
        case ast.Mod() if isinstance(node.left, ast.Constant):
            if isinstance(node.left.value, str) and _WIDE.search(node.left.value):
                yield _found(node, "the width of a value in a text is too big")
        case _:
            return


def _is_sequence(node: ast.expr) -> bool:
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str | bytes)
    return isinstance(node, _SEQUENCES)


def _folded(node: ast.expr, known: Known, depth: int = 0) -> int | None:
    """Return the number that an expression is, if that can be read off and is bounded."""
    if depth > 20:
        return None
    match node:
        case ast.Constant(value=int() as value):
            return value
        case ast.Name(id=name):
            return known.get(name)
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            positive = _folded(inner, known, depth + 1)
            return None if positive is None else -positive
        case ast.BinOp(left=left, op=op, right=right):
            one = _folded(left, known, depth + 1)
            other = _folded(right, known, depth + 1)
            return None if one is None or other is None else _combined(one, op, other)
        case _:
            return None


def _combined(one: int, op: ast.operator, other: int) -> int | None:
    match op:
        case ast.Add():
            return one + other
        case ast.Sub():
            return one - other
        case ast.Mult() if abs(one) < 2**512 and abs(other) < 2**512:
            return one * other
        case ast.Pow() if 0 <= other <= 64 and abs(one) < 2**32:
            return int(one**other)
        case _:
            return None


def _found(node: ast.AST, what: str) -> Found:
    return Found("gate-loop", what, getattr(node, "lineno", 0))
