"""Conditions as small trees: on values (`when`) and on how steps ended (`after`)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias, assert_never

from couler_jupyter.ir.value import Json, Raw, Value, as_text


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

    Engines pass values as text, so a number compares with text that reads as one:
    where either side is a number, both are taken as numbers if they can be. For
    order, text that is no number compares with text by code points.

    >>> compare("5", Operator.BIGGER, 3), compare("heads", Operator.EQUAL, "heads")
    (True, True)

    Raises:
        TypeError: order between a number and text that is no number, or of lists.
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
    numbers = _numbers(left, right)
    if numbers is not None:
        return numbers[0] == numbers[1]
    return as_text(left) == as_text(right)


def _among(left: Json, right: Json) -> bool:
    if isinstance(right, str) and not isinstance(left, list | dict):
        return as_text(left) in right
    if not isinstance(right, list | tuple | dict):
        raise TypeError(f"{as_text(right)} is no list to look in")
    return any(_equal(left, item) for item in right)


def _ordered(left: Json, operator: Operator, right: Json) -> bool:
    pair: tuple[float, float] | tuple[str, str] | None = _numbers(left, right)
    if pair is None:
        if not (isinstance(left, str) and isinstance(right, str)):
            raise TypeError(
                f"{as_text(left)!r} and {as_text(right)!r} have no order; "
                "compare numbers with numbers or text with text"
            )
        pair = (left, right)
    bigger, same = pair[0] > pair[1], pair[0] == pair[1]  # type: ignore[operator]
    match operator:
        case Operator.BIGGER:
            return bigger
        case Operator.BIGGER_EQUAL:
            return bigger or same
        case Operator.SMALLER:
            return not bigger and not same
        case _:
            return not bigger


def _numbers(left: Json, right: Json) -> tuple[float, float] | None:
    """Both as numbers, if one is a number (or both read as one) and both can be."""
    one, other = _number(left), _number(right)
    if one is None or other is None:
        return None
    return one, other


def _number(value: Json) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            return None
    return value
