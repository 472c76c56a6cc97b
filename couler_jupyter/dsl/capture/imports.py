"""How a value is imported, and what an import needs on another machine."""

from __future__ import annotations

import ast
import os
import re
import sys
from collections.abc import Container, Iterator
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

from couler_jupyter.dsl.capture.identity import module_of, own_name, qualified_name

_OURS = "couler_jupyter"
_PACKAGES = re.compile(r"[/\\](site|dist)-packages[/\\]")
_STANDARD = str(Path(os.__file__).parent)


def module_path(module: ModuleType) -> str | None:
    """Return the dotted name that imports `module`, None if there is none."""
    if sys.modules.get(module.__name__) is module:
        return None if _lives_in_memory(module) else module.__name__
    aliases = [name for name, each in sys.modules.items() if each is module]
    return min(aliases, default=None)


def import_path(
    value: object, name: str, home: Container[str]
) -> tuple[str, str] | None:
    """Return the module and the dotted name in it that give `value`, if any do.

    The shortest public path wins: `sklearn.ensemble`, not `sklearn.ensemble._forest`.

    Args:
        value: what is to be imported.
        name: the name it goes by here, tried when it knows none of its own.
        home: modules that do not travel; nothing is imported from them.
    """
    if value is None:
        return None
    parts = module_of(value).split(".")
    owners = [".".join(parts[: end + 1]) for end in range(len(parts))]
    known = (qualified_name(value), own_name(value), name)
    paths = [path for path in dict.fromkeys(known) if path]
    for owner in owners:
        there = sys.modules.get(owner)
        if there is None or owner in home or module_path(there) is None:
            continue
        for path in paths:
            if at_path(there, path) is value:
                return owner, path
    return None


def at_path(owner: object, path: str) -> object:
    """Return what a dotted path names in a module, by plain look-up; None if nothing."""
    for part in path.split("."):
        if not isinstance(owner, ModuleType | type):
            return None
        owner = vars(owner).get(part)
    return owner


def submodules(node: ast.AST, name: str, module: ModuleType) -> set[str]:
    """Return the submodules that `node` reaches through `name`, as `sklearn.metrics`.

    `import sklearn` alone does not load them where nothing else has.
    """
    found: set[str] = set()
    for each in ast.walk(node):
        dotted, deepest = module.__name__, None
        for part in _attributes(each, name):
            dotted = f"{dotted}.{part}"
            if not isinstance(sys.modules.get(dotted), ModuleType):
                break
            deepest = dotted
        found |= {deepest} if deepest else set()
    return {one for one in found if not any(o.startswith(f"{one}.") for o in found)}


def _attributes(node: ast.AST, name: str) -> list[str]:
    path: list[str] = []
    while isinstance(node, ast.Attribute):
        path.insert(0, node.attr)
        node = node.value
    return path if isinstance(node, ast.Name) and node.id == name else []


def imported_tops(tree: ast.AST) -> Iterator[str]:
    """Yield the top-level name of every module that `tree` imports anywhere."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def is_standard(top: str) -> bool:
    """Tell whether a top-level module comes with Python."""
    return top in sys.stdlib_module_names


def is_local(top: str) -> bool:
    """Tell whether a top-level module is a file of the user's, not installed."""
    if is_standard(top) or top == _OURS:
        return False
    places = _places_of(top)
    return bool(places) and not any(is_installed(place) for place in places)


def is_installed(path: str) -> bool:
    """Tell whether a file is part of Python or of an installed distribution."""
    return path.startswith(("<frozen", _STANDARD)) or bool(_PACKAGES.search(path))


def _places_of(top: str) -> list[str]:
    module = sys.modules.get(top)
    spec = getattr(module, "__spec__", None)
    if spec is None and module is None:
        spec = find_spec(top)
    if spec is None:
        file = getattr(module, "__file__", None)
        return [file] if isinstance(file, str) else []
    if spec.submodule_search_locations is not None:
        return list(spec.submodule_search_locations)
    return [spec.origin] if spec.origin and spec.has_location else []


def _lives_in_memory(module: ModuleType) -> bool:
    """Tell whether `module` was made by hand, so that no other process has it."""
    return module.__name__ == "__main__" or (
        getattr(module, "__spec__", None) is None
        and getattr(module, "__file__", None) is None
    )
