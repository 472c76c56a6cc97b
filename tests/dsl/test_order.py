"""`dag`, `set_dependencies`, `>>` and the text form of dependencies."""

# pyright: reportUnusedExpression=false

from __future__ import annotations

from typing import Any

import pytest

import couler_jupyter as couler
from couler_jupyter.dsl.depends import parse_depends
from couler_jupyter.ir import (
    AllOf,
    AnyOf,
    Condition,
    Ended,
    Not,
    Outcome,
    OutputRef,
    SubWorkflow,
    Workflow,
)
from tests.dsl.refusal import loose, refused
from tests.dsl.samples import number, publish, train, use


def job(name: str) -> couler.StepOutput:
    return couler.run_container("whalesay", "cowsay", name, step_name=name)


def edges(workflow: Workflow) -> dict[str, set[str]]:
    return {step.name: set(step.dependencies) for step in workflow.steps}


DIAMOND = {"A": set[str](), "B": {"A"}, "C": {"A"}, "D": {"B", "C"}}


def test_the_diamond_of_the_paper() -> None:
    def diamond() -> None:
        couler.dag(
            [
                [lambda: job(name="A")],
                [lambda: job(name="A"), lambda: job(name="B")],
                [lambda: job(name="A"), lambda: job(name="C")],
                [lambda: job(name="B"), lambda: job(name="D")],
                [lambda: job(name="C"), lambda: job(name="D")],
            ]
        )

    with couler.workflow("diamond") as wf:
        diamond()
    assert edges(wf.workflow) == DIAMOND


def test_the_same_diamond_in_other_ways() -> None:
    with couler.workflow("operators") as first:
        a, b, c, d = (job(name) for name in "ABCD")
        assert a >> [b, c] >> d is d
    with couler.workflow("backwards") as second:
        a, b, c, d = (job(name) for name in "ABCD")
        d << [b, c] << a
    with couler.workflow("names") as third:
        couler.set_dependencies(lambda: job("A"), dependencies=None)
        couler.set_dependencies(lambda: job("B"), dependencies=["A"])
        couler.set_dependencies(lambda: job("C"), dependencies=["A"])
        couler.set_dependencies(lambda: job("D"), dependencies=["B", "C"])
    with couler.workflow("handles") as fourth:
        a, b, c, d = (job(name) for name in "ABCD")
        couler.dag([[a, [b, c], d]])
    with couler.workflow("text") as fifth:
        a, b, c, d = (job(name) for name in "ABCD")
        assert couler.set_dependencies(d, "B && C") is d
        couler.set_dependencies([b, c], a)
    for block in (first, second, third, fourth, fifth):
        assert edges(block.workflow) == DIAMOND


def test_a_list_on_the_left() -> None:
    with couler.workflow("w") as wf:
        a, b, c = (job(name) for name in "ABC")
        assert ([a, b] >> c) is c
        d = job("D")
        assert ([d] << c) is c
    assert edges(wf.workflow) == {"A": set(), "B": set(), "C": {"A", "B"}, "D": {"C"}}


def test_the_same_function_in_a_graph_is_the_same_step() -> None:
    with couler.workflow("w") as wf:
        couler.dag(
            [
                [number, lambda: use(1)],
                [number, lambda: use(2)],
                [lambda: use(1), lambda: use(2), publish],
                [lambda: couler.map_(use, [1]), publish],
                [lambda: couler.map_(use, [1]), lambda: use(1)],
                [lambda: couler.map_(pair, [1]), publish],
                [lambda: couler.map_(pair, [1]), lambda: use(2)],
            ]
        )
    names = [step.name for step in wf.workflow.steps]
    assert names == ["number", "use", "use-2", "publish", "use-3", "pair"]
    assert edges(wf.workflow)["use-2"] == {"number", "use", "pair"}
    assert wf.workflow["use-3"].loop is not None


def pair(x: Any) -> None:
    use(x)
    publish(x)


def test_a_step_made_before_the_graph_is_the_same() -> None:
    with couler.workflow("w") as wf:
        job("A")
        couler.dag([[lambda: job("A"), lambda: job("B")]])
    assert edges(wf.workflow) == {"A": set(), "B": {"A"}}


def test_another_step_of_the_same_name() -> None:
    with pytest.raises(couler.BuildFailed) as caught, couler.workflow("w"):
        couler.dag(
            [
                [lambda: job("A")],
                [lambda: couler.run_container("other", step_name="A")],
            ]
        )
    message = str(caught.value)
    assert message.startswith(
        "there is a step 'A' already at tests/dsl/test_order.py, line "
    )
    assert message.count("test_order.py, line") == 2


def test_without_a_graph_a_name_can_be_given_once() -> None:
    with refused("give one of them another step_name"):
        job("A")
        job("A")


def test_data_and_order_mix() -> None:
    with couler.workflow("w") as wf:
        a = job("A")
        made = number()
        taken = use(made)
        a >> made
        a >> taken
    assert edges(wf.workflow)["use"] == {"number", "A"}
    assert wf.workflow["use"].after == ("A",)


def test_names_may_come_later() -> None:
    with couler.workflow("w") as wf:
        couler.set_dependencies(lambda: job("B"), dependencies=["A"])
        job("A")
    assert edges(wf.workflow) == {"B": {"A"}, "A": set()}


def test_a_name_that_never_comes() -> None:
    with refused(
        "step 'AA', which is not there; did you mean 'A'", couler.InvalidWorkflow
    ):
        job("A")
        couler.set_dependencies(lambda: job("B"), dependencies=["AA"])


def test_a_circle() -> None:
    with refused("wait for each other", couler.InvalidWorkflow):
        a, b = job("A"), job("B")
        a >> b >> a


def test_order_across_bodies_is_between_the_steps_they_stand_in() -> None:
    kept: list[Any] = []
    with couler.workflow("w") as wf:
        first = job("first")

        def body(x: Any) -> None:
            one = use(x)
            first >> one
            one >> publish(x)
            kept.append(one)

        couler.map_(body, [1])
        kept[0] >> job("last")
    assert edges(wf.workflow) == {"first": set(), "body": {"first"}, "last": {"body"}}
    template = wf.workflow["body"].template
    assert isinstance(template, SubWorkflow)
    assert edges(template.workflow) == {"use": set(), "publish": {"use"}}


@pytest.mark.parametrize(
    ("call", "what"),
    [
        (lambda: loose.dag(job), "dag takes a list of chains"),
        (lambda: loose.dag([number]), "dag: a StepFunction is no chain"),
        (lambda: loose.dag([[3]]), "dag takes functions and steps, not an int"),
        (lambda: loose.dag([[lambda: None]]), "dag: a function adds no step"),
        (
            lambda: loose.set_dependencies(3),
            "set_dependencies takes functions and steps",
        ),
        (lambda: loose.set_dependencies(number, [3]), "3 is no step"),
        (lambda: job("A") >> 3, "3 is no step; order is between steps and lists"),
        (lambda: [one >> one for one in [job("A")]], "'A' cannot come before itself"),
        (
            lambda: loose.set_dependencies(number, loose.equal(number(), 1)),
            "compares values",
        ),
    ],
)
def test_misuse(call: Any, what: str) -> None:
    with pytest.raises(couler.BuildFailed, match=what), couler.workflow("w"):
        call()


def test_steps_of_two_workflows() -> None:
    with couler.workflow("one"):
        a = job("A")
    with (
        pytest.raises(couler.BuildFailed, match="order is within a workflow"),
        couler.workflow("two"),
    ):
        a >> job("B")


def ended(name: str, *how: Outcome) -> Ended:
    return Ended(name, how)


WELL = (Outcome.SUCCEEDED, Outcome.SKIPPED, Outcome.READY)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("A", ("A",)),
        ("A && B", ("A", "B")),
        ("A.Succeeded", (ended("A", Outcome.SUCCEEDED),)),
        (
            "A.Succeeded && B.Failed",
            (ended("A", Outcome.SUCCEEDED), ended("B", Outcome.FAILED)),
        ),
        ("A || B.Errored", (AnyOf((Ended("A", WELL), ended("B", Outcome.ERRORED))),)),
        ("!A.Skipped", (Not(ended("A", Outcome.SKIPPED)),)),
        ("!(A && !B)", (Not(AllOf((Ended("A", WELL), Not(Ended("B", WELL))))),)),
        ("!!A.Omitted", (ended("A", Outcome.OMITTED),)),
        (
            "(A.AnySucceeded||B.AllFailed)&&C.Daemoned",
            (
                AnyOf(
                    (ended("A", Outcome.ANY_SUCCEEDED), ended("B", Outcome.ALL_FAILED))
                ),
                ended("C", Outcome.READY),
            ),
        ),
        ("v1.2 && A", ("v1.2", "A")),
        ("v1.2.Failed", (ended("v1.2", Outcome.FAILED),)),
        ("train-2.Succeeded", (ended("train-2", Outcome.SUCCEEDED),)),
    ],
)
def test_dependencies_as_text(text: str, wanted: tuple[Condition | str, ...]) -> None:
    assert parse_depends(text, {"v1.2"}) == wanted


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "it ends where a step is expected"),
        ("A &&", "it ends where a step is expected"),
        ("A B", "'B' is too much"),
        ("(A", r"a \) is missing"),
        ("A)", r"'\)' is too much"),
        ("&& A", "'&&' stands where a step is expected"),
        ("A & B", "'& B' cannot be read"),
        ("A.Succeded", "'Succeded' is no way to end; did you mean 'Succeeded'"),
        ("A.failed", "'failed' is no way to end; did you mean 'Failed'"),
    ],
)
def test_what_is_no_dependency(text: str, what: str) -> None:
    with pytest.raises(couler.BuildFailed, match=what):
        parse_depends(text)


def test_text_dependencies_reach_the_step() -> None:
    with couler.workflow("w") as wf:
        for name in "AB":
            job(name)
        couler.set_dependencies(
            lambda: job("C"), dependencies="A.Succeeded && B.Failed"
        )
    assert wf.workflow["C"].after == (
        ended("A", Outcome.SUCCEEDED),
        ended("B", Outcome.FAILED),
    )
    assert OutputRef("A") not in [one.value for one in wf.workflow["C"].arguments]


def test_train_is_not_guessed_into() -> None:
    """Order never passes data along: the SDK guessed here."""
    with couler.workflow("w") as wf:
        score = train("a", "d")
        couler.set_dependencies(lambda: job("B"), dependencies=[score])
    assert wf.workflow["B"].arguments == ()
