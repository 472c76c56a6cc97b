"""Expressions of Argo as values of the IR, where it has words for them.

Those that our own compiler writes are all understood; so are the plain ones of people.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import MappingProxyType
from typing import TypeAlias

from couler_jupyter.engines.argo.reading.boolean import Unreadable
from couler_jupyter.engines.argo.reading.constants import constant_of
from couler_jupyter.engines.argo.reading.expr import (
    Call,
    Chosen,
    Literal,
    Name,
    Part,
    Tree,
    Two,
    parse,
)
from couler_jupyter.engines.argo.reading.phases import phase_named
from couler_jupyter.engines.argo.structure.facts import FAILURES
from couler_jupyter.ir import (
    AttemptField,
    AttemptRef,
    FirstOf,
    Format,
    ItemRef,
    OutputRef,
    RunField,
    RunRef,
    Value,
    leaves,
)

Named: TypeAlias = Callable[[tuple[str, ...]], Value | None]
"""Gives the value that a variable is, by the parts of its name."""

_LAST_TRY = MappingProxyType(
    {
        ("lastRetry", "exitCode"): AttemptField.EXIT_CODE,
        ("lastRetry", "duration"): AttemptField.DURATION,
        ("lastRetry", "message"): AttemptField.MESSAGE,
    }
)
_NEXT_TRY = parse("string(int(retries) + 1)")
_FAILURES = parse(FAILURES)


def read_expression(text: str, named: Named) -> Value | None:
    """Return the value that an expression gives as text; None if there is no word."""
    try:
        return Values(named).value(parse(text))
    except Unreadable:
        return None


class Values:
    """What trees give, given what the variables are."""

    def __init__(self, named: Named) -> None:
        self._named = named

    def value(self, tree: Tree) -> Value:
        """Return what a tree gives.

        Raises:
            Unreadable: the IR has no word for it.
        """
        if tree == _NEXT_TRY:
            return AttemptRef(AttemptField.NUMBER)
        match tree:
            case Literal(value=str() as text):
                return constant_of(text)
            case Name(path=path):
                return self._variable(path)
            case Two(word="+"):
                return self._joined(tree)
            case Chosen():
                return self._chosen(tree)
            case Call(name="toJson", arguments=(Call(name="map") as mapped,)):
                return self._listed(mapped)
            case _:
                raise Unreadable("it is worked out")

    def _variable(self, path: tuple[str | int, ...]) -> Value:
        if path in _LAST_TRY:
            return AttemptRef(_LAST_TRY[path])  # type: ignore[index]
        if not all(isinstance(part, str) for part in path):
            raise Unreadable("it is an item of something")
        known = self._named(tuple(map(str, path)))
        if known is None:
            raise Unreadable(f"{path} is nothing known")
        return known

    def _joined(self, tree: Tree) -> Value:
        parts = flat(tree, "+")
        if not any(isinstance(p, Literal) and isinstance(p.value, str) for p in parts):
            raise Unreadable("it may add numbers")
        found: list[str | Value] = []
        for part in parts:
            text = part.value if isinstance(part, Literal) else None
            found.append(text if isinstance(text, str) else self.value(part))
        return Format(tuple(found))

    def _chosen(self, tree: Chosen) -> Value:
        match tree:
            case Chosen(
                condition=Two(word="==", left=Name(path=path), right=Literal("Error")),
                yes=Literal("errored"),
                no=Call(name="lower", arguments=(Name(path=again),)),
            ) if (
                path == again and (phase := phase_named(path, self._named)) is not None
            ):
                return phase
            case Chosen(
                condition=Two(word="in", left=Literal("outputs")),
                yes=whole,
                no=Literal("[]"),
            ):
                return self.value(whole)
            case Chosen(
                condition=Two(word="==", left=Call(name="type", arguments=(part,))),
                yes=same,
                no=Call(name="toJson", arguments=(again,)),
            ) if part == same == again:
                return ItemRef(tuple(_item_path(part)))
            case Chosen(yes=Literal("[]"), no=Call(name="fromJSON")) if (
                tree == _FAILURES and self._named(("workflow", "failures")) is not None
            ):
                return RunRef(RunField.FAILURES)
            case _:
                return self._first(tree)

    def _first(self, tree: Chosen) -> Value:
        """Read what is the first of those that are there."""
        first, rest = self.value(tree.yes), self.value(tree.no)
        used = {leaf.step for leaf in leaves(first) if isinstance(leaf, OutputRef)}
        asked = {_succeeded(one) for one in flat(tree.condition, "&&")}
        if not used or asked != used:
            raise Unreadable("it is chosen by something else")
        others = rest.options if isinstance(rest, FirstOf) else (rest,)
        return FirstOf((first, *others))

    def _listed(self, mapped: Call) -> Value:
        """Read a list that is only read anew, item by item."""
        match mapped.arguments:
            case (Call(name="fromJSON", arguments=(items,)), Chosen()):
                return self.value(items)
            case _:
                raise Unreadable("a list is worked out")


def flat(tree: Tree, word: str) -> list[Tree]:
    """Return what is joined by a word, in its order; the tree itself if nothing is."""
    if isinstance(tree, Two) and tree.word == word:
        return [*flat(tree.left, word), *flat(tree.right, word)]
    return [tree]


def _succeeded(tree: Tree) -> str | None:
    """Return the step that a tree asks to have succeeded."""
    match tree:
        case Two(
            word="==",
            left=Name(path=("tasks" | "steps", str() as step, "status")),
            right=Literal("Succeeded"),
        ):
            return step
        case _:
            return None


def _item_path(tree: Tree) -> Iterator[str | int]:
    match tree:
        case Part(of=of, key=key):
            yield from _item_path(of)
            yield key
        case Call(name="fromJSON", arguments=(Name(path=("item", *rest)),)):
            yield from rest
        case _:
            raise Unreadable("it is no part of an item")
