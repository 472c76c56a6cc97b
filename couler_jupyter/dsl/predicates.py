"""Couler's predicates: comparisons by name, and conditions made of others."""

from __future__ import annotations

from couler_jupyter.dsl.origin import misused
from couler_jupyter.dsl.predicate import (
    OWN,
    AllPredicate,
    AnyPredicate,
    Comparison,
    NotPredicate,
    Predicate,
    as_predicate,
)
from couler_jupyter.ir import Operator


def equal(pre: object, post: object = OWN) -> Predicate:
    """Return the condition that two values are equal.

    With one argument, as in `exec_while`, the other is the step's own result. A
    function is called for the step whose result is compared.
    """
    return _predicate(pre, Operator.EQUAL, post)


def not_equal(pre: object, post: object = OWN) -> Predicate:
    """Return the condition that two values are not equal; see `equal`."""
    return _predicate(pre, Operator.NOT_EQUAL, post)


def bigger(pre: object, post: object = OWN) -> Predicate:
    """Return the condition that `pre > post`; `bigger(3)`: the own result is > 3."""
    return _predicate(pre, Operator.BIGGER, post)


def bigger_equal(pre: object, post: object = OWN) -> Predicate:
    """Return the condition that `pre >= post`; see `bigger`."""
    return _predicate(pre, Operator.BIGGER_EQUAL, post)


def smaller(pre: object, post: object = OWN) -> Predicate:
    """Return the condition that `pre < post`; see `bigger`."""
    return _predicate(pre, Operator.SMALLER, post)


def smaller_equal(pre: object, post: object = OWN) -> Predicate:
    """Return the condition that `pre <= post`; see `bigger`."""
    return _predicate(pre, Operator.SMALLER_EQUAL, post)


def is_in(value: object, among: object) -> Predicate:
    """Return the condition that a value is in a list, or a text in a text."""
    return _predicate(value, Operator.IN, among)


def is_not_in(value: object, among: object) -> Predicate:
    """Return the condition that a value is not in a list, nor a text in a text."""
    return _predicate(value, Operator.NOT_IN, among)


def all_of(*predicates: object) -> Predicate:
    """Return the condition that all of these hold; takes one list as well."""
    return AllPredicate(_terms(predicates, "all_of"))


def any_of(*predicates: object) -> Predicate:
    """Return the condition that some of these hold; takes one list as well."""
    return AnyPredicate(_terms(predicates, "any_of"))


def not_(predicate: object) -> Predicate:
    """Return the condition that `predicate` does not hold."""
    return NotPredicate(as_predicate(predicate))


def _terms(given: tuple[object, ...], call: str) -> tuple[Predicate, ...]:
    if len(given) == 1 and isinstance(given[0], list | tuple):
        given = tuple(given[0])
    if not given:
        raise misused(f"{call} is given no condition")
    return tuple(as_predicate(one) for one in given)


def _predicate(pre: object, operator: Operator, post: object) -> Predicate:
    pre, post = _called(pre), _called(post)
    return Comparison(*((OWN, operator, pre) if post is OWN else (pre, operator, post)))


def _called(side: object) -> object:
    return side() if callable(side) else side
