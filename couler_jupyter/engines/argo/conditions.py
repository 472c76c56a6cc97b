"""Conditions of the IR as Argo writes them: `when`, `depends`, and expressions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from couler_jupyter.engines.argo.terms import quoted
from couler_jupyter.engines.argo.texts import NUMBER, LookUp, text_expression
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
    Value,
    ValueType,
    as_number,
    as_text,
    atoms,
)
from couler_jupyter.ir.value import (
    DictOf,
    FirstOf,
    Format,
    ListOf,
)

_ENDS = {
    Outcome.SUCCEEDED: "Succeeded",
    Outcome.FAILED: "Failed",
    Outcome.ERRORED: "Errored",
    Outcome.SKIPPED: "Skipped",
    Outcome.OMITTED: "Omitted",
    Outcome.READY: "Daemoned",
    Outcome.ANY_SUCCEEDED: "AnySucceeded",
    Outcome.ALL_FAILED: "AllFailed",
}
_NUMBERS = frozenset({ValueType.INTEGER, ValueType.NUMBER})
_A_LIST = "^ *[[]"


def when_text(condition: Condition, look_up: LookUp) -> str:
    """Return a condition on values as the text of `when`.

    Argo reads the text with govaluate after the tags were replaced, so an expression
    that gives true or false stands for itself.
    """
    if any(isinstance(atom, Raw) for atom in atoms(condition)):
        return _mixed(condition, look_up)
    return f"{{{{={condition_expression(condition, look_up)}}}}}"


def condition_expression(condition: Condition, look_up: LookUp) -> str:
    """Return a condition on values in expr-lang."""
    match condition:
        case AllOf(terms=terms):
            return _chain(" && ", [condition_expression(t, look_up) for t in terms])
        case AnyOf(terms=terms):
            return _chain(" || ", [condition_expression(t, look_up) for t in terms])
        case Not(term=term):
            return f"!({condition_expression(term, look_up)})"
        case Compare():
            return _compare(condition, look_up)
        case Raw(text=text):
            return f"({text})"
        case Ended():
            raise AssertionError("how a step ended is no value; the IR refuses it here")
        case _ as never:
            assert_never(never)


def depends_text(condition: Condition, task: Mapping[str, str]) -> str:
    """Return a condition on how steps ended as the text of `depends`.

    Args:
        condition: a tree of `Ended`.
        task: what the steps are called in the DAG.
    """
    match condition:
        case Ended(step=step, how=how):
            ends = [f"{task[step]}.{_ENDS[one]}" for one in how]
            return ends[0] if len(ends) == 1 else f"({' || '.join(ends)})"
        case AllOf(terms=terms):
            return _chain(" && ", [depends_text(term, task) for term in terms])
        case AnyOf(terms=terms):
            return _chain(" || ", [depends_text(term, task) for term in terms])
        case Not(term=term):
            return f"!{_in_brackets(depends_text(term, task))}"
        case Compare() | Raw():
            raise AssertionError("a comparison says not how a step ended")
        case _ as never:
            assert_never(never)


def _in_brackets(text: str) -> str:
    return text if text.startswith("(") or " " not in text else f"({text})"


def _chain(word: str, terms: list[str]) -> str:
    """Return terms with a word between them; of none, all hold and not any."""
    if not terms:
        return "true" if word == " && " else "false"
    return terms[0] if len(terms) == 1 else f"({word.join(terms)})"


def _mixed(condition: Condition, look_up: LookUp) -> str:
    """Return a condition that holds text in Argo's own words, which govaluate reads."""
    match condition:
        case Raw(text=text):
            return text
        case AllOf(terms=terms):
            return " && ".join(f"({_mixed(term, look_up)})" for term in terms)
        case AnyOf(terms=terms):
            return " || ".join(f"({_mixed(term, look_up)})" for term in terms)
        case Not(term=term):
            return f"!({_mixed(term, look_up)})"
        case _:
            return when_text(condition, look_up)


def _compare(one: Compare, look_up: LookUp) -> str:
    match one.operator:
        case Operator.EQUAL:
            return _equal(one.left, one.right, look_up)
        case Operator.NOT_EQUAL:
            return f"!({_equal(one.left, one.right, look_up)})"
        case Operator.IN:
            return _among(one.left, one.right, look_up)
        case Operator.NOT_IN:
            return f"!({_among(one.left, one.right, look_up)})"
        case (
            Operator.BIGGER
            | Operator.BIGGER_EQUAL
            | Operator.SMALLER
            | Operator.SMALLER_EQUAL
        ):
            return _by_number(one.left, one.operator.value, one.right, look_up)
        case _ as never:
            assert_never(never)


def _equal(left: Value, right: Value, look_up: LookUp) -> str:
    for one in (left, right):
        if isinstance(one, Constant) and isinstance(one.value, list | dict):
            pair = [text_expression(side, look_up) for side in (left, right)]
            return f"fromJSON({pair[0]}) == fromJSON({pair[1]})"
    return _by_number(left, "==", right, look_up)


def _by_number(left: Value, word: str, right: Value, look_up: LookUp) -> str:
    """Compare as numbers where both read as numbers, else as text."""
    sides = [_side(left, look_up), _side(right, look_up)]
    if any(number is None for _, number, _ in sides):
        return f"{sides[0][0]} {word} {sides[1][0]}"
    numbers = f"{sides[0][1]} {word} {sides[1][1]}"
    checks = [f"{text} matches {quoted(NUMBER)}" for text, _, sure in sides if not sure]
    if not checks:
        return numbers
    texts = f"{sides[0][0]} {word} {sides[1][0]}"
    return f"({' && '.join(checks)} ? {numbers} : {texts})"


def _side(value: Value, look_up: LookUp) -> tuple[str, str | None, bool]:
    """Return a side as text, as a number if it can be one, and whether it surely is."""
    if isinstance(value, Constant):
        number = as_number(value.value)
        text = quoted(as_text(value.value))
        return text, None if number is None else repr(number), True
    text = text_expression(value, look_up)
    if isinstance(value, Format | ListOf | DictOf | FirstOf):
        return text, f"float(trim({text}))", False
    term = look_up(value)
    if term.literal is not None:
        number = as_number(term.literal)
        return text, None if number is None else repr(number), True
    if term.type in _NUMBERS:
        return text, f"float({text})", True
    return text, f"float(trim({text}))", False


def _among(left: Value, right: Value, look_up: LookUp) -> str:
    if isinstance(right, Constant):
        inside: Json = right.value
        if isinstance(inside, list | dict):
            items = [Constant.of(item) for item in inside]
            return _chain(" || ", [_equal(left, item, look_up) for item in items])
    one, other = text_expression(left, look_up), text_expression(right, look_up)
    listed = f"any(fromJSON({other}), {{string(#) == {one}}})"
    return f"({other} matches {quoted(_A_LIST)} ? {listed} : {other} contains {one})"
