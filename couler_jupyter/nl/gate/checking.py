"""The gate: what is wrong with a program, told without running any of it."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Collection, Iterator, Sequence

from couler_jupyter.nl.gate.bodies import body_finds
from couler_jupyter.nl.gate.building import building_finds
from couler_jupyter.nl.gate.found import Finding, Found, plain, told
from couler_jupyter.nl.gate.letters import letter_finds, magic_finds, size_finds
from couler_jupyter.nl.gate.program import Program, program_of
from couler_jupyter.nl.gate.secrets import looks_like_key
from couler_jupyter.nl.report import Check, Fault

MOST_NODES = 3_000
DEEPEST = 60


def gate(code: str, known: Collection[str] = ()) -> tuple[Finding, ...]:
    """Return what is wrong with a program, and what a person should see of it.

    It is a gate, not a sandbox: it reads the program and runs none of it.

    Args:
        code: what stands in the cell below `%%couler NAME`.
        known: names that the notebook offers, of steps, functions and plain values;
            never of modules.

    Returns:
        Faults, for which no proposal is made, then risks; empty for a plain program.
    """
    code = code.replace("\r\n", "\n")
    too_big = told(size_finds(code))
    if too_big:
        return too_big
    tree = _tree(code)
    if isinstance(tree, Fault):
        return (*told(letter_finds(code)), tree)
    return told(_finds(code, tree, frozenset(known)))


def _finds(code: str, tree: ast.Module, known: frozenset[str]) -> Iterator[Found]:
    yield from letter_finds(code)
    nodes = _nodes(tree)
    if isinstance(nodes, Found):
        yield nodes
        return
    yield from magic_finds(code, _lines_in_texts(nodes))
    program = program_of(tree, nodes)
    yield from _name_finds(nodes)
    yield from building_finds(program, known)
    yield from _key_finds(program)
    for body in program.bodies:
        yield from body_finds(body.body, program.origins, body.name)


def _tree(code: str) -> ast.Module | Fault:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(code)
    except SyntaxError as error:
        text = f": {error.text.strip()}" if error.text else ""
        what, line = f"{error.msg}{text}", error.lineno or 0
    except (ValueError, MemoryError, RecursionError) as error:
        what, line = f"it is no Python: {str(error) or type(error).__name__}", 0
    return Fault(check=Check.PARSE, what=plain(what), line=line, rule="parse")


def _nodes(tree: ast.Module) -> list[ast.AST] | Found:
    """Return every node of a program, or what is wrong with how big and deep it is."""
    nodes, level, depth = list[ast.AST](), list[ast.AST]([tree]), 0
    while level:
        nodes += level
        depth += 1
        if len(nodes) > MOST_NODES or depth > DEEPEST:
            what = "more parts, or nested deeper, than a cell needs; write less"
            return Found("gate-size", what, getattr(level[0], "lineno", 0))
        level = [one for node in level for one in ast.iter_child_nodes(node)]
    return nodes


def _lines_in_texts(nodes: Sequence[ast.AST]) -> frozenset[int]:
    """Return the lines that start inside of a text."""
    inside: set[int] = set()
    for node in nodes:
        if isinstance(node, ast.Constant | ast.JoinedStr) and node.end_lineno:
            inside.update(range(node.lineno + 1, node.end_lineno + 1))
    return frozenset(inside)


def _name_finds(nodes: Sequence[ast.AST]) -> Iterator[Found]:
    """Yield names that are not plain ASCII, wherever they stand."""
    for node in nodes:
        match node:
            case ast.Name(id=name) | ast.arg(arg=name) | ast.Attribute(attr=name):
                names = [name]
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                names = [name]
            case ast.alias(name=name, asname=asname):
                names = [name, asname or ""]
            case ast.keyword(arg=str(name)):
                names = [name]
            case _:
                continue
        for name in names:
            if not name.isascii():
                what = f"{name} is not plain ASCII; write names in a to z"
                yield Found("gate-identifier", what, getattr(node, "lineno", 0))


def _key_finds(program: Program) -> Iterator[Found]:
    for node in program.building:
        match node:
            case ast.Constant(value=str(text)) if looks_like_key(text):
                what = "a key or token stands in the code; use couler.create_secret"
                yield Found("gate-secret-value", what, node.lineno)
            case _:
                continue
