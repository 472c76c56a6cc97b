from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from couler_jupyter.errors import StoreFailed
from couler_jupyter.ir import Phase, RunEvent
from couler_jupyter.runs import RunRecord, RunStore, StepRecord

PATHS = ("", "train", "train[0]", "tune/fit", "flip#2", "Größe", "größe")
EVENTS = st.builds(
    RunEvent,
    step=st.sampled_from(PATHS),
    phase=st.sampled_from(Phase),
    time=st.floats(0, 2e9),
    attempt=st.integers(0, 3),
    message=st.text(max_size=5),
    exit_code=st.none() | st.integers(-255, 255),
    cpu_seconds=st.none() | st.floats(0, 1e6),
    peak_memory=st.none() | st.integers(0, 2**50),
)
NEVER_BEGAN = (Phase.PENDING, Phase.CACHED, Phase.SKIPPED, Phase.OMITTED)
BEGAN = (Phase.RUNNING, Phase.SUSPENDED)


@pytest.fixture(scope="module")
def shared() -> Iterator[RunStore]:
    with TemporaryDirectory() as folder:
        store = RunStore(Path(folder))
        yield store
        store.close()


def after(old: StepRecord | None, event: RunEvent) -> StepRecord:
    """What one event makes of a step, said as plainly as can be."""
    same_try = old is not None and old.finished is None and old.attempt == event.attempt
    started = old.started if old is not None else None
    if event.phase in NEVER_BEGAN:
        started = None
    elif event.phase in BEGAN and not (same_try and started is not None):
        started = event.time
    return StepRecord(
        path=event.step,
        phase=event.phase,
        attempt=event.attempt,
        started=started,
        finished=event.time if event.phase.ended else None,
        message=event.message,
        exit_code=event.exit_code,
        cpu_seconds=event.cpu_seconds,
        peak_memory=event.peak_memory,
    )


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=st.lists(st.lists(EVENTS, max_size=6), max_size=6))
@example(
    batches=[
        [
            RunEvent(step="a", phase=Phase.RUNNING, time=1.0, attempt=1),
            RunEvent(step="a", phase=Phase.FAILED, time=2.0, attempt=1),
            RunEvent(step="a", phase=Phase.RUNNING, time=3.0, attempt=1),
        ]
    ]
)
def test_states_are_the_fold_of_the_events(
    shared: RunStore, batches: list[list[RunEvent]]
) -> None:
    run = shared.create(workflow="w", engine="local", document="{}")
    expected: dict[str, StepRecord] = {}
    about_run: list[RunEvent] = []
    with shared.hold(run.id):
        for batch in batches:
            shared.record(run.id, batch)
            for event in batch:
                if event.step:
                    expected[event.step] = after(expected.get(event.step), event)
                else:
                    about_run.append(event)
        steps = shared.steps(run.id)
        assert steps == expected
        assert list(steps) == list(expected)
        record = shared.get(run.id)
        assert record.phase is (about_run[-1].phase if about_run else Phase.PENDING)
        begun = [e.time for e in about_run if e.phase in BEGAN]
        assert record.started == (begun[0] if begun else None)
        over = bool(about_run) and about_run[-1].phase.ended
        assert record.finished == (about_run[-1].time if over else None)
    flat = [event for batch in batches for event in batch]
    assert shared.events(run.id) == tuple(enumerate(flat, 1))


def test_events_go_on_from_any_seq(store: RunStore, run: RunRecord) -> None:
    events = [RunEvent(step="a", phase=Phase.RUNNING, time=n) for n in range(10)]
    store.record(run.id, events)
    assert [seq for seq, _ in store.events(run.id, after=7)] == [8, 9, 10]
    assert [seq for seq, _ in store.events(run.id, after=2, limit=3)] == [3, 4, 5]
    assert store.events(run.id, after=10) == ()


def test_a_clock_set_back_does_not_change_the_order(
    store: RunStore, run: RunRecord
) -> None:
    times = [100.0, 50.0, 75.0]
    phases = [Phase.PENDING, Phase.RUNNING, Phase.SUCCEEDED]
    for time, phase in zip(times, phases, strict=True):
        event = RunEvent(step="a", phase=phase, time=time, attempt=1)
        store.record(run.id, [event])
    assert [event.time for _, event in store.events(run.id)] == times
    assert store.steps(run.id)["a"].phase is Phase.SUCCEEDED
    backwards = RunEvent(step="a", phase=Phase.FAILED, time=1.0, attempt=1)
    store.record(run.id, [backwards])
    step = store.steps(run.id)["a"]
    assert step.started is not None
    assert step.finished is not None
    assert step.finished < step.started
    assert step.duration == 0.0


def test_a_record_is_kept_whole_or_not_at_all(store: RunStore, run: RunRecord) -> None:
    good = RunEvent(step="a", phase=Phase.RUNNING, time=1.0, attempt=1)
    bad = RunEvent(step="b", phase=Phase.RUNNING, time=float("nan"))
    with pytest.raises(StoreFailed, match="NOT NULL"):
        store.record(run.id, [good, bad], outputs={"a": "1"})
    assert (store.events(run.id), store.steps(run.id), store.outputs(run.id)) == (
        (),
        {},
        {},
    )
    store.record(run.id, [good])
    assert [seq for seq, _ in store.events(run.id)] == [1]


def test_outputs_are_replaced_by_newer_ones(store: RunStore, run: RunRecord) -> None:
    store.record(run.id, [], outputs={"a": "1", "b": "2"})
    store.record(run.id, [], outputs={"a": "3"})
    assert store.outputs(run.id) == {"a": "3", "b": "2"}


def test_runs_do_not_mix(store: RunStore) -> None:
    one, two = (
        store.create(workflow="w", engine="local", document="{}") for _ in range(2)
    )
    event = RunEvent(step="a", phase=Phase.RUNNING, time=1.0)
    store.record(one.id, [event], outputs={"a": "1"})
    store.command(one.id, "cancel")
    assert store.events(two.id) == ()
    assert store.steps(two.id) == {}
    assert store.outputs(two.id) == {}
    assert store.take_commands(two.id) == ()
    store.record(two.id, [event, event])
    assert [seq for seq, _ in store.events(two.id)] == [1, 2]
    assert [seq for seq, _ in store.events(one.id)] == [1]


def test_ten_thousand_steps_come_in_order(store: RunStore, run: RunRecord) -> None:
    events = [
        RunEvent(step=f"s[{n}]", phase=Phase.RUNNING, time=float(n))
        for n in range(10_000)
    ]
    store.record(run.id, events)
    starts = [step.started or 0.0 for step in store.steps(run.id).values()]
    assert len(starts) == 10_000
    assert all(a < b for a, b in pairwise(starts))


def test_steps_that_something_happened_to_since(store: RunStore) -> None:
    run = store.create(workflow="w", engine="e", document="{}")
    store.record(run.id, [_event("a", Phase.RUNNING), _event("b", Phase.RUNNING)])
    store.record(run.id, [_event("", Phase.RUNNING), _event("a", Phase.FAILED)])
    assert list(store.steps(run.id)) == ["a", "b"]
    since = store.steps(run.id, after=2)
    assert {path: one.phase for path, one in since.items()} == {"a": Phase.FAILED}
    assert store.steps(run.id, after=4) == {}
    assert store.step(run.id, "b") == store.steps(run.id)["b"]
    assert store.step(run.id, "c") is None


def _event(step: str, phase: Phase) -> RunEvent:
    return RunEvent(step=step, phase=phase, time=1.0, attempt=1)
