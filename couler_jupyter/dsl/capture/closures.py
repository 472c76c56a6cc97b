"""What functions and classes defined inside a function hold of it.

Such a function travels inside a maker, a function whose parameters are the names it
holds: `def _couler_make_add(n): def add(x): ...; return add`. Functions that hold
each other share one maker.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import CellType, FunctionType

from couler_jupyter.dsl.capture.excerpt import shifted
from couler_jupyter.dsl.capture.free_names import MAKER
from couler_jupyter.dsl.capture.layers import plain, unwrapped
from couler_jupyter.dsl.capture.source_of import Definition, methods_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A function or class and its text.

    Attributes:
        value: the thing itself, with all that is wrapped around it.
        name: the name its text binds; for a lambda, the name it is to have.
        text: the definition at the left margin.
        definition: where it was found.
        scope: the globals it was defined in.
    """

    value: object
    name: str
    text: str
    definition: Definition
    scope: dict[str, object]

    @property
    def statement(self) -> str:
        """Return the text as a statement that binds `name`."""
        is_lambda = isinstance(self.definition.node, ast.Lambda)
        return f"{self.name} = {self.text}" if is_lambda else self.text


def cells_of(value: object) -> Mapping[str, CellType]:
    """Return the names that `value` holds of the functions around it."""
    if isinstance(value, type):
        functions = list(methods_of(value))
    else:
        raw, _ = unwrapped(value)
        functions = [] if raw is None else [raw]
    found: dict[str, CellType] = {}
    for function in functions:
        cells = zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
        found |= {name: cell for name, cell in cells if name != "__class__"}
    return found


def content(cell: CellType) -> tuple[object, bool]:
    """Return what a cell holds and whether it holds anything yet."""
    try:
        return plain(cell.cell_contents), True
    except ValueError:  # the function around has not come to that line
        return None, False


def knot(value: object) -> list[object]:
    """Return `value` and all closures that hold it and are held by it, by name."""
    reach = {id(each): _reachable(each) for each in _reachable(value)}
    tied = [each for each in _reachable(value) if _holds(reach[id(each)], value)]
    return [value, *(each for each in tied if each is not value)]


def _reachable(value: object) -> list[object]:
    """Return the closures that `value` leads to by what it holds, nearest first."""
    found: list[object] = []
    todo = [value]
    while todo:
        for name, cell in sorted(cells_of(todo.pop(0)).items()):
            held, _ = content(cell)
            if _is_closure(held) and not _holds(found, held):
                found.append(held)
                todo.append(held)
    return found


def _is_closure(value: object) -> bool:
    raw, _ = unwrapped(value)
    return bool(cells_of(value)) if raw is not None or isinstance(value, type) else False


def _holds(values: Sequence[object], value: object) -> bool:
    return any(each is value for each in values)


def changed_by(definition: Definition, cells: Mapping[str, CellType]) -> Iterator[str]:
    """Yield the held names that a definition changes through `nonlocal`."""
    for node in ast.walk(definition.node):
        if isinstance(node, ast.Nonlocal):
            yield from (name for name in node.names if name in cells)


def maker(
    name: str,
    binds: Sequence[str],
    members: Sequence[Member],
    arguments: Mapping[str, str],
    aliases: Mapping[str, int],
) -> str:
    """Return a maker and the call of it that binds `binds` to `members`.

    Args:
        name: what the maker is named after.
        binds: one name for each member.
        members: what it defines.
        arguments: the names the members hold and the expressions for them.
        aliases: names by which members know each other but that are not the names
            their texts bind, and the positions of those members.
    """
    names = [each.name for each in members]
    results = names
    body = [shifted(each.statement, "", "    ") for each in members]
    if aliases or len(set(names)) < len(names):  # a later def may take the name
        results = [f"_couler_{position}" for position in range(len(members))]
        kept = [f"    {new} = {old}" for new, old in zip(results, names, strict=True)]
        body = [line for pair in zip(body, kept, strict=True) for line in pair]
        body += [f"    {alias} = {results[at]}" for alias, at in sorted(aliases.items())]
    body.append(f"    return {', '.join(results)}")
    parameters = ", ".join(sorted(arguments))
    given = ", ".join(arguments[each] for each in sorted(arguments))
    lines = [f"def {MAKER}{name}({parameters}):", *body, ""]
    return "\n".join([*lines, f"{', '.join(binds)} = {MAKER}{name}({given})"])
