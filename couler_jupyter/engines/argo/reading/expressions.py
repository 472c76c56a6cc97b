"""Expressions of Argo as values and conditions of the IR, where it has words for them.

Those that our own compiler writes are all understood; so are the plain ones of people.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from types import MappingProxyType
from typing import TypeAlias

from couler_jupyter.engines.argo.reading.boolean import Unreadable
from couler_jupyter.engines.argo.reading.expr import (
    Call,
    Chosen,
    Literal,
    Name,
    Negated,
    Part,
    Several,
    Tree,
    Two,
    parse,
)
from couler_jupyter.engines.argo.reading.phases import PHASES, phase_named
from couler_jupyter.ir import (
    AllOf,
    AnyOf,
    AttemptField,
    AttemptRef,
    Compare,
    Condition,
    Constant,
    FirstOf,
    Format,
    ItemRef,
    Not,
    Operator,
    OutputRef,
    Value,
    leaves,
)

Named: TypeAlias = Callable[[tuple[str, ...]], Value | None]
"""Gives the value that a variable is, by the parts of its name."""

_COMPARED = MappingProxyType(
    {
        "==": Operator.EQUAL,
        "!=": Operator.NOT_EQUAL,
        ">": Operator.BIGGER,
        ">=": Operator.BIGGER_EQUAL,
        "<": Operator.SMALLER,
        "<=": Operator.SMALLER_EQUAL,
    }
)
_AS_NUMBER = frozenset(
    {"asInt", "asFloat", "int", "float", "trim", "sprig.int", "sprig.float64"}
)
_LAST_TRY = MappingProxyType(
    {
        ("lastRetry", "exitCode"): AttemptField.EXIT_CODE,
        ("lastRetry", "duration"): AttemptField.DURATION,
        ("lastRetry", "message"): AttemptField.MESSAGE,
    }
)
_NEXT_TRY = parse("string(int(retries) + 1)")


def read_expression(text: str, named: Named) -> Value | None:
    """Return the value that an expression gives as text; None if there is no word."""
    try:
        return _Meaning(named).value(parse(text))
    except Unreadable:
        return None


def value_of(tree: Tree, named: Named) -> Value:
    """Return the value that the tree of an expression gives.

    Raises:
        Unreadable: the IR has no word for it.
    """
    return _Meaning(named).value(tree)


def condition_of(tree: Tree, named: Named) -> Condition:
    """Return the condition that the tree of an expression is.

    Raises:
        Unreadable: the IR has no word for it.
    """
    return _Meaning(named).condition(tree)


def read_condition(text: str, named: Named) -> Condition | None:
    """Return the condition that an expression is; None if there is no word for it."""
    try:
        return _Meaning(named).condition(parse(text))
    except Unreadable:
        return None


class _Meaning:
    """What trees mean, given what the variables are."""

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
                return Constant.of(text)
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

    def condition(self, tree: Tree) -> Condition:
        """Return the condition that a tree is.

        Raises:
            Unreadable: the IR has no word for it.
        """
        match tree:
            case Two(word="&&"):
                return AllOf(tuple(map(self.condition, _flat(tree, "&&"))))
            case Two(word="||"):
                return AnyOf(tuple(map(self.condition, _flat(tree, "||"))))
            case Negated(of=inner):
                return self._opposite(inner)
            case Two(word=word, left=left, right=right) if word in _COMPARED:
                return self._compared(_COMPARED[word], left, right)
            case Two(word="in", left=left, right=Several(items=items)):
                return self._among(left, items)
            case Chosen(condition=check, yes=yes, no=no):
                return self._by_kind(check, yes, no)
            case _:
                raise Unreadable("it is no comparison")

    def _opposite(self, tree: Tree) -> Condition:
        inner = self.condition(tree)
        if isinstance(inner, Compare):
            turned = {Operator.EQUAL: Operator.NOT_EQUAL, Operator.IN: Operator.NOT_IN}
            if inner.operator in turned:
                return Compare(inner.left, turned[inner.operator], inner.right)
        return Not(inner)

    def _compared(self, operator: Operator, left: Tree, right: Tree) -> Condition:
        if (phase := self._phase_compared(operator, left, right)) is not None:
            return phase
        return Compare(self._side(left), operator, self._side(right))

    def _side(self, tree: Tree) -> Value:
        match tree:
            case Literal(value=bool() | int() | float() as plain):
                return Constant.of(plain)
            case Call(name=name, arguments=(inner,)) if name in _AS_NUMBER:
                return self._side(inner)
            case Call(name="fromJSON", arguments=(Literal(value=str() as text),)):
                return _constant(text)
            case Call(name="fromJSON", arguments=(inner,)):
                return self.value(inner)
            case _:
                return self.value(tree)

    def _phase_compared(
        self, operator: Operator, left: Tree, right: Tree
    ) -> Condition | None:
        for one, other in ((left, right), (right, left)):
            if not isinstance(one, Name) or not isinstance(other, Literal):
                continue
            phase = phase_named(one.path, self._named)
            if phase is not None and other.value in PHASES:
                return Compare(phase, operator, Constant.of(PHASES[str(other.value)]))
        return None

    def _among(self, left: Tree, items: tuple[Tree, ...]) -> Condition:
        plain = [one.value for one in items if isinstance(one, Literal)]
        if len(plain) != len(items):
            raise Unreadable("an item is no constant")
        if isinstance(left, Name) and all(one in PHASES for one in plain):
            phase = phase_named(left.path, self._named)
            if phase is not None:
                words = [PHASES[str(one)] for one in plain]
                return Compare(phase, Operator.IN, Constant.of(words))
        return Compare(self.value(left), Operator.IN, Constant.of(plain))

    def _by_kind(self, check: Tree, yes: Tree, no: Tree) -> Condition:
        """Read a comparison that is one of numbers if both sides read as numbers."""
        if isinstance(no, Two) and no.word == "contains":
            return Compare(self.value(no.right), Operator.IN, self.value(no.left))
        if not all(_is_number_check(one) for one in _flat(check, "&&")):
            raise Unreadable("it is chosen by something else")
        if not isinstance(yes, Two) or not isinstance(no, Two) or yes.word != no.word:
            raise Unreadable("it compares in two ways")
        if yes.word not in _COMPARED:
            raise Unreadable("it is no comparison")
        numbers, texts = (yes.left, yes.right), (no.left, no.right)
        sides = [
            self._side(number if isinstance(number, Literal) else text)
            for number, text in zip(numbers, texts, strict=True)
        ]
        return Compare(sides[0], _COMPARED[yes.word], sides[1])

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
        parts = _flat(tree, "+")
        if not any(isinstance(p, Literal) and isinstance(p.value, str) for p in parts):
            raise Unreadable("it may add numbers")
        found: list[str | Value] = []
        for part in parts:
            value = self.value(part)
            text = isinstance(value, Constant) and isinstance(value.value, str)
            found.append(value.value if isinstance(value, Constant) and text else value)
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
            case _:
                return self._first(tree)

    def _first(self, tree: Chosen) -> Value:
        """Read what is the first of those that are there."""
        first, rest = self.value(tree.yes), self.value(tree.no)
        used = {leaf.step for leaf in leaves(first) if isinstance(leaf, OutputRef)}
        asked = {_succeeded(one) for one in _flat(tree.condition, "&&")}
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


def _flat(tree: Tree, word: str) -> list[Tree]:
    if isinstance(tree, Two) and tree.word == word:
        return [*_flat(tree.left, word), *_flat(tree.right, word)]
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


def _is_number_check(tree: Tree) -> bool:
    from couler_jupyter.engines.argo.texts import NUMBER

    return (
        isinstance(tree, Two)
        and tree.word == "matches"
        and tree.right == Literal(NUMBER)
    )


def _item_path(tree: Tree) -> Iterator[str | int]:
    match tree:
        case Part(of=of, key=key):
            yield from _item_path(of)
            yield key
        case Call(name="fromJSON", arguments=(Name(path=("item", *rest)),)):
            yield from rest
        case _:
            raise Unreadable("it is no part of an item")


def _constant(text: str) -> Constant:
    try:
        return Constant.of(json.loads(text))
    except (ValueError, TypeError, RecursionError):
        raise Unreadable("it is no JSON") from None


def read_attempt_condition(text: str) -> Condition | None:
    """Return the condition of another attempt; None if there is no word for it."""
    return read_condition(text, lambda _: None)
