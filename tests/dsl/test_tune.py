"""`couler.tune`: what it says of a step, and what it leaves as it is."""

from __future__ import annotations

import json

import pytest

import couler_jupyter as couler
from couler_jupyter.errors import BuildFailed
from couler_jupyter.ir import Constant, Direction, Tune, from_json, to_json

DATA = couler.DataCard(
    name="Digits",
    input_type="image",
    label_space=couler.Classes(names=("zero", "one")),
    metric=couler.Metric(name="accuracy", direction=Direction.MAXIMIZE),
)
MODEL = couler.ModelCard(
    name="MLP", library="scikit-learn", structure="64-32-2", description="small"
)
SPACE = couler.Space.of(
    {
        "rate": couler.Float(low=0.001, high=1.0, log=True, default=0.1),
        "solver": couler.Categorical(choices=("adam", "sgd")),
    }
)


@couler.step
def train(rate: float, solver: str, epochs: int = 40) -> float:
    for epoch in range(epochs):
        couler.report(epoch + 1, val_loss=1 / (epoch + rate))
    return len(solver) * rate


def given(step: object) -> dict[str, object]:
    arguments = step.arguments  # type: ignore[attr-defined]
    return {
        one.name: one.value.value
        for one in arguments
        if isinstance(one.value, Constant)
    }


def test_a_function_runs_with_the_defaults_until_something_is_chosen() -> None:
    tuned = couler.tune(train, SPACE, data_card=DATA, model_card=MODEL, budget="epochs")
    with couler.workflow("learn") as flow:
        tuned()
        tuned(0.5, epochs=3)
        train(0.2, "sgd")
    first, second, plain = flow.workflow.steps
    assert given(first) == {"rate": 0.1, "solver": "adam"}
    assert given(second) == {"rate": 0.5, "solver": "adam", "epochs": 3}
    expected = Tune(space=SPACE, data=DATA, model=MODEL, budget="epochs")
    assert first.tune == second.tune == expected
    assert plain.tune is None
    assert from_json(to_json(flow.workflow)) == flow.workflow


def test_a_call_of_a_script_can_be_tuned() -> None:
    with couler.workflow("learn") as flow:
        step = couler.run_script(
            source=couler.format("echo {}", couler.input_value("rate")),
            command="sh",
            inputs={"rate": 0.2},
        )
        made = couler.tune(
            step, {"rate": SPACE.by_name["rate"]}, data_card=DATA, model_card=MODEL
        )
        assert made is step
        with pytest.raises(BuildFailed, match="is tuned already"):
            couler.tune(step, SPACE, data_card=DATA, model_card=MODEL)
    (only,) = flow.workflow.steps
    assert only.tune is not None
    assert only.tune.space.names == ("rate",)
    assert given(only) == {"rate": 0.2}


def test_only_steps_are_tuned() -> None:
    with pytest.raises(BuildFailed, match="give a @couler"):
        couler.tune(len, SPACE, data_card=DATA, model_card=MODEL)  # type: ignore[type-var]
    with pytest.raises(BuildFailed, match=r"couler\.tune makes one"):
        couler.step(tune=3)(len)  # type: ignore[call-overload]


def test_a_report_is_one_line_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    couler.report(3, val_loss=0.25, metric=1)
    couler.report(4, val_loss=float("nan"))
    first, second = capsys.readouterr().out.splitlines()
    assert json.loads(first) == {"unit": 3, "val_loss": 0.25, "metric": 1}
    assert second == '{"unit": 4, "val_loss": NaN}'
