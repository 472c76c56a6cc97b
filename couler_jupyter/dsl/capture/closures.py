"""What functions and classes defined inside a function hold of it.

Such a function travels inside a maker, a function whose parameters are the names it
holds: `def _couler_make_add(n): def add(x): ...; return add`. Functions that hold
each other share one maker.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import CellType, FunctionType

from couler_jupyter.dsl.capture.excerpt import shifted
from couler_jupyter.dsl.capture.free_names import HIDDEN, MAKER
from couler_jupyter.dsl.capture.layers import plain
from couler_jupyter.dsl.capture.source_of import Definition


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A function or class and its text.

    Attributes:
        value: the thing itself, with all that is wrapped around it.
        functions: the functions in the text, which may hold names around it.
        name: the name its text binds.
        text: statements at the left margin that define it.
        definition: where it was found.
        scope: the globals it was defined in.
        is_decorated: its text has decorators or bases that may read annotations.
    """

    value: object
    functions: Sequence[FunctionType]
    name: str
    text: str
    definition: Definition
    scope: dict[str, object]
    is_decorated: bool

    def reads(self, name: str) -> list[int]:
        """Return the lines where the text has `name`."""
        return sorted(
            node.lineno
            for node in ast.walk(self.definition.node)
            if isinstance(node, ast.Name) and node.id == name
        )

    def place_of(self, name: str) -> str:
        """Return the cell or file and the line where the text reads `name` first."""
        line = min(self.reads(name), default=self.definition.node.lineno)
        return f"{self.definition.shown}, line {line}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What members hold of the functions around them.

    Attributes:
        values: by the name they are held under; members themselves left out.
        aliases: names by which members know each other other than the names their
            texts bind, and the positions of those members.
        problems: names that cannot go into a maker, and why.
    """

    values: Mapping[str, object]
    aliases: Mapping[str, int]
    problems: Sequence[tuple[str, str]]


def held_by(members: Sequence[Member]) -> Held:
    """Return what `members` hold together."""
    values: dict[str, object] = {}
    aliases: dict[str, int] = {}
    problems: list[tuple[str, str]] = []
    taken: dict[str, object] = {}
    for member in members:
        problems += [(name, _CHANGES) for name in sorted(_changed(member))]
        for name, (is_set, value) in holds(
            member.value, member.functions, member.scope
        ).items():
            at = _position(value, members) if is_set else _named(name, members)
            if at is None and not is_set:
                problems.append((name, _UNSET))
            elif taken.setdefault(name, value if at is None else at) is not (
                value if at is None else at
            ):
                problems.append((name, _TWO))
            elif at is None:
                values[name] = value
            elif name != members[at].name or _is_shared(members, name):
                aliases[name] = at
    return Held(values=values, aliases=aliases, problems=problems)


_CHANGES = "is changed by nonlocal and would not come back: return it instead"
_UNSET = "has no value yet: it is set after the function"
_TWO = "means different things to functions that hold each other: rename one of them"


def holds(
    value: object, functions: Iterable[FunctionType], scope: Mapping[str, object]
) -> Mapping[str, tuple[bool, object]]:
    """Return what is held by name: whether it is set yet, and its value.

    A class also holds the bases that were local where it was defined.

    Args:
        value: a function or class.
        functions: those in its text.
        scope: the globals it was defined in.
    """
    found = {name: _content(cell) for name, cell in cells_of(functions).items()}
    if isinstance(value, type):
        for base in value.__bases__:
            name = base.__name__
            if name not in scope and vars(builtins).get(name) is not base:
                found[name] = True, base
    return dict(sorted(found.items()))


def cells_of(functions: Iterable[FunctionType]) -> Mapping[str, CellType]:
    """Return the names that functions hold of the functions around them."""
    found: dict[str, CellType] = {}
    for function in functions:
        cells = zip(
            function.__code__.co_freevars, function.__closure__ or (), strict=True
        )
        found |= {name: cell for name, cell in cells if name != "__class__"}
    return found


def _content(cell: CellType) -> tuple[bool, object]:
    """Return whether a cell holds anything yet, and what."""
    try:
        return True, plain(cell.cell_contents)
    except ValueError:  # the function around has not come to that line
        return False, None


def _position(value: object, members: Sequence[Member]) -> int | None:
    return next((at for at, each in enumerate(members) if each.value is value), None)


def _named(name: str, members: Sequence[Member]) -> int | None:
    return next((at for at, each in enumerate(members) if each.name == name), None)


def _is_shared(members: Sequence[Member], name: str) -> bool:
    return sum(each.name == name for each in members) > 1


def _changed(member: Member) -> set[str]:
    """Return the held names that a member changes through `nonlocal`."""
    held = cells_of(member.functions)
    return {
        name
        for node in ast.walk(member.definition.node)
        if isinstance(node, ast.Nonlocal)
        for name in node.names
        if name in held
    }


def knot(value: object, held: Callable[[object], Iterable[object]]) -> list[object]:
    """Return `value` and all that hold it and are held by it, nearest first.

    Args:
        value: a function or class.
        held: gives the functions and classes that one holds.
    """
    found = _reachable(value, held)
    tied = [each for each in found if _has(_reachable(each, held), value)]
    return [value, *(each for each in tied if each is not value)]


def _reachable(
    value: object, held: Callable[[object], Iterable[object]]
) -> list[object]:
    found: list[object] = []
    todo = [value]
    while todo:
        for each in held(todo.pop(0)):
            if not _has(found, each):
                found.append(each)
                todo.append(each)
    return found


def _has(values: Sequence[object], value: object) -> bool:
    return any(each is value for each in values)


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
    body = [shifted(each.text, "", "    ") for each in members]
    if aliases or len(set(names)) < len(names):  # a later def may take the name
        results = [f"_couler_{position}" for position in range(len(members))]
        kept = [f"    {new} = {old}" for new, old in zip(results, names, strict=True)]
        body = [line for pair in zip(body, kept, strict=True) for line in pair]
        body += [
            f"    {alias} = {results[at]}" for alias, at in sorted(aliases.items())
        ]
    body.append(f"    return {', '.join(results)}")
    name = name.removeprefix(HIDDEN)
    parameters = ", ".join(sorted(arguments))
    given = ", ".join(arguments[each] for each in sorted(arguments))
    lines = [f"def {MAKER}{name}({parameters}):", *body, ""]
    return "\n".join([*lines, f"{', '.join(binds)} = {MAKER}{name}({given})"])
