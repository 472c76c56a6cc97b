"""Conditions as the user writes them: comparisons, outcomes, and `&`, `|`, `~`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING, NoReturn

from couler_jupyter.dsl.origin import misused
from couler_jupyter.ir import (
    AllOf,
    AnyOf,
    Compare,
    Condition,
    Ended,
    Operator,
    Outcome,
    Raw,
    Value,
    negate,
)

if TYPE_CHECKING:
    from couler_jupyter.dsl.node import Node
    from couler_jupyter.dsl.scope import Scope

_VALUES = frozenset({"values"})
_OUTCOMES = frozenset({"outcomes"})


class Predicate(ABC):
    """Something that holds or not when the workflow runs.

    Combine predicates with `&`, `|` and `~`, or with `all_of`, `any_of` and `not_`.
    """

    __slots__ = ()

    @abstractmethod
    def _condition(self, scope: Scope, own: Value | None = None) -> Condition:
        """Return the condition of the IR; `own` is the result of the step it is about."""

    @abstractmethod
    def _about(self) -> frozenset[str]:
        """Return whether it is about values, about outcomes, or both."""

    def __and__(self, other: object) -> Predicate:
        return AllPredicate((self, as_predicate(other)))

    def __rand__(self, other: object) -> Predicate:
        return AllPredicate((as_predicate(other), self))

    def __or__(self, other: object) -> Predicate:
        return AnyPredicate((self, as_predicate(other)))

    def __ror__(self, other: object) -> Predicate:
        return AnyPredicate((as_predicate(other), self))

    def __invert__(self) -> Predicate:
        return NotPredicate(self)

    def __bool__(self) -> NoReturn:
        raise misused(
            "whether a condition holds is known only when the workflow runs; combine "
            "conditions with &, | and ~ (or all_of, any_of, not_) instead of and, or, "
            "not, and give them to couler.when instead of if"
        )


class Comparison(Predicate):
    """Whether one value stands in a relation to another."""

    __slots__ = ("_left", "_operator", "_right")

    def __init__(self, left: object, operator: Operator, right: object) -> None:
        self._left, self._operator, self._right = left, operator, right

    def __repr__(self) -> str:
        return f"<condition {self._left!r} {self._operator} {self._right!r}>"

    def _condition(self, scope: Scope, own: Value | None = None) -> Condition:
        return Compare(
            _side(self._left, scope, own),
            self._operator,
            _side(self._right, scope, own),
        )

    def _about(self) -> frozenset[str]:
        return _VALUES


class OutcomePredicate(Predicate):
    """Whether a step ended in one of some ways."""

    __slots__ = ("_how", "_step")

    def __init__(self, step: Node | str, how: tuple[Outcome, ...]) -> None:
        self._step, self._how = step, how

    def __repr__(self) -> str:
        name = self._step if isinstance(self._step, str) else self._step.name
        return f"<condition: step {name!r} {' or '.join(self._how)}>"

    def _condition(self, scope: Scope, own: Value | None = None) -> Condition:
        del own
        if isinstance(self._step, str):
            return Ended(self._step, self._how)
        if self._step.scope is not scope:
            raise misused(
                f"step {self._step.name!r} stands in {self._step.scope.title!r}; how it "
                "ended can be asked only there"
            )
        return Ended(self._step.name, self._how)

    def _about(self) -> frozenset[str]:
        return _OUTCOMES


class RawPredicate(Predicate):
    """An expression in one engine's own language."""

    __slots__ = ("_raw",)

    def __init__(self, raw: Raw) -> None:
        self._raw = raw

    def _condition(self, scope: Scope, own: Value | None = None) -> Condition:
        del scope, own
        return self._raw

    def _about(self) -> frozenset[str]:
        return _VALUES


class AllPredicate(Predicate):
    """Whether all of some predicates hold."""

    __slots__ = ("_terms",)

    def __init__(self, terms: tuple[Predicate, ...]) -> None:
        self._terms = terms

    def _condition(self, scope: Scope, own: Value | None = None) -> Condition:
        inner = joined(*(term._condition(scope, own) for term in self._terms))
        return AllOf(()) if inner is None else inner

    def _about(self) -> frozenset[str]:
        return frozenset().union(*(term._about() for term in self._terms))


class AnyPredicate(Predicate):
    """Whether some of some predicates hold."""

    __slots__ = ("_terms",)

    def __init__(self, terms: tuple[Predicate, ...]) -> None:
        self._terms = terms

    def _condition(self, scope: Scope, own: Value | None = None) -> Condition:
        flat: list[Condition] = []
        for term in self._terms:
            one = term._condition(scope, own)
            flat.extend(one.terms if isinstance(one, AnyOf) else (one,))
        return flat[0] if len(flat) == 1 else AnyOf(tuple(flat))

    def _about(self) -> frozenset[str]:
        return frozenset().union(*(term._about() for term in self._terms))


class NotPredicate(Predicate):
    """Whether a predicate does not hold."""

    __slots__ = ("_term",)

    def __init__(self, term: Predicate) -> None:
        self._term = term

    def _condition(self, scope: Scope, own: Value | None = None) -> Condition:
        return negate(self._term._condition(scope, own))

    def _about(self) -> frozenset[str]:
        return self._term._about()


class _Own:
    """Stands for the result of the step that a condition is about; see `OWN`."""

    def __repr__(self) -> str:
        return "its own result"


OWN = _Own()


def joined(*conditions: Condition | None) -> Condition | None:
    """Return the condition that all of these hold; None adds nothing.

    One alone stays as it is written.
    """
    given = tuple(one for one in conditions if one is not None)
    if len(given) < 2:
        return next(iter(given), None)
    flat: dict[Condition, None] = {}
    for one in given:
        flat |= dict.fromkeys(one.terms if isinstance(one, AllOf) else (one,))
    return AllOf(tuple(flat)) if len(flat) > 1 else next(iter(flat), given[0])


def as_predicate(given: object) -> Predicate:
    """Return `given` as a predicate; an output stands for whether it is true.

    Raises:
        BuildFailed: it is no condition.
    """
    if isinstance(given, Predicate):
        return given
    if isinstance(given, Raw):
        return RawPredicate(given)
    is_true: Callable[[], Predicate] | None = getattr(given, "_is_true", None)
    if is_true is not None:
        return is_true()
    raise misused(
        f"{given!r} is no condition; compare an output, as `score > 0.9` or "
        "couler.bigger(score, 0.9)"
    )


def split(whole: Predicate) -> tuple[list[Predicate], list[Predicate]]:
    """Return the parts of a predicate that compare values, and those that ask outcomes.

    Raises:
        BuildFailed: some part does both and cannot be taken apart.
    """
    values: list[Predicate] = []
    outcomes: list[Predicate] = []
    todo = [whole]
    while todo:
        term = todo.pop(0)
        about = term._about()
        if about == _OUTCOMES:
            outcomes.append(term)
        elif about == _VALUES:
            values.append(term)
        elif isinstance(term, AllPredicate):
            todo[:0] = term._terms
        else:
            raise misused(
                "a condition asks how steps ended and compares values in one | or ~; "
                "write them as two conditions joined by &, or as two steps"
            )
    return values, outcomes


def _side(side: object, scope: Scope, own: Value | None) -> Value:
    if side is not OWN:
        return scope.value(side)
    if own is None:
        raise misused(
            "a comparison has one side only, which has a meaning in exec_while; "
            "give it both, as couler.equal(result, 'heads')"
        )
    return own
