"""What can be wrong with a value or a condition as a tree, whatever it names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from couler_jupyter.ir.condition import AllOf, AnyOf, Condition, Not
from couler_jupyter.ir.constant import DEEPEST, Constant, as_number
from couler_jupyter.ir.value import DictOf, FirstOf, Format, ListOf, Text

Tree = Text | Condition


_TREES = (Format, ListOf, DictOf, FirstOf, AllOf, AnyOf, Not)


def depth_fault(tree: Tree) -> str | None:
    """Return whether a tree is deeper than a file or the stack can hold.

    Everything else that walks over trees may recurse, once this has found no fault.
    """
    if not isinstance(tree, _TREES):
        return None
    level: list[Tree] = [tree]
    for _ in range(DEEPEST):
        level = [part for one in level for part in _parts(one)]
        if not level:
            return None
    return f"it holds a value or condition of more than {DEEPEST} levels"


def value_faults(value: Text) -> Iterator[str]:
    """Yield what is wrong with the trees in a value."""
    if not isinstance(value, _TREES):
        return
    match value:
        case FirstOf(options=()):
            yield "a first_of has nothing to choose from"
        case DictOf(items=pairs):
            yield from twice("key", (key for key, _ in pairs))
        case _:
            pass
    for part in _parts(value):
        if not isinstance(part, AllOf | AnyOf | Not):
            yield from value_faults(part)  # type: ignore[arg-type]


def condition_faults(condition: Condition) -> Iterator[str]:
    """Yield what is wrong with the tree of a condition."""
    match condition:
        case AllOf(terms=()) | AnyOf(terms=()):
            yield "a condition has no terms"
        case AllOf(terms=terms) | AnyOf(terms=terms):
            for term in terms:
                yield from condition_faults(term)
        case Not(term=term):
            yield from condition_faults(term)
        case _:
            return


def seconds_fault(what: str, text: Text) -> str | None:
    """Return what is wrong with a text that gives seconds, if it is known already."""
    plain = text.value if isinstance(text, Constant) else text
    if not isinstance(text, str | Constant):
        return None
    number = as_number(plain)
    if number is None or number < 0:
        return f"its {what} is {plain!r}; write seconds, 0 or more"
    return None


def twice(what: str, names: Iterable[str]) -> Iterator[str]:
    """Yield a fault for every name that stands more than once."""
    every = tuple(names)
    if len(every) < 2 or len(set(every)) == len(every):
        return
    for name, count in Counter(every).items():
        if count > 1:
            yield f"{count} {what}s are named {name!r}"


def _parts(tree: Tree) -> tuple[Tree, ...]:
    match tree:
        case Format(parts=parts) | ListOf(items=parts) | FirstOf(options=parts):
            return parts
        case DictOf(items=pairs):
            return tuple(part for _, part in pairs)
        case AllOf(terms=terms) | AnyOf(terms=terms):
            return terms
        case Not(term=term):
            return (term,)
        case _:
            return ()
