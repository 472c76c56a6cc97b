"""`when` as conditions, and those of `finally` on how the run ended."""

from __future__ import annotations

from collections.abc import Sequence

from couler_jupyter.engines.kube.reading.fields import NoWord, Object, text_at
from couler_jupyter.engines.tekton.extras import ENGINE
from couler_jupyter.engines.tekton.importing.scope import Scope
from couler_jupyter.ir import (
    AllOf,
    Compare,
    Condition,
    Json,
    Operator,
    Outcome,
    Raw,
)

_STATUS = "$(tasks.status)"
_WELL = frozenset({"Succeeded", "Completed"})
_BADLY = frozenset({"Failed", "None"})


def when_of(tests: Sequence[Object], scope: Scope) -> Condition | None:
    """Return what must hold for a task to run; None for nothing.

    Raises:
        NoWord: a test is none that Tekton knows.
    """
    terms = tuple(_test(one, scope) for one in tests)
    if not terms:
        return None
    return terms[0] if len(terms) == 1 else AllOf(terms)


def _test(node: Object, scope: Scope) -> Condition:
    if "cel" in node:
        return Raw(ENGINE, text_at(node, "cel"))
    word = text_at(node, "operator")
    if word not in ("in", "notin"):
        raise NoWord(f"{word!r} is no operator")
    values: Json = node.get("values")
    if not isinstance(values, list) or not values:
        raise NoWord("a condition compares with no values")
    left = scope.value(node.get("input", ""))
    if len(values) == 1:
        single = values[0]
        whole = isinstance(single, str) and single.endswith("[*])")
        alone = Operator.EQUAL if word == "in" else Operator.NOT_EQUAL
        among = Operator.IN if word == "in" else Operator.NOT_IN
        return Compare(left, among if whole else alone, scope.value(single))
    return Compare(
        left,
        Operator.IN if word == "in" else Operator.NOT_IN,
        scope.value(values),
    )


def ends_of(
    tests: Sequence[Object], scope: Scope
) -> tuple[tuple[Outcome, ...], list[Object]]:
    """Return the ends of a run that a task of `finally` is for, and its other tests."""
    ends: tuple[Outcome, ...] = ()
    others: list[Object] = []
    for one in tests:
        found = _ends(one, scope)
        if found is None or ends:
            others.append(one)
        else:
            ends = found
    return ends, others


def _ends(node: Object, scope: Scope) -> tuple[Outcome, ...] | None:
    """Return the ends that a test asks for; None if it is another, or asks for more."""
    values: Json = node.get("values")
    if node.get("input") != _STATUS or not isinstance(values, list):
        return None
    named = frozenset(one for one in values if isinstance(one, str))
    possible = _WELL | _BADLY
    wanted = named if node.get("operator") == "in" else possible - named
    if wanted in (_WELL, frozenset({"Succeeded"})):
        plainly = scope.ends_plainly or wanted == _WELL
        return (Outcome.SUCCEEDED,) if plainly else None
    if wanted in (_BADLY, frozenset({"Failed"})):
        return (Outcome.FAILED,)
    return None
