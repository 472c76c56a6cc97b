"""The pass dedupe."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

import pytest
from hypothesis import strategies as st

from couler_jupyter.ir import (
    Cache,
    Compare,
    Constant,
    Ended,
    ExitHandler,
    Foreign,
    Operator,
    Outcome,
    OutputRef,
    Raw,
    Repeat,
    RunField,
    RunRef,
    StepField,
    StepRef,
    Workflow,
    WorkflowOutput,
)
from couler_jupyter.passes import Context, Word
from couler_jupyter.passes.dedupe import Dedupe, Trust
from couler_jupyter.testing.case import Case
from couler_jupyter.testing.parts import echo, flow, python, sh, step
from couler_jupyter.testing.passes import PassContract
from tests.passes.golden import check_pass
from tests.passes.running import RunsHere
from tests.passes.twins import twinned

LOAD = python("def load(): return 7")
INC = python("def inc(a): return a + 1")
ADD = python("def add(a, b): return a + b")
TRUSTED = Cache()


class TestDedupe(RunsHere, PassContract):
    random: ClassVar[st.SearchStrategy[Case]] = twinned()

    @pytest.fixture
    def one(self) -> Dedupe:
        return Dedupe(trust=Trust.ALL)


class TestDedupeOfTheTrusted(PassContract):
    @pytest.fixture
    def one(self) -> Dedupe:
        return Dedupe()


def two_of_each(**more: Any) -> Workflow:
    cache = more.pop("cache", TRUSTED)
    return flow(
        "twice",
        step("left", LOAD, cache=cache),
        step("right", LOAD, cache=cache),
        step("up", INC, takes={"a": OutputRef("left")}, cache=cache),
        step("down", INC, takes={"a": OutputRef("right")}, cache=cache),
        step("sum", ADD, takes={"a": OutputRef("up"), "b": OutputRef("down")}),
        **more,
    )


def test_equal_steps_and_then_their_readers_are_merged() -> None:
    outputs = (WorkflowOutput(name="right", value=OutputRef("down")),)
    made = check_pass(
        "equal steps and then their readers are merged",
        Dedupe(),
        two_of_each(outputs=outputs),
    )
    assert made.workflow.order == ("left", "up", "sum")
    assert [(one.step, one.to) for one in made.decisions] == [
        ("right", "left"),
        ("down", "up"),
    ]


def test_what_does_not_say_so_is_kept_with_the_reason() -> None:
    made = check_pass(
        "what does not say so is kept with the reason",
        Dedupe(),
        two_of_each(cache=None),
    )
    assert [one.word for one in made.decisions] == [Word.KEPT]
    assert "cache=True" in made.decisions[0].reason
    merged = Dedupe(trust=Trust.ALL).run(two_of_each(cache=None), Context())
    assert merged.workflow.order == ("left", "up", "sum")


def test_what_is_asked_for_by_name_keeps_it() -> None:
    handler = ExitHandler(
        step=step("tells", echo(), takes={"x": StepRef("right", StepField.STARTED)})
    )
    made = check_pass(
        "what is asked for by name keeps it",
        Dedupe(),
        two_of_each(exit_handlers=(handler,)),
        Context(targets=("sum",)),
    )
    assert set(made.workflow.by_name) == {"left", "right", "up", "down", "sum"}
    assert "reads its started" in made.decisions[0].reason


@pytest.mark.parametrize(
    "words",
    [
        Raw("argo", "{{tasks.right.startedAt}}"),
        Foreign(engine="argo", kind="http", body=Constant.of({"args": ["cat\nright"]})),
    ],
)
def test_what_words_of_an_engine_may_name_stays(words: Raw | Foreign) -> None:
    tells = (
        step("tells", words)
        if isinstance(words, Foreign)
        else step("tells", echo(), takes={"x": words})
    )
    flowing = two_of_each()
    workflow = replace(flowing, steps=(*flowing.steps, tells))
    made = Dedupe().run(workflow, Context())
    assert made.workflow is workflow
    assert "tells may name it" in made.decisions[0].reason


def test_a_target_stays() -> None:
    made = Dedupe().run(two_of_each(), Context(targets=("down",)))
    assert set(made.workflow.by_name) == {"left", "up", "down", "sum"}


def test_neither_of_two_whose_end_is_asked_for_goes() -> None:
    either = Ended("left", (Outcome.SUCCEEDED, Outcome.FAILED))
    workflow = flow(
        "ends",
        step("left", LOAD, cache=TRUSTED),
        step("right", LOAD, cache=TRUSTED),
        step("then", INC, takes={"a": OutputRef("right")}, after=(either,)),
    )
    made = Dedupe().run(workflow, Context())
    assert made.workflow is workflow
    assert "asks how 'left' ended" in made.decisions[0].reason


@pytest.mark.parametrize(
    "other",
    [
        step("b", LOAD, cache=Cache(enabled=False)),
        step("b", LOAD, cache=TRUSTED, timeout=9),
        step("b", LOAD, cache=TRUSTED, after=("start",)),
        step("b", INC, cache=TRUSTED, takes={"a": 1}),
        step("b", sh("echo 7"), cache=TRUSTED),
    ],
)
def test_what_differs_is_not_equal(other: Any) -> None:
    workflow = flow("two", step("start", LOAD), step("a", LOAD, cache=TRUSTED), other)
    assert not Dedupe().run(workflow, Context()).decisions


@pytest.mark.parametrize(
    "template",
    [
        sh("touch /tmp/x", outputs=()),
        sh("echo ", RunRef(RunField.ID)),
    ],
)
def test_what_has_an_effect_or_is_of_its_run_is_never_merged(template: Any) -> None:
    workflow = flow("two", step("a", template), step("b", template))
    assert not Dedupe(trust=Trust.ALL).run(workflow, Context()).decisions


def test_repeats_of_their_own_output_are_equal() -> None:
    def again(name: str) -> Any:
        more = Compare(OutputRef(name), Operator.SMALLER, Constant.of(5))
        repeat = Repeat(condition=more, limit=3)
        return step(name, LOAD, repeat=repeat, cache=TRUSTED)

    made = Dedupe().run(flow("two", again("a"), again("b")), Context())
    assert made.workflow.order == ("a",)
