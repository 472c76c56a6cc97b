from __future__ import annotations

import pytest

from couler_jupyter.ir import (
    AllOf,
    AnyOf,
    Compare,
    Condition,
    Constant,
    DictOf,
    Ended,
    FirstOf,
    Format,
    ItemRef,
    ListOf,
    Not,
    Operator,
    Outcome,
    OutputRef,
    ParameterRef,
    PathRef,
    Raw,
    RunField,
    RunRef,
    StepField,
    StepRef,
    TurnRef,
    Value,
)
from couler_jupyter.protocol import condition_text, value_text

BIG = Compare(OutputRef("a"), Operator.BIGGER, Constant.of(0.9))
HEADS = Compare(OutputRef("b", "side"), Operator.EQUAL, Constant.of("heads"))


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        (BIG, "a.result > 0.9"),
        (HEADS, 'b.side == "heads"'),
        (Ended("a", (Outcome.FAILED, Outcome.ERRORED)), "a failed or errored"),
        (AllOf((BIG, AnyOf((HEADS, BIG)))), f"a.result > 0.9 and ({'{}'})"),
        (Not(AllOf((BIG, HEADS))), 'not (a.result > 0.9 and b.side == "heads")'),
        (Not(BIG), "not a.result > 0.9"),
        (Raw("argo", "{{x}} == 1"), "{{x}} == 1"),
    ],
)
def test_condition(condition: Condition, text: str) -> None:
    inner = 'b.side == "heads" or a.result > 0.9'
    assert condition_text(condition) == text.replace("{}", inner)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (ItemRef(("model", 0)), "item['model'][0]"),
        (TurnRef(), "turn"),
        (PathRef("data"), "path of data"),
        (StepRef("serve", StepField.ADDRESS), "serve.address"),
        (RunRef(RunField.STATUS), "status"),
        (Format(("lr=", ParameterRef("rate"))), "lr={rate}"),
        (ListOf((Constant.of(1), OutputRef("a"))), "[1, a.result]"),
        (DictOf((("k", Constant.of(None)),)), "{k: null}"),
        (FirstOf((OutputRef("a"), OutputRef("b"))), "a.result or b.result"),
    ],
)
def test_value(value: Value, text: str) -> None:
    assert value_text(value) == text
