"""Tests of fields as Argo writes them: requirements of a label selector.

Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/
"""

from __future__ import annotations

import re
from typing import assert_never

from couler_jupyter.ir import FieldTest, Json, Operator, as_text

_NAME = r"[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?"
_KEY = re.compile(rf"(?:[a-z0-9.-]{{1,253}}/)?{_NAME}")
_VALUE = re.compile(f"(?:{_NAME})?")


def selector(test: FieldTest) -> str:
    """Return a test as one requirement; it has no `selector_fault`.

    >>> from couler_jupyter.ir import Constant
    >>> selector(FieldTest("status.failed", Operator.BIGGER_EQUAL, Constant.of(3)))
    'status.failed > 2'
    """
    value = test.value.value
    match test.operator:
        case Operator.EQUAL | Operator.NOT_EQUAL | Operator.BIGGER | Operator.SMALLER:
            return f"{test.path} {test.operator.value} {as_text(value)}"
        case Operator.BIGGER_EQUAL:
            return f"{test.path} > {value - 1}"
        case Operator.SMALLER_EQUAL:
            return f"{test.path} < {value + 1}"
        case Operator.IN | Operator.NOT_IN:
            word = "in" if test.operator is Operator.IN else "notin"
            return f"{test.path} {word} ({','.join(map(as_text, value))})"
        case _ as never:
            assert_never(never)


def selector_fault(test: FieldTest) -> str:
    """Return why a test is no requirement of a selector; empty if it is one."""
    if _KEY.fullmatch(test.path) is None:
        return f"field {test.path!r} has characters that Argo's conditions cannot name"
    value = test.value.value
    if test.operator in {Operator.IN, Operator.NOT_IN}:
        if not isinstance(value, list) or not value:
            return f"{test.operator.value} needs a list of values, not {as_text(value)}"
        return next(filter(None, map(_value_fault, value)), "")
    if test.operator in {Operator.EQUAL, Operator.NOT_EQUAL}:
        return _value_fault(value)
    if isinstance(value, bool) or not isinstance(value, int):
        return f"{test.operator.value} needs a whole number, not {as_text(value)}"
    return ""


def _value_fault(value: Json) -> str:
    text = as_text(value)
    if _VALUE.fullmatch(text) is None:
        return f"value {text!r} is none that Argo's conditions can name"
    return ""
