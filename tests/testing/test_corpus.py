"""The corpus is whole: every case says one thing, and all that its run comes to."""

from __future__ import annotations

import re
from types import ModuleType

import pytest

from couler_jupyter.ir import Phase, features_of
from couler_jupyter.testing.case import Case, Expected, cases_in, compiles
from couler_jupyter.testing.corpus import CORPUS
from couler_jupyter.testing.outcome import Outcome, differences
from couler_jupyter.testing.parts import flow, sh, step

RUNNABLE = [name for name, case in CORPUS.items() if case.runnable]
by_case = pytest.mark.parametrize("name", CORPUS)


@by_case
def test_a_case_makes_the_same_each_time(name: str) -> None:
    case = CORPUS[name]
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name)
    assert case.name == name
    assert case.make() == case.make()
    assert case.make() is not case.make()


@pytest.mark.parametrize("name", RUNNABLE)
def test_what_is_expected_is_about_the_workflow(name: str) -> None:
    case = CORPUS[name]
    workflow, expected = case.make(), case.expected
    assert expected is not None
    handlers = [handler.step.name for handler in workflow.exit_handlers]
    known = {*workflow.by_name, *handlers}
    told = {re.split(r"[\[#/]", path)[0] for path in expected.steps}
    assert told == known
    assert known <= expected.steps.keys()
    assert {path for path in expected.outputs if path} <= expected.steps.keys()
    assert all(phase.ended for phase in (expected.run, *expected.steps.values()))
    assert set(case.arguments) <= {one.name for one in workflow.parameters}
    assert set(case.typed) <= known


def test_much_of_it_runs() -> None:
    assert len(CORPUS) > 100
    assert len(RUNNABLE) > 60
    run = {one for name in RUNNABLE for one in features_of(CORPUS[name].make())}
    assert len(run) > 45
    ends = {CORPUS[name].expected.run for name in RUNNABLE}  # type: ignore[union-attr]
    assert ends == {Phase.SUCCEEDED, Phase.FAILED}


def test_two_cases_never_share_a_name() -> None:
    def make_it() -> object:
        return flow("w", step("a", sh("true")))

    one, other = ModuleType("one"), ModuleType("other")
    one.case = compiles(make_it)  # type: ignore[attr-defined,arg-type]
    other.case = compiles(make_it)  # type: ignore[attr-defined,arg-type]
    assert list(cases_in(one)) == ["make-it"]
    with pytest.raises(ValueError, match="two cases are named 'make-it'"):
        cases_in(one, other)


OUTCOME = Outcome(
    steps={
        "": Phase.SUCCEEDED,
        "a": Phase.CACHED,
        "m": Phase.SUCCEEDED,
        "m[0]": Phase.SUCCEEDED,
    },
    outputs={"a": {"result": 1}, "m": {"result": [1]}},
)
SAME = Expected(
    steps={"a": Phase.SUCCEEDED, "m": Phase.SUCCEEDED}, outputs={"a": {"result": 1}}
)


def test_no_difference() -> None:
    assert not differences(OUTCOME, SAME)


@pytest.mark.parametrize(
    ("expected", "said"),
    [
        (
            Expected(run=Phase.FAILED, steps=SAME.steps),
            "the run is succeeded, not failed",
        ),
        (
            Expected(steps={**SAME.steps, "a": Phase.SKIPPED}),
            "step 'a' is cached, not skipped",
        ),
        (
            Expected(steps={**SAME.steps, "b": Phase.SKIPPED}),
            "step 'b' is None, not skipped",
        ),
        (Expected(steps={"a": Phase.SUCCEEDED}), "step 'm' is not expected"),
        (
            Expected(steps=SAME.steps, outputs={"a": {"result": True}}),
            "output 'result' of 'a' is 1, not True",
        ),
        (
            Expected(steps=SAME.steps, outputs={"x": {"y": 2}}),
            "output 'y' of 'x' is 'nothing', not 2",
        ),
    ],
)
def test_every_difference_is_told(expected: Expected, said: str) -> None:
    assert differences(OUTCOME, expected) == [said]


def test_a_case_that_only_compiles_expects_nothing() -> None:
    assert not Case(name="x", make=lambda: flow("w", step("a", sh("true")))).runnable
