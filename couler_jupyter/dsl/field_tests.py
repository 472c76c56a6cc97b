"""The text form of conditions on a Kubernetes object: `status.succeeded > 0`."""

from __future__ import annotations

import json
import re
from typing import TypeAlias, cast

from couler_jupyter.dsl.origin import misused
from couler_jupyter.ir import Constant, FieldTest, Operator

Tests: TypeAlias = str | FieldTest | list[FieldTest] | tuple[FieldTest, ...] | None
"""Conditions as text, with commas between them, or as values."""

_WORDS = {
    "==": Operator.EQUAL,
    "=": Operator.EQUAL,
    "!=": Operator.NOT_EQUAL,
    ">": Operator.BIGGER,
    ">=": Operator.BIGGER_EQUAL,
    "<": Operator.SMALLER,
    "<=": Operator.SMALLER_EQUAL,
    "in": Operator.IN,
    "notin": Operator.NOT_IN,
}
_TEST = re.compile(
    r"""\s*([\w.\[\]'"/-]+)\s*(==|!=|>=|<=|=|>|<|\bin\b|\bnotin\b)"""
    r"""\s*(\([^()]*\)|'[^']*'|"[^"]*"|[^,&()<>=!'"]+)"""
)
_BETWEEN = re.compile(r"\s*(?:,|&&)\s*")


def field_tests(given: Tests, what: str) -> tuple[FieldTest, ...]:
    """Return conditions on an object's fields.

    Args:
        given: the conditions; as Argo has them: a path, an operator and a value.
        what: the option they were given to, for messages.

    Raises:
        BuildFailed: the text is no such condition.
    """
    match given:
        case None | "":
            return ()
        case FieldTest():
            return (given,)
        case str():
            return _parsed(given, what)
        case _:
            return tuple(cast("list[FieldTest]", given))


def _parsed(text: str, what: str) -> tuple[FieldTest, ...]:
    found: list[FieldTest] = []
    at = 0
    while True:
        match = _TEST.match(text, at)
        if match is None:
            raise misused(
                f"{what}={text!r} cannot be read at {text[at:].strip()[:20]!r}; write "
                "'status.succeeded > 0' or 'status.phase in (Failed, Lost)'"
            )
        path, word, value = match.groups()
        found.append(FieldTest(path, _WORDS[word], _value(value.strip(), _WORDS[word])))
        at = match.end()
        if not text[at:].strip():
            return tuple(found)
        between = _BETWEEN.match(text, at)
        if between is None:
            raise misused(
                f"{what}={text!r}: a comma is missing before {text[at:].strip()[:20]!r}"
            )
        at = between.end()


def _value(text: str, operator: Operator) -> Constant:
    if operator in {Operator.IN, Operator.NOT_IN}:
        inside = text.strip("()").split(",")
        return Constant.of([_scalar(one.strip()) for one in inside])
    return Constant.of(_scalar(text))


def _scalar(text: str) -> object:
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        return text[1:-1]
    try:
        value: object = json.loads(text)
    except ValueError:
        return text
    return value if isinstance(value, bool | int | float) else text
