"""Conditions in CEL, as kfp writes them."""

from __future__ import annotations

import pytest

from couler_jupyter.engines.kube.reading.fields import NoWord
from couler_jupyter.engines.kubeflow.importing.cel import read_condition
from couler_jupyter.ir import (
    AllOf,
    AnyOf,
    Compare,
    Condition,
    Constant,
    Not,
    Operator,
    OutputRef,
    Value,
)

X = OutputRef("toss", "x")


def value(name: str) -> Value | None:
    return X if name == "pipelinechannel--x" else None


def compare(operator: Operator, right: object) -> Compare:
    return Compare(X, operator, Constant.of(right))


INPUT = "inputs.parameter_values['pipelinechannel--x']"
HEADS = compare(Operator.EQUAL, "heads")


@pytest.mark.parametrize(
    ("text", "means"),
    [
        (f"{INPUT} == 'heads'", HEADS),
        (f"({INPUT} == 'heads')", HEADS),
        (f'{INPUT} == "heads"', HEADS),
        (f"{INPUT} == 'it\\'s \"so\"'", compare(Operator.EQUAL, 'it\'s "so"')),
        (f"int({INPUT}) > 4", compare(Operator.BIGGER, 4)),
        (f"double({INPUT}) <= -1.5", compare(Operator.SMALLER_EQUAL, -1.5)),
        (f"{INPUT} != true", compare(Operator.NOT_EQUAL, True)),
        (f"!({INPUT} == 'heads')", Not(HEADS)),
        (f"{INPUT} == 'heads' && {INPUT} == 'heads'", AllOf((HEADS, HEADS))),
        (
            f"{INPUT} == 'heads' || {INPUT} == 'heads' && !({INPUT} == 'heads')",
            AnyOf((HEADS, AllOf((HEADS, Not(HEADS))))),
        ),
    ],
)
def test_is_read(text: str, means: Condition) -> None:
    assert read_condition(text, value) == means


@pytest.mark.parametrize(
    "text",
    [
        "",
        "true",
        f"{INPUT}",
        f"{INPUT} == ",
        f"{INPUT} == 'heads' garbage",
        f"({INPUT} == 'heads'",
        f"{INPUT}.startsWith('a')",
        f"{INPUT} in ['a']",
        "inputs.parameter_values['other'] == 'a'",
        "(" * 200,
        "!" * 2000,
    ],
)
def test_the_rest_has_no_word(text: str) -> None:
    with pytest.raises(NoWord):
        read_condition(text, value)
