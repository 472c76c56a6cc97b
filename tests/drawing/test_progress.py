from __future__ import annotations

from dataclasses import replace

from couler_jupyter.drawing import progress_lines
from couler_jupyter.ir import Phase
from couler_jupyter.protocol import RunView, StepState, run_view
from tests.protocol.cases import START, running, states


def view(steps: dict[str, StepState], phase: Phase = Phase.RUNNING) -> RunView:
    return run_view(
        run_id="pick-best-1",
        workflow="pick-best",
        engine="local",
        phase=phase,
        steps=steps,
        started=START,
        finished=START + 65 if phase.ended else None,
    )


def test_at_first_all_that_is_not_waiting_is_told() -> None:
    assert progress_lines(None, running()) == [
        "  ↺ load cached · 0.50 s",
        "  ✓ train[0] succeeded · 12.3 s",
        "  ✗ train[1] failed · 3.0 s · attempt 3 · ValueError: <no> trees",
        "  ▸ train[2] running",
        (
            "▸ pick-best running · 3/6 steps ended "
            "(2 pending, 1 running, 1 succeeded, 1 cached, 1 failed)"
        ),
    ]


def test_then_only_what_changed() -> None:
    later = states() | {
        "train[2]": replace(
            states()["train[2]"], phase=Phase.SUCCEEDED, finished=START + 9
        )
    }
    assert progress_lines(running(), view(later)) == [
        "  ✓ train[2] succeeded · 7.0 s",
        (
            "▸ pick-best running · 4/6 steps ended "
            "(2 pending, 2 succeeded, 1 cached, 1 failed)"
        ),
    ]


def test_nothing_changed_is_nothing_told() -> None:
    assert progress_lines(running(), running()) == []


def test_more_memory_is_no_news() -> None:
    bigger = states() | {"train[2]": replace(states()["train[2]"], peak_memory=5)}
    assert progress_lines(view(states()), view(bigger)) == []


def test_another_attempt_is_news() -> None:
    again = states() | {"train[2]": replace(states()["train[2]"], attempts=2)}
    assert progress_lines(view(states()), view(again))[0] == (
        "  ▸ train[2] running · attempt 2"
    )


def test_the_end_is_told_with_its_duration() -> None:
    lines = progress_lines(view(states()), view(states(), Phase.FAILED))
    assert len(lines) == 1
    assert lines[0].startswith("✗ pick-best failed · 3/6 steps ended")
    assert lines[0].endswith("· 1 min 5 s")


def test_many_changes_at_once_are_counted() -> None:
    before = {f"s[{n}]": StepState(phase=Phase.PENDING) for n in range(1000)}
    after = {name: StepState(phase=Phase.RUNNING) for name in before}
    lines = progress_lines(view(before), view(after))
    assert len(lines) == 22
    assert lines[-2] == "… and 980 more: 980 running"
