"""Which names of a program nothing in it gives a meaning."""

from __future__ import annotations

import ast
import builtins
import symtable
from collections.abc import Iterator

from couler_jupyter.nl.checking.facts import FUNCTIONS

_IMPLICIT = frozenset({"__name__", "__file__", "__doc__", "__builtins__"})


def names_bound(table: symtable.SymbolTable) -> frozenset[str]:
    """Return the names that a program gives a meaning outside of functions."""
    own = (
        one.get_name()
        for one in table.get_symbols()
        if one.is_assigned() or one.is_imported() or one.is_namespace()
    )
    return frozenset(own)


def unknown_uses(
    tree: ast.Module, table: symtable.SymbolTable, known: frozenset[str]
) -> tuple[ast.Name, ...]:
    """Return where names are used that are neither Python's nor in `known`."""
    if _imports_all(tree):
        return ()
    known = known | vars(builtins).keys() | _IMPLICIT | _declared(table)
    missing = frozenset(name for name in _global_uses(table) if name not in known)
    found = _uses(tree, missing) if missing else ()
    return tuple(sorted(found, key=lambda name: (name.lineno, name.col_offset)))


def _imports_all(tree: ast.Module) -> bool:
    found = (node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom))
    return any(name.name == "*" for node in found for name in node.names)


def _global_uses(table: symtable.SymbolTable) -> Iterator[str]:
    """Yield names that are looked for outside of all functions."""
    is_module = table.get_type() == "module"
    for symbol in table.get_symbols():
        if symbol.is_referenced() and (is_module or symbol.is_global()):
            yield symbol.get_name()
    for child in table.get_children():
        yield from _global_uses(child)


def _uses(node: ast.AST, names: frozenset[str]) -> Iterator[ast.Name]:
    """Yield where names are used that are not those of a function around them."""
    if isinstance(node, ast.Name) and node.id in names:
        yield node
    if isinstance(node, (*FUNCTIONS, ast.Lambda)):
        inside = {one.arg for one in ast.walk(node.args) if isinstance(one, ast.arg)}
        stored = (one for one in ast.walk(node) if isinstance(one, ast.Name))
        inside |= {one.id for one in stored if isinstance(one.ctx, ast.Store)}
        names = names - inside
    for child in ast.iter_child_nodes(node):
        yield from _uses(child, names)


def _declared(table: symtable.SymbolTable) -> frozenset[str]:
    """Return names that functions make known by `global`."""
    own = {one.get_name() for one in table.get_symbols() if one.is_declared_global()}
    return frozenset(own.union(*map(_declared, table.get_children())))
