"""Comparisons by name, as the open SDK has them."""

from __future__ import annotations

from collections.abc import Callable

from couler_jupyter import dsl
from couler_jupyter.compat.current import adding
from couler_jupyter.compat.result import key_of, one
from couler_jupyter.dsl.handle import Handle
from couler_jupyter.dsl.predicate import Comparison


def equal(pre: object, post: object = None) -> dsl.Predicate:
    """Return the condition that two values are equal.

    A result of a step stands for its first output; a function is called for it. With one
    value, as in `exec_while`, the other is the result of the steps that are repeated.
    """
    return _compared(dsl.equal, pre, post)


def not_equal(pre: object, post: object = None) -> dsl.Predicate:
    """Return the condition that two values are not equal; see `equal`."""
    return _compared(dsl.not_equal, pre, post)


def bigger(pre: object, post: object = None) -> dsl.Predicate:
    """Return the condition that `pre > post`; `bigger(3)`: the result is > 3."""
    return _compared(dsl.bigger, pre, post)


def smaller(pre: object, post: object = None) -> dsl.Predicate:
    """Return the condition that `pre < post`; see `bigger`."""
    return _compared(dsl.smaller, pre, post)


def bigger_equal(pre: object, post: object = None) -> dsl.Predicate:
    """Return the condition that `pre >= post`; see `bigger`."""
    return _compared(dsl.bigger_equal, pre, post)


def smaller_equal(pre: object, post: object = None) -> dsl.Predicate:
    """Return the condition that `pre <= post`; see `bigger`."""
    return _compared(dsl.smaller_equal, pre, post)


def asked_about(condition: object) -> object:
    """Return what tells conditions on one output from others; None if there is none."""
    return key_of(condition._left) if isinstance(condition, Comparison) else None


def _compared(
    compare: Callable[..., dsl.Predicate], pre: object, post: object
) -> dsl.Predicate:
    left = _side(pre)
    return compare(left) if post is None else compare(left, _side(post))


def _side(given: object) -> object:
    if callable(given) and not isinstance(given, Handle):
        with adding():
            given = given()
    return one(given)
