"""Workflows from scripts that were written for the open SDK, without changing them."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from pathlib import Path

from couler_jupyter.ir import Workflow
from couler_jupyter.session.load import load_python

_OLD = ("couler", "couler_jupyter.compat")


def load_script(path: Path) -> Mapping[str, Workflow]:
    """Return the workflows a Python file defines, by name.

    A script of the open SDK is run as a whole, with what stands below
    `if __name__ == "__main__"`; what it would submit is a workflow it defines.

    Raises:
        BuildFailed: the file cannot be run; with its line.
    """
    if not is_old(path):
        return load_python(path)
    from couler_jupyter.compat.old_names import old_names

    with old_names():
        return load_python(path, run_name="__main__")


def is_old(path: Path) -> bool:
    """Return whether a file imports the open SDK, or its interface here."""
    try:
        tree = ast.parse(path.read_bytes())
    except (SyntaxError, ValueError):
        return False
    return any(_names_old(node) for node in ast.walk(tree))


def _names_old(node: ast.AST) -> bool:
    match node:
        case ast.Import(names=names):
            return any(_is_old(one.name) for one in names)
        case ast.ImportFrom(module=str(module), names=names, level=0):
            return _is_old(module) or any(
                _is_old(f"{module}.{one.name}") for one in names
            )
        case _:
            return False


def _is_old(module: str) -> bool:
    return any(module == one or module.startswith(f"{one}.") for one in _OLD)
