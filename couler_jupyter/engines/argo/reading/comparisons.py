"""Expressions of Argo as conditions of the IR, where it has words for them."""

from __future__ import annotations

import json
from types import MappingProxyType

from couler_jupyter.engines.argo.reading.boolean import Unreadable
from couler_jupyter.engines.argo.reading.expr import (
    Call,
    Chosen,
    Literal,
    Name,
    Negated,
    Several,
    Tree,
    Two,
    parse,
)
from couler_jupyter.engines.argo.reading.expressions import Named, Values, flat
from couler_jupyter.engines.argo.reading.phases import PHASES, phase_named
from couler_jupyter.engines.argo.texts import NUMBER
from couler_jupyter.ir import (
    AllOf,
    AnyOf,
    Compare,
    Condition,
    Constant,
    Not,
    Operator,
    Value,
)

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


def read_condition(text: str, named: Named) -> Condition | None:
    """Return the condition that an expression is; None if there is no word for it."""
    try:
        return Comparisons(named).condition(parse(text))
    except Unreadable:
        return None


def read_attempt_condition(text: str) -> Condition | None:
    """Return the condition of another attempt; None if there is no word for it."""
    return read_condition(text, lambda _: None)


class Comparisons:
    """What trees ask, given what the variables are."""

    def __init__(self, named: Named) -> None:
        self._named = named
        self.value = Values(named).value

    def condition(self, tree: Tree) -> Condition:
        """Return the condition that a tree is.

        Raises:
            Unreadable: the IR has no word for it.
        """
        match tree:
            case Two(word="&&"):
                return AllOf(tuple(map(self.condition, flat(tree, "&&"))))
            case Two(word="||"):
                return AnyOf(tuple(map(self.condition, flat(tree, "||"))))
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
        if not all(_is_number_check(one) for one in flat(check, "&&")):
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


def _is_number_check(tree: Tree) -> bool:
    return (
        isinstance(tree, Two)
        and tree.word == "matches"
        and tree.right == Literal(NUMBER)
    )


def _constant(text: str) -> Constant:
    try:
        return Constant.of(json.loads(text))
    except (ValueError, TypeError, RecursionError):
        raise Unreadable("it is no JSON") from None
