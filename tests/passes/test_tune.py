"""The pass tune."""

from __future__ import annotations

import pytest

from couler_jupyter.ir import (
    Constant,
    Scalar,
    Setting,
    Step,
    SubWorkflow,
    Workflow,
    places_in,
)
from couler_jupyter.passes import Context, Tuned, Word
from couler_jupyter.passes.tune import FillIn
from couler_jupyter.testing.corpus import CORPUS
from couler_jupyter.testing.parts import flow, step
from couler_jupyter.testing.passes import PassContract
from tests.passes.golden import check_pass

SCRIPT = next(case for name, case in CORPUS.items() if name.startswith("tuned"))
FEW: dict[str, Scalar] = {
    "rate": 0.5,
    "batch": 48,
    "solver": "sgd",
    "nesterov": "off",
    "shuffle": "off",
}
CHOSEN = Setting.of({**FEW, "nesterov": "on", "momentum": 0.9})


def tuned(**more: object) -> Tuned:
    fields: dict[str, object] = {"setting": CHOSEN, "source": "past-runs", **more}
    return Tuned(**fields)  # type: ignore[arg-type]


def given(one: Step) -> dict[str, object]:
    return {
        a.name: a.value.value for a in one.arguments if isinstance(a.value, Constant)
    }


class TestFillIn(PassContract):
    @pytest.fixture
    def one(self) -> FillIn:
        return FillIn()

    def about(self, workflow: Workflow) -> Context:
        """Know of every step that its defaults were chosen."""
        return Context(
            tuned={
                path: tuned(setting=one.tune.space.default())
                for one, path in places_in(workflow)
                if isinstance(one, Step) and one.tune is not None
            }
        )


def test_what_was_chosen_takes_the_place_of_what_is_given() -> None:
    known = tuned(
        value=0.9712,
        low=0.95,
        high=0.98,
        calibrated=True,
        usual=Setting.of({"rate": 0.1}),
        usual_value=0.93,
    )
    made = check_pass(
        "what was chosen takes the place of what is given",
        FillIn(),
        SCRIPT.make(),
        Context(tuned={"train": known}),
    )
    (train,) = made.workflow.steps
    assert train.tune is None
    assert given(train) == {**CHOSEN.as_dict(), "epochs": 40}
    (decision,) = made.decisions
    assert decision.word is Word.TUNED
    assert decision.reason == (
        "rate=0.5, batch=48, solver=sgd, nesterov=on, shuffle=off, momentum=0.9, "
        "from past-runs: is foretold to reach accuracy 0.9712 (80% band 0.95 to 0.98, calibrated); "
        "the default (rate=0.1) 0.93"
    )


def test_what_a_setting_leaves_out_stays() -> None:
    known = tuned(setting=Setting.of(FEW), value=0.9, measured=True, low=0.8, high=1.0)
    made = FillIn().run(SCRIPT.make(), Context(tuned={"train": known}))
    assert given(made.workflow["train"])["momentum"] == 0
    assert "reached accuracy 0.9 (80% band 0.8 to 1, not calibrated)" in str(
        made.decisions[0]
    )


def test_without_a_choice_nothing_changes_and_that_is_said() -> None:
    workflow = SCRIPT.make()
    made = check_pass("without a choice nothing changes", FillIn(), workflow, Context())
    assert made.workflow is workflow
    (decision,) = made.decisions
    assert decision.word is Word.NOTED
    assert "nothing is chosen yet" in decision.reason


def test_a_choice_that_is_in_the_space_no_more_is_left() -> None:
    workflow = SCRIPT.make()
    known = tuned(setting=Setting.of({"rate": 7, "batch": 48, "solver": "adam"}))
    made = FillIn().run(workflow, Context(tuned={"train": known}))
    assert made.workflow is workflow
    assert "which is not in its space any more" in made.decisions[0].reason


def test_steps_of_sub_workflows_are_filled_in_by_their_path() -> None:
    inner = SubWorkflow(workflow=SCRIPT.make())
    workflow = flow("outer", step("learn", inner), step("again", inner))
    made = check_pass(
        "steps of sub-workflows are filled in by their path",
        FillIn(),
        workflow,
        Context(tuned={"learn/train": tuned()}),
    ).workflow
    assert made["again"] == workflow["again"]
    template = made["learn"].template
    assert isinstance(template, SubWorkflow)
    assert given(template.workflow["train"])["rate"] == 0.5
