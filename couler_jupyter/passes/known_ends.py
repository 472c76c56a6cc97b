"""What conditions on how steps ended come to, where the ends of some are known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from couler_jupyter.ir import (
    AllOf,
    AnyOf,
    Compare,
    Condition,
    Ended,
    Not,
    Outcome,
    Raw,
)


def settled(
    condition: Condition, ends: Mapping[str, frozenset[Outcome]]
) -> Condition | bool:
    """Return what is left of a condition, or what it comes to.

    Args:
        condition: on how steps ended.
        ends: of each step whose end is known, all outcomes that are true of it.
    """
    match condition:
        case Ended(step=step, how=how):
            return condition if step not in ends else not ends[step].isdisjoint(how)
        case AllOf(terms=terms):
            return _joined(terms, ends, AllOf, decisive=False)
        case AnyOf(terms=terms):
            return _joined(terms, ends, AnyOf, decisive=True)
        case Not(term=term):
            inner = settled(term, ends)
            return (not inner) if isinstance(inner, bool) else Not(inner)
        case Compare() | Raw():
            return condition
        case _ as never:
            assert_never(never)


def _joined(
    terms: tuple[Condition, ...],
    ends: Mapping[str, frozenset[Outcome]],
    kind: type[AllOf | AnyOf],
    *,
    decisive: bool,
) -> Condition | bool:
    """Return several terms as one; a single `decisive` one settles all."""
    left: list[Condition] = []
    for term in terms:
        one = settled(term, ends)
        if one is decisive:
            return decisive
        if not isinstance(one, bool):
            left.append(one)
    if not left:
        return not decisive
    return left[0] if len(left) == 1 else kind(tuple(left))
