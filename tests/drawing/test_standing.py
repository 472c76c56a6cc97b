from __future__ import annotations

from dataclasses import replace

import pytest

from couler_jupyter.drawing import standings
from couler_jupyter.drawing.standing import together
from couler_jupyter.ir import Phase
from couler_jupyter.protocol import StepState, run_view
from tests.protocol.cases import START, running, states


def of(steps: dict[str, StepState], *nodes: str) -> dict[str, str]:
    run = run_view(
        run_id="r",
        workflow="w",
        engine="local",
        phase=Phase.RUNNING,
        steps=steps,
        nodes=nodes,
    )
    return {node: str(standing) for node, standing in standings(run).items()}


@pytest.mark.parametrize(
    ("phases", "whole"),
    [
        ("", "pending"),
        ("pending pending", "pending"),
        ("pending succeeded", "running"),
        ("suspended failed pending", "suspended"),
        ("running suspended failed", "running"),
        ("succeeded failed errored", "errored"),
        ("succeeded cancelled", "cancelled"),
        ("cached cached", "cached"),
        ("cached succeeded", "succeeded"),
        ("skipped succeeded", "succeeded"),
        ("skipped omitted", "omitted"),
        ("skipped skipped", "skipped"),
    ],
)
def test_several_phases_come_to_one(phases: str, whole: str) -> None:
    assert together(Phase(one) for one in phases.split()) == Phase(whole)


def test_items_are_counted() -> None:
    told = {node: str(standing) for node, standing in standings(running()).items()}
    assert told == {
        "load": "cached",
        "train": "running · 1/3, 1 failed",
        "max_of": "pending",
        "publish": "pending",
    }


def test_the_step_itself_says_more_than_its_items() -> None:
    items = {name: one for name, one in states().items() if name.startswith("train")}
    ended = {
        name: replace(one, phase=Phase.SUCCEEDED, finished=START + 20)
        for name, one in items.items()
    }
    whole = StepState(phase=Phase.FAILED, started=START, finished=START + 75)
    assert of({"train": whole, **ended}) == {"train": "failed · 1 min 15 s · 3/3"}


def test_attempts_are_worth_a_word() -> None:
    again = StepState(phase=Phase.RUNNING, started=START, attempts=2)
    assert of({"a": again}) == {"a": "running · 2 attempts"}


def test_steps_of_a_closed_sub_workflow_are_its_items() -> None:
    done = StepState(phase=Phase.SUCCEEDED, started=START, finished=START + 1)
    steps = {"tune": done, "tune/fit": done, "tune/score": done}
    assert of(steps, "tune") == {"tune": "succeeded · 1.0 s · 2/2"}
