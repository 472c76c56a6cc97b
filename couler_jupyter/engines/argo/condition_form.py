"""Conditions in one form, so that two that mean the same are equal."""

from __future__ import annotations

from typing import assert_never

from couler_jupyter.ir import (
    AllOf,
    AnyOf,
    Compare,
    Condition,
    Constant,
    Ended,
    Json,
    Not,
    Operator,
    Outcome,
    Raw,
    RunField,
    RunRef,
    Value,
    as_number,
    as_text,
)

WELL = frozenset({Outcome.SUCCEEDED, Outcome.SKIPPED})
"""What a task must be that is only named in `depends`, if it is no daemon."""
_ENDS = frozenset({"succeeded", "failed", "errored"})
_OPPOSITE = {
    Operator.EQUAL: Operator.NOT_EQUAL,
    Operator.NOT_EQUAL: Operator.EQUAL,
    Operator.IN: Operator.NOT_IN,
    Operator.NOT_IN: Operator.IN,
}
_STATUS = RunRef(RunField.STATUS)


def form_of(condition: Condition) -> Json:
    """Return a condition as nested tuples and sets; order of terms is no difference."""
    match condition:
        case AllOf(terms=terms):
            return _joined("and", terms)
        case AnyOf(terms=terms):
            return _joined("or", terms)
        case Not(term=Not(term=term)):
            return form_of(term)
        case Not(term=Compare(left=left, operator=operator, right=right)) if (
            operator in _OPPOSITE
        ):
            return form_of(Compare(left, _OPPOSITE[operator], right))
        case Not(term=term):
            return ("not", form_of(term))
        case Ended(step=step, how=how):
            ways = frozenset(how)
            return (step, ways - {Outcome.READY} if ways >= WELL else ways)
        case Compare():
            return _compared(condition)
        case Raw():
            return condition
        case _ as never:
            assert_never(never)


def ends_of(condition: Condition) -> frozenset[str] | None:
    """Return the ends of the run for which a condition on its status holds."""
    match condition:
        case Compare(left=left, operator=operator, right=Constant() as right):
            if left != _STATUS:
                return None
            listed = right.value if isinstance(right.value, list) else [right.value]
            named = frozenset(map(str, listed))
        case AnyOf(terms=terms):
            every = [ends_of(term) for term in terms]
            known = [one for one in every if one is not None]
            return frozenset().union(*known) if len(known) == len(every) else None
        case _:
            return None
    if operator in (Operator.EQUAL, Operator.IN):
        return named & _ENDS
    return _ENDS - named if operator in (Operator.NOT_EQUAL, Operator.NOT_IN) else None


def _joined(word: str, terms: tuple[Condition, ...]) -> Json:
    found: set[Json] = set()
    for term in terms:
        made = form_of(term)
        same_word = isinstance(made, tuple) and made[0] == word and len(made) == 2
        found |= made[1] if same_word else {made}
    return next(iter(found)) if len(found) == 1 else (word, frozenset(found))


def _compared(one: Compare) -> Json:
    if (ends := ends_of(one)) is not None:
        return ("ends", ends)
    many = {Operator.IN: "or", Operator.NOT_IN: "and"}.get(one.operator)
    inside = one.right.value if isinstance(one.right, Constant) else None
    if many is not None and isinstance(inside, list):
        each = Operator.EQUAL if many == "or" else Operator.NOT_EQUAL
        terms = tuple(Compare(one.left, each, Constant.of(item)) for item in inside)
        made = [form_of(term) for term in terms]
        return made[0] if len(made) == 1 else (many, frozenset(made))
    return (_side(one.left), one.operator, _side(one.right))


def _side(value: Value) -> Json:
    if not isinstance(value, Constant):
        return value
    plain = value.value
    number = as_number(plain)
    return ("constant", as_text(plain) if number is None else number)
