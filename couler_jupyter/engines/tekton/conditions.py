"""Conditions as `when`: texts that Tekton compares itself, and what is reckoned first."""

from __future__ import annotations

from collections.abc import Callable

from couler_jupyter.engines.kube.fields import Fields
from couler_jupyter.engines.tekton.reckoning import Reckoner
from couler_jupyter.engines.tekton.texts import known_value, literal
from couler_jupyter.ir import (
    AllOf,
    Compare,
    Condition,
    Constant,
    Json,
    Operator,
    Value,
    as_number,
    as_text,
    compare,
)

_WORDS = {
    Operator.EQUAL: "in",
    Operator.NOT_EQUAL: "notin",
    Operator.IN: "in",
    Operator.NOT_IN: "notin",
}
_NEVER: Fields = {"input": "false", "operator": "in", "values": ["true"]}


def when_fields(
    condition: Condition, text: Callable[[Value], str], reckoner: Reckoner
) -> list[Fields]:
    """Return what must hold for a task to run.

    Args:
        condition: what is meant.
        text: writes a value in the pipeline.
        reckoner: makes tasks for what Tekton cannot compare. Once it is closed, what
            is known of the end of a run is compared here.
    """
    found: list[Fields] = []
    others: list[Condition] = []
    for term in condition.terms if isinstance(condition, AllOf) else (condition,):
        known = _known(term) if reckoner.closed else None
        if known is not None:
            found += [] if known else [_NEVER]
        elif (own := _own(term, text)) is not None:
            found.append(own)
        else:
            others.append(term)
    if others:
        whole = others[0] if len(others) == 1 else AllOf(tuple(others))
        holds = reckoner.holds(whole)
        found.append({"input": holds, "operator": "in", "values": ["true"]})
    return found


def _known(term: Condition) -> bool | None:
    """Return whether a comparison of what is known holds; None for all others."""
    if not isinstance(term, Compare):
        return None
    left, right = known_value(term.left), known_value(term.right)
    if left is None or right is None:
        return None
    try:
        return compare(left.value, term.operator, right.value)
    except TypeError:
        return None


def _own(term: Condition, text: Callable[[Value], str]) -> Fields | None:
    """Return a comparison in Tekton's words; None if it has none that mean the same.

    It compares texts only, so numbers are not for it: `5` and `5.0` are two texts.
    """
    if not isinstance(term, Compare) or term.operator not in _WORDS:
        return None
    left, right = term.left, term.right
    is_list = term.operator in (Operator.IN, Operator.NOT_IN)
    if not is_list and isinstance(left, Constant):
        left, right = right, left
    if isinstance(left, Constant) or not isinstance(right, Constant):
        return None
    wanted: Json = right.value
    texts = wanted if is_list else [wanted]
    if not isinstance(texts, list) or not texts or not all(map(_is_word, texts)):
        return None
    values = [literal(as_text(one)) for one in texts]
    return {"input": text(left), "operator": _WORDS[term.operator], "values": values}


def _is_word(value: Json) -> bool:
    """Whether a value equals nothing but its own text."""
    return not isinstance(value, list | dict) and as_number(value) is None
