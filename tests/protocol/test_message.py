from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from couler_jupyter.ir import Phase
from couler_jupyter.protocol import (
    RunView,
    StepState,
    patch_of,
    patched,
    reply_to,
    run_view,
)
from tests.protocol import golden
from tests.protocol.cases import running, states

phases = st.sampled_from(list(Phase))
times = st.none() | st.floats(0, 2e9)
step_states = st.builds(
    StepState,
    phase=phases,
    started=times,
    finished=times,
    attempts=st.integers(0, 3),
    message=st.text(max_size=5),
)
steps = st.dictionaries(st.sampled_from("abcdef"), step_states)


def view(phase: Phase, known: dict[str, StepState], started: float | None) -> RunView:
    return run_view(
        run_id="r",
        workflow="w",
        engine="local",
        phase=phase,
        steps=known,
        started=started,
    )


runs = st.builds(view, phases, steps, times)


@given(runs, runs)
def test_a_patch_turns_one_view_into_the_next(before: RunView, after: RunView) -> None:
    kept = {step["id"] for step in before["steps"]}
    after["steps"] = [
        *(step for step in before["steps"] if step["id"] not in ids(after)),
        *after["steps"],
    ]
    untouched = deepcopy(before)
    patch = patch_of(before, after)
    assert before == untouched
    if patch is None:
        assert by_id(before) == by_id(after)
        return
    made = patched(before, patch)
    assert before == untouched
    assert by_id(made) == by_id(after)
    assert {step["id"] for step in made["steps"][: len(kept)]} == kept
    assert made == {**after, "steps": made["steps"]}


def ids(run: RunView) -> set[str]:
    return {step["id"] for step in run["steps"]}


def by_id(run: RunView) -> dict[str, object]:
    return {step["id"]: step for step in run["steps"]}


def test_only_what_changed_is_sent() -> None:
    before = running()
    later = states() | {
        "train[2]": replace(states()["train[2]"], phase=Phase.SUCCEEDED),
        "train[3]": StepState(phase=Phase.PENDING),
    }
    after = run_view(
        run_id="pick-best-1",
        workflow="pick-best",
        engine="local",
        phase=Phase.RUNNING,
        steps=later,
        message="nearly there",
        started=before["started"],
    )
    patch = patch_of(before, after)
    assert patch is not None
    assert patch["run"] == {"message": "nearly there"}
    assert [step["id"] for step in patch["steps"]] == ["train[2]", "train[3]"]
    text = json.dumps(patch, indent=1, ensure_ascii=False) + "\n"
    golden.check("protocol/patch_pick_best.json", text)


def test_no_change_is_no_patch() -> None:
    assert patch_of(running(), running()) is None


def test_another_run_and_a_lost_step_need_a_whole_view() -> None:
    other = {**running(), "run_id": "pick-best-2"}
    with pytest.raises(ValueError, match="'pick-best-2' is not the run 'pick-best-1'"):
        patch_of(running(), other)  # type: ignore[arg-type]
    fewer = running()
    del fewer["steps"][0]
    with pytest.raises(ValueError, match="cannot take away steps: load"):
        patch_of(running(), fewer)


def test_a_reply_says_which_request_and_why_not() -> None:
    assert reply_to({"id": "7", "type": "cancel"})["ok"] is True
    answer = reply_to({"id": "7", "type": "explode"}, "no request is called 'explode'")
    assert answer == {
        "type": "reply",
        "version": 1,
        "id": "7",
        "ok": False,
        "error": "no request is called 'explode'",
    }
