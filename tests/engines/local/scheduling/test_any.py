"""What holds of any workflow, whatever its attempts do."""

from __future__ import annotations

from collections import Counter

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from couler_jupyter.engines.local.scheduling.orders import Capacity, Earlier
from couler_jupyter.errors import InvalidWorkflow
from couler_jupyter.ir import Phase, Workflow
from tests.engines.local.scheduling.play import START, Play
from tests.engines.local.scheduling.test_again import earlier_of
from tests.engines.local.scheduling.workflows import Case, cases

SMALL = Capacity(cpu=3, memory=0)


def play_of(case: Case, earlier: dict[str, Earlier] | None = None) -> Play:
    return Play(case.workflow, case.acts(), capacity=SMALL, earlier=earlier or {})


def drawn(data: st.DataObject) -> Case:
    try:
        return data.draw(cases())
    except InvalidWorkflow:
        assume(False)
        raise


def check_ended(play: Play) -> None:
    """Every path has exactly one final phase, after which nothing comes."""
    finals = Counter(event.step for event in play.events if event.phase.ended)
    assert set(finals) == {event.step for event in play.events}
    assert set(finals.values()) == {1}
    last = {event.step: event.phase for event in play.events}
    assert all(phase.ended for phase in last.values())
    assert play.events[-1].step == ""
    assert play.phase is last[""]
    names = {step.name for step in play.workflow.steps}
    assert names <= last.keys() | play.earlier.keys()


def check_bounds(play: Play, workflow: Workflow) -> None:
    """Count what runs at any time, by the events alone."""
    daemons = {step.name for step in workflow.steps if step.daemon}
    launched = {one.path for one in play.launched}
    running: set[str] = set()
    for event in play.events:
        if event.step not in launched or event.step.split("/")[-1] in daemons:
            continue
        if event.phase is Phase.RUNNING:
            running.add(event.step)
        else:
            running.discard(event.step)
        if workflow.parallelism is not None:
            nested = {path for path in running if "/" in path}
            own = {path for path in running if path in daemons}
            assert len(running - own) <= workflow.parallelism or nested
        for step in workflow.steps:
            if step.loop is not None and step.loop.parallelism is not None:
                items = [p for p in running if p.startswith(f"{step.name}[")]
                assert len({p.split("]")[0] for p in items}) <= step.loop.parallelism


@given(data=st.data())
@settings(max_examples=200)
def test_every_run_ends_and_every_step_once(data: st.DataObject) -> None:
    case = drawn(data)
    play = play_of(case).run()
    check_ended(play)
    check_bounds(play, case.workflow)


@given(data=st.data())
@settings(max_examples=60)
def test_a_run_is_deterministic(data: st.DataObject) -> None:
    case = drawn(data)
    assert play_of(case).run().events == play_of(case).run().events


@given(data=st.data(), first=st.floats(0, 12), second=st.floats(0, 3) | st.none())
@settings(max_examples=100)
def test_a_cancelled_run_ends_too(
    data: st.DataObject, first: float, second: float | None
) -> None:
    case = drawn(data)
    play = play_of(case).until(first)
    was_over = play.phase
    play.cancel()
    if second is not None and play.phase is None:
        play.until(first + second).cancel()
    play.run()
    check_ended(play)
    if was_over is None:
        assert play.phase in (Phase.CANCELLED, Phase.FAILED)


@given(data=st.data(), cut=st.floats(0, 12))
@settings(max_examples=100)
def test_a_run_that_was_cut_off_goes_on(data: st.DataObject, cut: float) -> None:
    case = drawn(data)
    first = play_of(case).until(cut)
    earlier = earlier_of(first)
    second = play_of(case, earlier).run()
    check_ended(second)
    handlers = {one.step.name for one in case.workflow.exit_handlers}
    daemons = {step.name for step in case.workflow.steps if step.daemon}
    kept = {path for path, one in earlier.items() if one.kept and path}
    again = {path for path in second.order if path.split("/")[-1][:1] == "s"}
    inner = {path for path in again if "/" in path}
    assert not (kept - handlers - daemons) & (again - inner)
    assert second.now >= START
