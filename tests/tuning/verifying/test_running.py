"""The short runs as a workflow."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from couler_jupyter.errors import UsageFailed
from couler_jupyter.ir import (
    Constant,
    OutputRef,
    Step,
    SubWorkflow,
    Tune,
    Workflow,
    WorkflowOutput,
)
from couler_jupyter.testing.parts import flow, over, python, step
from couler_jupyter.tuning.logs import RealSource
from couler_jupyter.tuning.verifying import candidates, verification
from tests.tuning.verifying.tasks import TASK, foretold, setting

WANTED = candidates(TASK, [foretold(0.9, 0.9)], top=1)
ASKED = Tune(space=TASK.space, data=TASK.data, model=TASK.model, budget="epochs")


def learning(asked: Tune = ASKED, **more: Any) -> Workflow:
    load = step("load", python("def load(): return 1"))
    train = python("def train(data, rate, epochs): return data * rate * epochs")
    takes = {"data": OutputRef("load"), "rate": 0.5, "epochs": 40}
    return flow(
        "learn",
        load,
        step("train", train, takes=takes, tune=asked, **more),
        step("use", python("def use(a): return a"), takes={"a": OutputRef("train")}),
        step("aside", python("def aside(): return 1")),
        outputs=(WorkflowOutput(name="o", value=OutputRef("use")),),
    )


def given(one: Step) -> dict[str, object]:
    return {
        a.name: a.value.value for a in one.arguments if isinstance(a.value, Constant)
    }


def test_the_step_runs_once_for_each_setting_with_what_it_needs() -> None:
    made = verification(learning(), "train", WANTED)
    assert [one.name for one in made.workflow.steps] == [
        "load",
        "train-1",
        "train-2",
        "train-3",
    ]
    assert made.workflow.name == "learn-verify"
    assert [one.step for one in made.trials] == ["train-1", "train-2", "train-3"]
    assert given(made.workflow["train-1"]) == {"rate": 0.9, "epochs": 10}
    assert given(made.workflow["train-2"]) == {"rate": 0.5, "epochs": 10}
    assert made.workflow["train-1"].data_dependencies == ("load",)
    assert all(one.tune is None for one in made.workflow.steps)
    assert (made.units, made.full, made.cost) == (10, 40, 0.75)
    assert made.source is RealSource.SHORT_RUN


def test_a_step_in_a_sub_workflow_is_tried_in_there() -> None:
    inner = SubWorkflow(workflow=learning())
    outer = flow(
        "all",
        step("before", python("def before(): return 1")),
        step("learn", inner, after=("before",)),
        step(
            "other",
            python("def other(a): return a"),
            takes={"a": OutputRef("learn", "o")},
        ),
    )
    made = verification(outer, "learn/train", WANTED)
    assert [one.name for one in made.workflow.steps] == ["before", "learn"]
    template = made.workflow["learn"].template
    assert isinstance(template, SubWorkflow)
    assert [one.name for one in template.workflow.steps] == [
        *("load", "train-1", "train-2", "train-3")
    ]
    assert [one.step for one in made.trials] == [
        *("learn/train-1", "learn/train-2", "learn/train-3")
    ]
    assert given(template.workflow["train-1"]) == {"rate": 0.9, "epochs": 10}
    mapped = replace(outer["learn"], loop=over(1, 2))
    with pytest.raises(UsageFailed, match="step 'learn' is mapped or repeated"):
        verification(flow("all", outer["before"], mapped), "learn/train", WANTED)
    with pytest.raises(UsageFailed, match="'all' has no step 'learn/train/deep'"):
        verification(outer, "learn/train/deep", WANTED)
    with pytest.raises(UsageFailed, match="step 'learn' is not to be tuned"):
        verification(outer, "learn", WANTED)


def test_names_that_are_taken_are_left() -> None:
    workflow = learning()
    load = replace(workflow["load"], name="train-1")
    train = workflow["train"]
    arguments = tuple(
        replace(one, value=OutputRef("train-1")) if one.name == "data" else one
        for one in train.arguments
    )
    other = flow("learn", load, replace(train, arguments=arguments))
    made = verification(other, "train", WANTED)
    assert [one.step for one in made.trials] == ["train-1-2", "train-2", "train-3"]


def test_without_a_budget_all_is_trained() -> None:
    asked = replace(ASKED, budget="")
    made = verification(learning(asked), "train", WANTED)
    assert made.source is RealSource.FULL_RUN
    assert given(made.workflow["train-1"]) == {"rate": 0.9, "epochs": 40}
    with pytest.raises(UsageFailed, match="cannot be cut short; name the input"):
        verification(learning(asked), "train", WANTED, units=3)


def test_units_are_as_asked_and_no_more_than_there_are() -> None:
    assert verification(learning(), "train", WANTED, units=7).units == 7
    made = verification(learning(), "train", WANTED, units=99)
    assert (made.units, made.source) == (40, RealSource.FULL_RUN)
    with pytest.raises(UsageFailed, match="0 units are no training"):
        verification(learning(), "train", WANTED, units=0)


def test_steps_that_cannot_be_tried_are_told() -> None:
    with pytest.raises(UsageFailed, match="has no step 'fit'"):
        verification(learning(), "fit", WANTED)
    with pytest.raises(UsageFailed, match="step 'load' is not to be tuned"):
        verification(learning(), "load", WANTED)
    with pytest.raises(UsageFailed, match="mapped or repeated"):
        verification(learning(loop=over(1, 2)), "train", WANTED)


def test_the_settings_are_those_that_were_chosen() -> None:
    settings = {
        one.candidate.setting
        for one in verification(learning(), "train", WANTED).trials
    }
    assert {setting(0.9), setting(0.5)} < settings
