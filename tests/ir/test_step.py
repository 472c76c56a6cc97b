"""What a step waits for: every output and fact it uses, and what it names."""

from __future__ import annotations

import pytest

from couler_jupyter.ir import (
    AllOf,
    Cache,
    Constant,
    DictOf,
    Ended,
    FirstOf,
    Format,
    ListOf,
    LocalPath,
    Map,
    Not,
    Origin,
    Outcome,
    OutputRef,
    Over,
    Range,
    Repeat,
    Retry,
    Step,
    StepField,
    StepRef,
)
from couler_jupyter.testing.parts import echo, equal, sh, step

A, B = OutputRef("a"), StepRef("b", StepField.PHASE)
OK, X = sh("true"), echo()
FAILED = (Outcome.FAILED,)
WAITS: list[tuple[Step, tuple[str, ...]]] = [
    (step("s", OK), ()),
    (step("s", X, takes={"x": A}), ("a",)),
    (step("s", X, takes={"x": Format(("-", B, A))}), ("b", "a")),
    (
        step("s", X, takes={"x": ListOf((DictOf((("k", FirstOf((A, B))),)),))}),
        ("a", "b"),
    ),
    (step("s", X, takes={"x": LocalPath(Format(("/", A)))}), ("a",)),
    (step("s", OK, when=Not(AllOf((equal(1, A), equal(B, 2))))), ("a", "b")),
    (step("s", OK, loop=Map(over=Over(A))), ("a",)),
    (step("s", OK, loop=Map(over=Range(start=A, end=B))), ("a", "b")),
    (step("s", OK, repeat=Repeat(condition=equal(A, 1), limit=2, pause=B)), ("a", "b")),
    (step("s", OK, repeat=Repeat(condition=equal(OutputRef("s"), 1), limit=2)), ()),
    (step("s", OK, cache=Cache(key=Format((A,)))), ("a",)),
    (step("s", OK, after=["b", "a", "b"]), ("b", "a")),
    (step("s", OK, after=[Not(Ended("b", FAILED)), "a"]), ("b", "a")),
    (step("s", X, takes={"x": A}, after=["b", "a"]), ("a", "b")),
    (step("s", X, takes={"x": Constant.of("a")}), ()),
]


@pytest.mark.parametrize(("one", "names"), WAITS)
def test_what_a_step_waits_for(one: Step, names: tuple[str, ...]) -> None:
    assert one.dependencies == names
    assert set(one.data_dependencies) | set(one.order_dependencies) == set(names)


def test_all_conditions_of_a_step() -> None:
    ended, when, again, retry = (
        Ended("a", FAILED),
        equal(1, 2),
        equal(3, 4),
        equal(5, 6),
    )
    one = step(
        "s",
        OK,
        after=["b", ended],
        when=when,
        repeat=Repeat(condition=again, limit=1),
        retry=Retry(limit=1, when=retry),
    )
    assert list(one.conditions()) == [ended, when, again, retry]
    assert list(step("s", OK).conditions()) == []


def test_an_origin_says_where() -> None:
    assert str(Origin("cell [3]", 7)) == "cell [3], line 7"
