"""`when`, `after` and `concurrent`: steps under conditions, and at once."""

from __future__ import annotations

from typing import Any

import pytest

import couler_jupyter as couler
from couler_jupyter.ir import (
    AllOf,
    AnyOf,
    Compare,
    Condition,
    Constant,
    Ended,
    FirstOf,
    Not,
    Operator,
    Outcome,
    OutputRef,
    Raw,
    Step,
    SubWorkflow,
)
from tests.dsl.refusal import loose, refused
from tests.dsl.samples import number, publish, use


def is_one(step: str = "number") -> Compare:
    return Compare(OutputRef(step), Operator.EQUAL, Constant("1"))


def under(make: Any) -> Step:
    """Return the step `publish` of a workflow with two numbers."""
    with couler.workflow("w") as wf:
        one, other = number(), number()
        make(one, other)
    return wf.workflow["publish"]


@pytest.mark.parametrize(
    ("condition", "when"),
    [
        (lambda a, b: a == 1, is_one()),
        (
            lambda a, b: a,
            Compare(OutputRef("number"), Operator.EQUAL, Constant("true")),
        ),
        (lambda a, b: (a == 1) & (b == 1), AllOf((is_one(), is_one("number-2")))),
        (lambda a, b: (a == 1) | (b == 1), AnyOf((is_one(), is_one("number-2")))),
        (
            lambda a, b: (a == 1) & b,
            AllOf(
                (
                    is_one(),
                    Compare(OutputRef("number-2"), Operator.EQUAL, Constant("true")),
                )
            ),
        ),
        (lambda a, b: ~(a == 1), Not(is_one())),
        (lambda a, b: ~~(a == 1), is_one()),
        (lambda a, b: couler.not_(couler.equal(a, 1)), Not(is_one())),
        (
            lambda a, b: couler.all_of(a == 1, b == 1, a == 1),
            AllOf((is_one(), is_one("number-2"))),
        ),
        (
            lambda a, b: couler.any_of([a == 1, b == 1]),
            AnyOf((is_one(), is_one("number-2"))),
        ),
        (lambda a, b: couler.and_(a == 1), is_one()),
        (lambda a, b: couler.or_(a == 1), is_one()),
        (lambda a, b: couler.raw("argo", "x"), Raw("argo", "x")),
    ],
)
def test_conditions(condition: Any, when: Condition) -> None:
    assert under(lambda a, b: couler.when(condition(a, b), publish)).when == when


def test_a_function_is_called_for_the_value() -> None:
    with couler.workflow("w") as wf:
        couler.when(couler.equal(number, 1), publish)
    assert wf.workflow["publish"].when == is_one()


def test_the_other_branch_and_the_result_of_both() -> None:
    with couler.workflow("w") as wf:
        result = couler.when(number() == 1, lambda: use(1), lambda: use(2))
        publish(result)
        kept = couler.when(number() == 1, lambda: use(1, step_name="alone"))
        assert kept.name == "alone"
    assert wf.workflow["use"].when == is_one()
    assert wf.workflow["use-2"].when == Not(is_one())
    assert wf.workflow["publish"].arguments[0].value == FirstOf(
        (OutputRef("use"), OutputRef("use-2"))
    )


def test_branches_inside_branches() -> None:
    with couler.workflow("w") as wf:
        one, other = number(), number()

        def inner() -> None:
            couler.when(other == 1, publish, else_=lambda: use(1))
            use(2)

        couler.when(one == 1, inner)
    assert wf.workflow["publish"].when == AllOf((is_one(), is_one("number-2")))
    assert wf.workflow["use"].when == AllOf((is_one(), Not(is_one("number-2"))))
    assert wf.workflow["use-2"].when == is_one()


def test_the_block_form() -> None:
    with couler.workflow("w") as wf:
        one = number()
        with couler.when(one == 1):
            publish()
        use(1)
    assert wf.workflow["publish"].when == is_one()
    assert wf.workflow["use"].when is None


def test_outcomes_are_order() -> None:
    def failed(a: Any, b: Any) -> None:
        couler.when(a.failed & (b == 1), publish)

    step = under(failed)
    assert step.after == (Ended("number", (Outcome.FAILED,)),)
    assert step.when == is_one("number-2")


@pytest.mark.parametrize("name", [*Outcome])
def test_every_outcome(name: Outcome) -> None:
    with couler.workflow("w") as wf:
        one = couler.map_(use, [1]) if "-" in name else use(1)
        if name is Outcome.READY:
            one = couler.run_container("py", daemon=True)
        couler.after(getattr(one, name.replace("-", "_")), publish)
    assert wf.workflow["publish"].after == (Ended(one.name, (name,)),)


def test_after_takes_all_that_order_takes() -> None:
    with couler.workflow("w") as wf:
        one, other = number(), number()
        couler.after([one, "number-2"], publish)
        couler.after("number.Failed || number-2.Succeeded", publish)
        with couler.after(one.failed | ~other.succeeded):
            publish()
    first, second, third = (
        wf.workflow[n].after for n in ("publish", "publish-2", "publish-3")
    )
    assert first == ("number-2", "number")
    failed = Ended("number", (Outcome.FAILED,))
    succeeded = Ended("number-2", (Outcome.SUCCEEDED,))
    assert second == (AnyOf((failed, succeeded)),)
    assert third == (AnyOf((failed, Not(succeeded))),)


def test_after_reaches_out_of_a_map() -> None:
    def body(x: Any) -> None:
        with couler.after(first):
            use(x)
        publish(x)

    with couler.workflow("w") as wf:
        first = number()
        couler.map_(body, [1])
    assert wf.workflow["body"].after == ("number",)


def test_options_of_a_step_say_the_same() -> None:
    with couler.workflow("w") as wf:
        one, other = number(), number()
        couler.run_container("py", when=(one == 1) & other.failed, after=[one])
        publish.with_options(when=couler.equal(one, 1), after="number-2.Failed")()
    step = wf.workflow["py"]
    assert step.when == is_one()
    assert set(step.after) == {Ended("number-2", (Outcome.FAILED,)), "number"}
    assert wf.workflow["publish"].after == (Ended("number-2", (Outcome.FAILED,)),)


def test_concurrent() -> None:
    with couler.workflow("w") as wf:
        one, other = couler.concurrent([lambda: use(1), lambda: use(2)])
        publish([one, other])
    assert wf.workflow["publish"].dependencies == ("use", "use-2")
    assert wf.workflow["use-2"].dependencies == ()


def test_concurrent_subtasks() -> None:
    def pair() -> Any:
        use(1)
        return use(2)

    with couler.workflow("w") as wf:
        results = couler.concurrent([pair, lambda: use(3)], subtasks=True)
        publish(results)
    assert [step.name for step in wf.workflow.steps] == [
        "pair",
        "concurrent",
        "publish",
    ]
    template = wf.workflow["pair"].template
    assert isinstance(template, SubWorkflow)
    assert [step.name for step in template.workflow.steps] == ["use", "use-2"]


@pytest.mark.parametrize(
    ("call", "what"),
    [
        (lambda one: loose.when(one == 1, use(1)), "when takes a function, as lambda"),
        (lambda one: loose.when(one == 1, 3), "when takes a function, not an int"),
        (
            lambda one: loose.when(one == 1, number, 3),
            "when takes a function, not an int",
        ),
        (lambda one: loose.when(one == 1, else_=number), "but nothing to do if"),
        (lambda one: loose.when(True, number), "True is no condition"),
        (
            lambda one: loose.when(one == 1),
            "couler.when has neither a function nor a with",
        ),
        (
            loose.after,
            "couler.after has neither a function nor a with",
        ),
        (lambda one: loose.when(loose.equal(1), number), "has one side only"),
        (lambda one: loose.when((one == 1) | one.failed, number), "in one | or ~"),
        (
            lambda one: loose.when(loose.all_of(), number),
            "all_of is given no condition",
        ),
        (lambda one: loose.after(one > 1, number), "compares values; order asks how"),
        (lambda one: loose.after(3, number), "3 is no step"),
        (lambda one: loose.concurrent(number), "concurrent takes a list of functions"),
        (lambda one: loose.concurrent([use(1)]), "and that step runs already"),
    ],
)
def test_misuse(call: Any, what: str) -> None:
    with pytest.raises(couler.BuildFailed, match=what), couler.workflow("w"):
        call(number())


def test_what_a_branch_gives_may_be_missing_outside() -> None:
    with refused("may be skipped", couler.InvalidWorkflow):
        given = couler.when(number() == 1, lambda: use(1))
        publish(given)
