"""Conditions: in Kubeflow's own expression language if they mean the same there."""

from __future__ import annotations

import json

from couler_jupyter.engines.kubeflow.dag import Dag, Known
from couler_jupyter.engines.kubeflow.values import Expression
from couler_jupyter.ir import (
    AllOf,
    AnyOf,
    Compare,
    Condition,
    Constant,
    Json,
    Leaf,
    Not,
    Operator,
    OutputRef,
    ParameterRef,
    as_number,
    as_text,
)


def triggers(
    outer: Dag, one: Dag, other: Dag, condition: Condition, *, near: str, image: str
) -> tuple[str, str]:
    """Return the expressions that decide whether `one` runs, and whether `other` does.

    They may name inputs of those DAGs only, so they are made here.

    Args:
        outer: where both stand; what Kubeflow cannot compare is computed there.
        one: runs if the condition holds.
        other: runs if not.
        condition: on values that `outer` can have.
        near: name of the step.
        image: what computes in.
    """
    if _is_native(outer, condition):
        written = _written(outer, other, condition)
        return _written(outer, one, condition), f"!({written})"
    whole = Expression(outer)
    test = whole.computed(whole.node(condition), near=near, image=image)
    return f"{_input(one, test)} == 'true'", f"{_input(other, test)} != 'true'"


def _is_native(dag: Dag, condition: Condition) -> bool:
    """Whether only texts are asked for that are no numbers; others compare otherwise."""
    match condition:
        case AllOf(terms=terms) | AnyOf(terms=terms):
            return all(_is_native(dag, one) for one in terms)
        case Not(term=term):
            return _is_native(dag, term)
        case Compare(
            left=OutputRef() | ParameterRef() as left, right=Constant() as right
        ):
            found = dag.find(left)
            asked = condition.operator in {Operator.EQUAL, Operator.NOT_EQUAL}
            plain = not found.each and "runtimeValue" not in found.given
            return asked and plain and _is_word(right.value)
        case _:
            return False


def _written(outer: Dag, inner: Dag, condition: Condition) -> str:
    match condition:
        case AllOf(terms=terms):
            return " && ".join(_each(outer, inner, terms)) or "true"
        case AnyOf(terms=terms):
            return " || ".join(_each(outer, inner, terms)) or "false"
        case Not(term=term):
            return f"!({_written(outer, inner, term)})"
        case Compare(
            left=OutputRef() | ParameterRef() as left, right=Constant() as right
        ):
            return _equals(outer, inner, left, condition.operator, right.value)
        case _:
            raise AssertionError(condition)


def _each(outer: Dag, inner: Dag, terms: tuple[Condition, ...]) -> list[str]:
    return [f"({_written(outer, inner, one)})" for one in terms]


def _equals(outer: Dag, inner: Dag, left: Leaf, operator: Operator, value: Json) -> str:
    found = outer.find(left)
    name = _input(inner, found)
    texts = [as_text(value)]
    if found.kind != "string":  # a program may as well print it as JSON
        texts.append(json.dumps(as_text(value), ensure_ascii=False))
    if operator is Operator.EQUAL:
        return " || ".join(f"{name} == {_quoted(one)}" for one in texts)
    return " && ".join(f"{name} != {_quoted(one)}" for one in texts)


def _is_word(value: Json) -> bool:
    if isinstance(value, bool):
        return True
    if not isinstance(value, str) or as_number(value) is not None:
        return False
    try:
        json.loads(value)
    except (ValueError, RecursionError):
        return True
    return False


def _input(inner: Dag, found: Known) -> str:
    """Return the input of `inner` that a value comes in by, as expressions name it."""
    for name, given in inner.given["parameters"].items():
        if given == found.given:
            return f"inputs.parameter_values['{name}']"
    ((_, name),) = inner.take(found).given.items()
    return f"inputs.parameter_values['{name}']"


def _quoted(text: str) -> str:
    """Return a text as an expression has it (CEL, the same escapes as JSON)."""
    inner = (
        json.dumps(text, ensure_ascii=False)[1:-1]
        .replace('\\"', '"')
        .replace("'", "\\'")
    )
    return f"'{inner}'"
