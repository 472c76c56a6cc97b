"""Conditions as small trees: on values (`when`) and on how steps ended (`after`)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias, assert_never

from couler_jupyter.ir.constant import Json, as_number, as_text
from couler_jupyter.ir.value import Raw, Value


class Operator(StrEnum):
    """How two values are compared."""

    EQUAL = "=="
    NOT_EQUAL = "!="
    BIGGER = ">"
    BIGGER_EQUAL = ">="
    SMALLER = "<"
    SMALLER_EQUAL = "<="
    IN = "in"
    NOT_IN = "not-in"


@dataclass(frozen=True, slots=True)
class Compare:
    """Whether `left` stands in relation `operator` to `right`; see `compare`."""

    left: Value
    operator: Operator
    right: Value


class Outcome(StrEnum):
    """How a step ended, as others may depend on it."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"
    ERRORED = "errored"
    SKIPPED = "skipped"
    OMITTED = "omitted"
    READY = "ready"
    ANY_SUCCEEDED = "any-succeeded"
    ALL_FAILED = "all-failed"


@dataclass(frozen=True, slots=True)
class Ended:
    """Whether step `step` ended in one of the ways `how`.

    `SUCCEEDED` is also true of a reused step, `READY` of a daemon that is up, and
    `ANY_SUCCEEDED` and `ALL_FAILED` speak of the items of a mapped step.
    """

    step: str
    how: tuple[Outcome, ...]


@dataclass(frozen=True, slots=True)
class AllOf:
    """True when every term is."""

    terms: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """True when some term is."""

    terms: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """True when the term is not."""

    term: Condition


Condition: TypeAlias = Compare | Ended | AllOf | AnyOf | Not | Raw
Atom: TypeAlias = Compare | Ended | Raw


def atoms(condition: Condition) -> Iterator[Atom]:
    """Yield the comparisons and outcomes that `condition` is made of."""
    match condition:
        case AllOf(terms=terms) | AnyOf(terms=terms):
            for term in terms:
                yield from atoms(term)
        case Not(term=term):
            yield from atoms(term)
        case Compare() | Ended() | Raw():
            yield condition
        case _ as never:
            assert_never(never)


def with_atoms(condition: Condition, change: Callable[[Atom], Condition]) -> Condition:
    """Return `condition` with another in place of each comparison and outcome."""
    match condition:
        case AllOf(terms=terms):
            return AllOf(tuple(with_atoms(term, change) for term in terms))
        case AnyOf(terms=terms):
            return AnyOf(tuple(with_atoms(term, change) for term in terms))
        case Not(term=term):
            return Not(with_atoms(term, change))
        case Compare() | Ended() | Raw():
            return change(condition)
        case _ as never:
            assert_never(never)


def with_values(condition: Condition, change: Callable[[Value], Value]) -> Condition:
    """Return `condition` with another in place of each value that it compares."""

    def changed(atom: Atom) -> Condition:
        if not isinstance(atom, Compare):
            return atom
        return Compare(change(atom.left), atom.operator, change(atom.right))

    return with_atoms(condition, changed)


def negate(condition: Condition) -> Condition:
    """Return the opposite of `condition`, without doubling a `Not`."""
    return condition.term if isinstance(condition, Not) else Not(condition)


def conjuncts(condition: Condition | None) -> frozenset[Condition]:
    """Return the conditions that must all hold for `condition` to hold."""
    if condition is None:
        return frozenset()
    if isinstance(condition, AllOf):
        return frozenset().union(*(conjuncts(term) for term in condition.terms))
    return frozenset({condition})


def compare(left: Json, operator: Operator, right: Json) -> bool:
    """Return whether the comparison holds, the same on every engine.

    Engines pass values as text, so text that reads as a decimal number is that number
    (`nan`, `inf` and `1_000` stay text), and text that reads as a JSON list is that
    list where something is looked for in it. Everything else compares as the text
    that `as_text` gives; lists and objects compare part by part. For order, text that
    is no number compares with text by code points.

    >>> compare("5", Operator.BIGGER, 3), compare("heads", Operator.EQUAL, "heads")
    (True, True)

    Raises:
        TypeError: order between a number and text that is no number, or of lists;
            something is looked for in what is neither text nor list.
    """
    match operator:
        case Operator.EQUAL:
            return _equal(left, right)
        case Operator.NOT_EQUAL:
            return not _equal(left, right)
        case Operator.IN:
            return _among(left, right)
        case Operator.NOT_IN:
            return not _among(left, right)
        case (
            Operator.BIGGER
            | Operator.BIGGER_EQUAL
            | Operator.SMALLER
            | Operator.SMALLER_EQUAL
        ):
            return _ordered(left, operator, right)
        case _ as never:
            assert_never(never)


def _equal(left: Json, right: Json) -> bool:
    if isinstance(left, list | tuple) and isinstance(right, list | tuple):
        return len(left) == len(right) and all(map(_equal, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        same = left.keys() == right.keys()
        return same and all(_equal(left[key], right[key]) for key in left)
    one, other = as_number(left), as_number(right)
    if one is not None and other is not None:
        return one == other
    return as_text(left) == as_text(right)


def _among(left: Json, right: Json) -> bool:
    inside = _list_in(right) if isinstance(right, str) else right
    if isinstance(inside, str) and not isinstance(left, list | tuple | dict):
        return as_text(left) in inside
    if not isinstance(inside, list | tuple | dict):
        raise TypeError(f"{_shown(right)} is no list to look in")
    return any(_equal(left, item) for item in inside)


def _list_in(text: str) -> str | list[Json]:
    if not text.lstrip().startswith("["):
        return text
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return found if isinstance(found, list) else text


def _ordered(left: Json, operator: Operator, right: Json) -> bool:
    one, other = as_number(left), as_number(right)
    if one is not None and other is not None:
        return _in_order(one < other, one == other, one > other, operator)
    if isinstance(left, str) and isinstance(right, str):
        return _in_order(left < right, left == right, left > right, operator)
    raise TypeError(
        f"{_shown(left)} and {_shown(right)} have no order; "
        "compare numbers with numbers or text with text"
    )


def _in_order(smaller: bool, same: bool, bigger: bool, operator: Operator) -> bool:
    match operator:
        case Operator.BIGGER:
            return bigger
        case Operator.BIGGER_EQUAL:
            return bigger or same
        case Operator.SMALLER:
            return smaller
        case _:
            return smaller or same


def _shown(value: Json) -> str:
    text = as_text(value)
    return repr(text if len(text) <= 50 else f"{text[:47]}...")
