"""The parts of a captured module and the order in which they work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from couler_jupyter.dsl.capture.free_names import free_names


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One definition of the captured module.

    Attributes:
        binds: the names it gives a meaning.
        text: its source.
        early: names it needs while it is being defined.
        late: names that are needed once what it defines is called.
        shell: for a container, a text that makes it empty, to be filled later.
    """

    binds: tuple[str, ...]
    text: str
    early: frozenset[str]
    late: frozenset[str]
    shell: str | None = None


def piece(binds: Sequence[str], text: str, shell: str | None = None) -> Piece:
    """Return a piece whose needs are read from its text."""
    names = free_names(text)
    return Piece(
        binds=tuple(binds),
        text=text,
        early=names.early,
        late=names.late | names.unsure,
        shell=shell,
    )


def ordered(pieces: Sequence[Piece], last: str) -> Iterator[str]:
    """Yield the texts so that each runs after all that it needs.

    Constants and plain functions need nothing to be defined: they come first, by
    name. The rest run code while they are defined: each comes after what it reads
    then, and after what that may call as far as circles allow; by name where free.
    A container that is in such a circle is made empty first and filled later.

    Args:
        pieces: what the module is made of.
        last: a name whose piece comes last if no other piece needs it before.
    """
    owner = {name: each for each in pieces for name in each.binds}
    final = owner.get(last)
    running = [each for each in pieces if each.early and each is not final]
    if final is None or any(final.binds[0] in _reach(each, owner) for each in running):
        yield from _in_order(pieces, owner)
    else:
        yield from _in_order([each for each in pieces if each is not final], owner)
        yield final.text


def _in_order(pieces: Sequence[Piece], owner: Mapping[str, Piece]) -> Iterator[str]:
    idle = [each for each in pieces if not each.early]
    yield from (each.text for each in sorted(idle, key=_idle_rank))
    waiting = {each.binds[0]: each for each in pieces if each.early}
    reach = {key: _reach(each, owner) & waiting.keys() for key, each in waiting.items()}
    shells: set[str] = set()
    while waiting:
        key = min(waiting, key=lambda key: _rank(waiting, reach, owner, key))
        chosen = waiting.pop(key)
        for other in sorted(reach[key] & waiting.keys() - shells):
            if (shell := waiting[other].shell) is not None:
                shells.add(other)
                yield shell
        yield _filled(chosen) if key in shells else chosen.text


def _filled(container: Piece) -> str:
    """Return the text that fills a container which was made empty before."""
    name = container.binds[0]
    inside = container.text.removeprefix(f"{name} = ")
    whole = "[:]" if inside.startswith("[") else ""
    return f"{name}{whole} {'=' if whole else '|='} {inside}"


def _idle_rank(each: Piece) -> tuple[bool, str]:
    return each.text.startswith(("def ", "class ", "async ", "@")), each.binds[0]


def _rank(
    waiting: Mapping[str, Piece],
    reach: Mapping[str, set[str]],
    owner: Mapping[str, Piece],
    key: str,
) -> tuple[bool, int, str]:
    """Return the rank of a piece: its own needs first, then what those may call."""
    direct = {owner[name].binds[0] for name in waiting[key].early if name in owner}
    missing = (direct & waiting.keys()) - {key}
    hard = {each for each in missing if waiting[each].shell is None}
    return bool(hard), len((reach[key] & waiting.keys()) - {key}), key


def _reach(start: Piece, owner: Mapping[str, Piece]) -> set[str]:
    """Return the first names of all pieces that `start` leads to."""
    seen: set[str] = set()
    todo = [start]
    while todo:
        each = todo.pop()
        for name in each.early | each.late:
            found = owner.get(name)
            if found is not None and found.binds[0] not in seen:
                seen.add(found.binds[0])
                todo.append(found)
    return seen
