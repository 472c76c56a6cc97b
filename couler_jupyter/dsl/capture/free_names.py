"""The names a piece of source reads from outside itself, as the compiler scopes them.

The standard `symtable` decides what is local, so comprehensions, walrus, `global`,
class bodies and `match` need no rules of our own. The piece is taken with
`from __future__ import annotations`, as it will be run, so annotations read nothing.
"""

from __future__ import annotations

import ast
import symtable
from collections.abc import Iterator
from dataclasses import dataclass

FUTURE = "from __future__ import annotations\n"
HIDDEN = "_couler_"
MAKER = f"{HIDDEN}make_"

_COMPREHENSIONS = {"listcomp", "setcomp", "dictcomp", "genexpr"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeNames:
    """Names read from outside a piece of source.

    Attributes:
        early: read while it is defined: decorators, defaults, bases, class bodies.
        late: read when what it defines is called.
        unsure: read in a class body that also gives them a meaning of its own.
        stored: given a meaning by the piece through `global`.
    """

    early: frozenset[str]
    late: frozenset[str]
    unsure: frozenset[str]
    stored: frozenset[str]


def free_names(text: str) -> FreeNames:
    """Return the names that `text`, a module's text, reads from outside.

    >>> free_names("def f(x=a): return [g(y) for y in x]").late
    frozenset({'g'})
    """
    early: set[str] = set()
    late: set[str] = set()
    unsure: set[str] = set()
    stored: set[str] = set()
    top = symtable.symtable(FUTURE + text, "<piece>", "exec")
    for table, is_early in _tables(top, is_early=True):
        for symbol in table.get_symbols():
            name = symbol.get_name()
            if symbol.is_declared_global() and symbol.is_assigned():
                stored.add(name)
            if not symbol.is_referenced():
                continue
            if table.get_type() == "class" and symbol.is_local():
                unsure.add(name)
            elif table is top and not symbol.is_assigned():
                early.add(name)
            elif table is not top and symbol.is_global():
                (early if is_early else late).add(name)
    return FreeNames(
        early=frozenset(early),
        late=frozenset(late - early),
        unsure=frozenset(unsure - early - late),
        stored=frozenset(stored),
    )


def _tables(
    table: symtable.SymbolTable, *, is_early: bool
) -> Iterator[tuple[symtable.SymbolTable, bool]]:
    """Yield every scope and whether it runs while the piece is being defined."""
    yield table, is_early
    for child in table.get_children():
        runs = child.get_type() != "function" or (
            child.get_name() in _COMPREHENSIONS or child.get_name().startswith(MAKER)
        )
        yield from _tables(child, is_early=is_early and runs)


def annotation_names(node: ast.AST) -> set[str]:
    """Return the names in annotations that a decorator or a base class may read.

    >>> sorted(annotation_names(ast.parse("x: list['B'] = 1")))
    ['B', 'list']
    """
    names: set[str] = set()
    for each in ast.walk(node):
        if isinstance(each, ast.AnnAssign | ast.arg) and each.annotation:
            names |= _names_in(each.annotation)
        elif isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef) and each.returns:
            names |= _names_in(each.returns)
    return names


def _names_in(annotation: ast.expr) -> set[str]:
    names: set[str] = set()
    for each in ast.walk(annotation):
        if isinstance(each, ast.Name):
            names.add(each.id)
        elif isinstance(each, ast.Constant) and isinstance(each.value, str):
            try:
                names |= _names_in(ast.parse(each.value, mode="eval").body)
            except SyntaxError:  # a string that is no expression, as in Literal
                continue
    return names
