from __future__ import annotations

import pytest

from couler_jupyter.drawing import run_text, workflow_text
from couler_jupyter.drawing.measure import columns
from couler_jupyter.ir import Phase
from couler_jupyter.protocol import StepState, run_view, workflow_view
from tests.drawing.graphs import HOSTILE, chain, fan, hostile
from tests.protocol import golden
from tests.protocol.cases import CASES, pick_best, running


@pytest.mark.parametrize("case", sorted(CASES))
def test_text_is_what_it_was(case: str) -> None:
    text = workflow_text(workflow_view(CASES[case]()))
    golden.check(f"drawing/{case}.txt", text + "\n")


def test_text_of_a_run_is_what_it_was() -> None:
    text = run_text(workflow_view(pick_best()), running())
    golden.check("drawing/run_pick_best.txt", text + "\n")


@pytest.mark.parametrize("view", [chain(3), chain(200), fan(10), fan(500)])
def test_it_keeps_to_its_width_and_is_not_endless(view: object) -> None:
    lines = workflow_text(view, width=60).splitlines()  # type: ignore[arg-type]
    assert max(map(columns, lines)) <= 60
    assert len(lines) <= 420


def test_a_fan_too_wide_for_lanes_is_told_by_level() -> None:
    lines = workflow_text(fan(500)).splitlines()
    assert "level 2 · 498 steps" in lines
    assert "  … and 486 more" in lines
    assert lines[-1] == "  ● s499  after s1, s2, s3 and 495 more"


def test_what_is_not_listed_is_counted_by_phase() -> None:
    steps = {
        f"s{n}": StepState(phase=Phase.FAILED if n % 2 else Phase.SUCCEEDED)
        for n in range(500)
    }
    run = run_view(
        run_id="r", workflow="graph", engine="local", phase=Phase.FAILED, steps=steps
    )
    assert "… and 486 more: 243 failed, 243 succeeded" in run_text(fan(500), run)


def test_hostile_text_disturbs_no_terminal() -> None:
    text = workflow_text(hostile())
    assert not [c for c in text if ord(c) < 32 and c != "\n"]
    assert "\u202e" not in text
    assert "\u2068שלום עולם\u2069" in text
    assert len(text.splitlines()) == 1 + len(HOSTILE)


def test_wide_letters_take_two_columns() -> None:
    view = chain(2)
    view["nodes"][0]["id"] = view["edges"][0]["source"] = "模型"
    view["nodes"][0]["detail"] = view["nodes"][1]["detail"] = "x"
    first, second = workflow_text(view).splitlines()[1:]
    assert columns(first.partition("x")[0]) == columns(second.partition("x")[0])
