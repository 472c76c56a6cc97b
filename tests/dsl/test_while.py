"""`exec_while`: again while a condition holds of the result."""

from __future__ import annotations

from typing import Any

import pytest

import couler_jupyter as couler
from couler_jupyter.ir import (
    Argument,
    AtLimit,
    Compare,
    Constant,
    Operator,
    OutputRef,
    ParameterRef,
    Repeat,
    SubWorkflow,
    TurnRef,
)
from tests.dsl.refusal import loose, refused
from tests.dsl.samples import number, train, use


def flip() -> Any:
    return couler.run_script(source="print('heads')")


def test_the_sdk_way() -> None:
    with couler.workflow("w") as wf:
        first = flip()
        result = couler.exec_while(couler.equal("tails"), flip, limit=10)
        use([first, result])
    step = wf.workflow["flip-2"]
    assert step.repeat == Repeat(
        condition=Compare(OutputRef("flip-2"), Operator.EQUAL, Constant('"tails"')),
        limit=10,
    )
    assert wf.workflow["use"].dependencies == ("flip", "flip-2")


@pytest.mark.parametrize(
    ("condition", "operator", "value"),
    [
        (couler.bigger(0.1), Operator.BIGGER, "0.1"),
        (couler.smaller(0.1), Operator.SMALLER, "0.1"),
        (lambda loss: loss > 0.1, Operator.BIGGER, "0.1"),
        (lambda done: done, Operator.EQUAL, "true"),
    ],
)
def test_conditions(condition: Any, operator: Operator, value: str) -> None:
    with couler.workflow("w") as wf:
        couler.exec_while(condition, number, limit=3)
    repeat = wf.workflow["number"].repeat
    assert repeat is not None
    assert repeat.condition == Compare(OutputRef("number"), operator, Constant(value))


def test_all_of_it() -> None:
    with couler.workflow("w", parameters={"pause": 2}) as wf:
        couler.exec_while(
            couler.equal(1), number, limit=2, pause="1m", at_limit="accept"
        )
        couler.exec_while(
            couler.equal(1),
            number,
            limit=2,
            pause=couler.parameter("pause"),
            step_name="b",
        )
    one, other = wf.workflow["number"].repeat, wf.workflow["b"].repeat
    assert one is not None
    assert other is not None
    assert (one.pause, one.at_limit) == ("60", AtLimit.ACCEPT)
    assert other.pause == ParameterRef("pause")


def test_the_turn_and_several_steps() -> None:
    with couler.workflow("w") as wf:
        limit = number()

        def improve(turn: Any) -> Any:
            return use(train("a", "d", lr=turn))

        couler.exec_while(lambda out: out < limit, improve, limit=5)
        couler.exec_while(couler.equal("a"), use, limit=2)
    step = wf.workflow["improve"]
    assert isinstance(step.template, SubWorkflow)
    assert step.arguments == (Argument("turn", TurnRef()),)
    assert step.repeat is not None
    assert step.repeat.condition == Compare(
        OutputRef("improve"), Operator.SMALLER, OutputRef("number")
    )
    assert wf.workflow["use"].arguments == (Argument("value", TurnRef()),)


def test_a_repeat_inside_a_map() -> None:
    with couler.workflow("w") as wf:
        couler.map_(
            lambda x: couler.exec_while(couler.equal(1), lambda: use(x), limit=2), [1]
        )
    template = wf.workflow["map"].template
    assert isinstance(template, SubWorkflow)
    assert template.workflow["use"].repeat is not None
    assert template.workflow["use"].arguments == (
        Argument("value", ParameterRef("item")),
    )


def nothing() -> None:
    number()
    use(1)


@pytest.mark.parametrize(
    ("call", "what"),
    [
        (lambda: loose.exec_while(loose.equal(1), number), "no bound; give limit="),
        (
            lambda: loose.exec_while(loose.equal(1), number(), limit=1),
            "and that step runs already",
        ),
        (
            lambda: loose.exec_while(loose.equal(1), number, limit=1, at_limit="stop"),
            "at_limit='stop' must be one of fail, accept",
        ),
        (
            lambda: loose.exec_while(loose.equal(1), number, limit=1, pause="soon"),
            "pause='soon' is no duration",
        ),
        (
            lambda: loose.exec_while("tails", number, limit=1),
            "'tails' is no condition",
        ),
        (
            lambda: loose.exec_while(loose.equal(1), nothing, limit=1),
            "has no output",
        ),
    ],
)
def test_misuse(call: Any, what: str) -> None:
    with pytest.raises(couler.BuildFailed, match=what), couler.workflow("w"):
        call()


def test_a_limit_of_nothing_is_told_when_the_workflow_is_checked() -> None:
    with refused("the bound", couler.InvalidWorkflow):
        couler.exec_while(couler.equal(1), number, limit=0)
