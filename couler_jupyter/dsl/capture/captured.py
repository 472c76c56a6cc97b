"""A function as a module of its own."""

from __future__ import annotations

import ast
import functools
import keyword
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass

from couler_jupyter.dsl.capture import imports
from couler_jupyter.dsl.capture.class_source import methods_of
from couler_jupyter.dsl.capture.free_names import FUTURE, HIDDEN
from couler_jupyter.dsl.capture.identity import module_of, own_name, qualified_name
from couler_jupyter.dsl.capture.layers import plain, unwrapped
from couler_jupyter.dsl.capture.naming import Naming
from couler_jupyter.dsl.capture.packing import Packing
from couler_jupyter.dsl.capture.parcel import Parcel
from couler_jupyter.dsl.capture.pieces import ordered
from couler_jupyter.dsl.capture.source_of import NoSource, function_source
from couler_jupyter.errors import CannotTravel


@dataclass(frozen=True, slots=True, kw_only=True)
class Captured:
    """A function with all that it needs, ready to run elsewhere.

    Attributes:
        source: the text of a module that defines it; annotations in it are text.
        entrypoint: the name to call in that module.
        travellers: names of the user's that travel with it, sorted: functions,
            classes, constants and what it holds of functions around it.
        imports: top-level modules that must be installed where it runs, sorted;
            those that come with Python are left out.
        local_modules: top-level modules that it imports and that are files of the
            user's, sorted; they are not there on another machine.
        origin: the cell or file and the line it was defined at, if known.
    """

    source: str
    entrypoint: str
    travellers: tuple[str, ...]
    imports: tuple[str, ...]
    local_modules: tuple[str, ...]
    origin: tuple[str, int] | None


def capture(function: Callable[..., object], *, name: str | None = None) -> Captured:
    """Return `function` as a module that needs nothing of this process.

    What its names mean is settled now: a name that gets another value later keeps
    the present one in what is returned. No code of the user's is run.

    Args:
        function: a function, lambda, class or partial, or a step of Couler.
        name: what to call a function that has no name of its own.

    Raises:
        CannotTravel: some names cannot go along; the message has all of them.
    """
    root = plain(function)
    scope = _scope_of(root)
    entry = _entrypoint(root, name, scope)
    origin = _origin(root)
    empty = Parcel(entry=entry, naming=Naming(scope=scope, home=_home(root)))
    parcel = Packing(root=root, parcel=empty).pack()
    if parcel.problems:
        at = f" ({origin[0]}, line {origin[1]})" if origin else ""
        raise CannotTravel(
            f"{name or entry}{at} cannot travel: {'; '.join(parcel.problems)}"
        )
    source = _module(parcel)
    tops = {*imports.imported_tops(ast.parse(source))}
    wanted = sorted(top for top in tops if not imports.is_standard(top))
    return Captured(
        source=source,
        entrypoint=entry,
        travellers=tuple(sorted(parcel.travellers)),
        imports=tuple(top for top in wanted if not imports.is_local(top)),
        local_modules=tuple(top for top in wanted if imports.is_local(top)),
        origin=origin,
    )


def _module(parcel: Parcel) -> str:
    """Return the text of the module: imports, constants, definitions."""
    lines = sorted(parcel.imports, key=lambda line: (line.startswith("from"), line))
    blocks = ["\n".join([FUTURE, *lines]).rstrip("\n")]
    was_line = False
    for each in ordered(list(parcel.pieces.values()), last=parcel.entry):
        is_line = "\n" not in each and not each.startswith(("def ", "class "))
        gap = "\n" if is_line and was_line else "\n\n\n"
        blocks += [gap, each]
        was_line = is_line
    return "".join(blocks) + "\n"


def _scope_of(root: object) -> dict[str, object]:
    """Return what names mean where `root` was defined."""
    while isinstance(root, functools.partial):
        root = plain(root.func)
    raw, _ = unwrapped(root)
    if raw is not None:
        return raw.__globals__
    if isinstance(root, type):
        for method in methods_of(root):
            return method.__globals__
    module = sys.modules.get(module_of(root))
    return {} if module is None else vars(module)


def _home(root: object) -> frozenset[str]:
    """Return the modules whose names travel as text: the notebook, the user's file."""
    module = module_of(root)
    is_theirs = imports.is_local(module.partition(".")[0])
    return frozenset({"__main__", module} if is_theirs else {"__main__"})


def _entrypoint(root: object, name: str | None, scope: dict[str, object]) -> str:
    """Return the name to call: the function's own, or the one it is bound to."""
    own = own_name(root)
    if own and "." not in qualified_name(root) and not _is_in_use(own, root, scope):
        return own
    bound = sorted(each for each, value in scope.items() if plain(value) is root)
    given = re.sub(r"\W", "_", name or "")
    wanted = own if own and own not in scope else (bound[:1] or [own or given])[0]
    if not wanted.isidentifier() or keyword.iskeyword(wanted):
        wanted = f"_{wanted}" if wanted else "function"
    is_free = wanted not in scope or wanted in bound
    return wanted if is_free else f"{HIDDEN}{wanted}"


def _is_in_use(name: str, root: object, scope: dict[str, object]) -> bool:
    """Tell whether `name` means another form of the same function than `root`."""
    there = plain(scope.get(name))
    raw, _ = unwrapped(root)
    return there is not root and raw is not None and unwrapped(there)[0] is raw


def _origin(root: object) -> tuple[str, int] | None:
    while isinstance(root, functools.partial):
        root = plain(root.func)
    raw, _ = unwrapped(root)
    if raw is None:
        return None
    try:
        definition = function_source(raw)
    except NoSource:
        return None
    return definition.shown, definition.node.lineno
