"""Order that a program asks for in so many words, and what of it closes a cycle."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from couler_jupyter.nl.checking.called import step_name, step_names
from couler_jupyter.nl.checking.facts import outside_functions
from couler_jupyter.nl.checking.program import Program
from couler_jupyter.nl.checking.suggesting import take_away, write

_ITSELF = re.compile(r"step '(?P<step>[^']+)'.*: it waits for itself")
_CYCLE = re.compile(r"its steps wait for each other: (?P<steps>.+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """One step that is to come before another.

    Attributes:
        first: names of steps; `then`: those that come after all of them.
        line: where that is written.
        right: what would have to be written instead, as it is told.
    """

    first: frozenset[str]
    then: frozenset[str]
    line: int
    right: str


def cycle_of(what: str) -> tuple[str, ...]:
    """Return the steps that a message says wait for each other; none if it does not.

    >>> cycle_of("its steps wait for each other: a -> b -> a")
    ('a', 'b', 'a')
    """
    if itself := _ITSELF.search(what):
        return itself["step"], itself["step"]
    found = _CYCLE.search(what)
    return tuple(found["steps"].split(" -> ")) if found else ()


def closing(program: Program, cycle: tuple[str, ...]) -> Edge | None:
    """Return the last thing written that is part of a cycle; None where nothing is."""
    pairs = set(pairwise(cycle))
    found: Edge | None = None
    for edge in edges(program):
        if any(a in edge.first and b in edge.then for a, b in pairs):
            found = edge
    return found


def edges(program: Program) -> Iterator[Edge]:
    """Yield the order that `>>`, `<<`, `dag`, `set_dependencies` and `after` ask for."""
    for node in outside_functions(program.tree):
        if isinstance(node, ast.Expr):
            if isinstance(node.value, ast.BinOp):
                yield from _chain(program, node.value)
            if isinstance(node.value, ast.Call):
                yield from _dag(program, node.value)
    for call in program.calls:
        yield from _after(program, call)


def _chain(program: Program, node: ast.BinOp) -> Iterator[Edge]:
    """Yield the pairs of `a >> b >> c`, each with the chain that is left without it."""
    parts = _operands(node)
    forward = isinstance(node.op, ast.RShift)
    sign = " >> " if forward else " << "
    texts = [program.text(one) for one in parts]
    whole = program.text(node)
    for place, (left, right) in enumerate(pairwise(parts)):
        first, then = (left, right) if forward else (right, left)
        sides = (texts[: place + 1], texts[place + 1 :])
        made = {texts[i] for i, one in enumerate(parts) if isinstance(one, ast.Call)}
        rest = [sign.join(one) for one in sides if len(one) > 1 or one[0] in made]
        line = node.lineno
        instead = (
            write("; ".join(rest), whole, line) if rest else take_away(whole, line)
        )
        yield Edge(
            first=step_names(program, first),
            then=step_names(program, then),
            line=line,
            right=instead,
        )


def _operands(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.RShift | ast.LShift):
        return [*_operands(node.left), node.right]
    return [node]


def _dag(program: Program, call: ast.Call) -> Iterator[Edge]:
    if program.called(call) != "dag" or not call.args:
        return
    chains = call.args[0]
    if not isinstance(chains, ast.List):
        return
    for chain in chains.elts:
        if not isinstance(chain, ast.List):
            continue
        for place in range(len(chain.elts) - 1):
            yield Edge(
                first=step_names(program, chain.elts[place]),
                then=step_names(program, chain.elts[place + 1]),
                line=chain.lineno,
                right=_without(program, chains, chain, place),
            )


def _without(program: Program, chains: ast.List, chain: ast.List, place: int) -> str:
    """Return that a chain is to be cut in two after one of its places."""
    sides = (chain.elts[: place + 1], chain.elts[place + 1 :])
    left = [ast.List(elts=side, ctx=ast.Load()) for side in sides if len(side) > 1]
    before = [one for one in chains.elts if one is not chain]
    rest = ast.List(elts=[*before, *left], ctx=ast.Load())
    return write(ast.unparse(rest), program.text(chains), chains.lineno)


def _after(program: Program, call: ast.Call) -> Iterator[Edge]:
    """Yield what `after=` and `dependencies=` of a call ask for."""
    is_own = program.called(call) == "set_dependencies"
    words = {word.arg: word.value for word in call.keywords}
    given = words.get("dependencies") if is_own else words.get("after")
    if is_own and given is None and len(call.args) > 1:
        given = call.args[1]
    if given is None:
        return
    own = frozenset({step_name(program, call)})
    many = given.elts if isinstance(given, ast.List) else [given]
    for one in many:
        rest = ast.List(elts=[x for x in many if x is not one], ctx=ast.Load())
        yield Edge(
            first=step_names(program, one),
            then=step_names(program, call.args[0]) if is_own and call.args else own,
            line=given.lineno,
            right=write(ast.unparse(rest), program.text(given), given.lineno),
        )
