"""How long a run takes, by list scheduling."""

from __future__ import annotations

from dataclasses import replace

import pytest

from couler_jupyter.ir import (
    Constant,
    ExitHandler,
    Items,
    Json,
    Map,
    Outcome,
    OutputRef,
    Over,
    PartMode,
    Parts,
    Range,
    Step,
    SubWorkflow,
    Workflow,
)
from couler_jupyter.planning.plan import Span
from couler_jupyter.planning.timing import Times, items_of, timing_of
from couler_jupyter.testing.parts import flow, over, python, sh, step

SH = sh("true")


def seconds(**each: float) -> Times:
    spans = {path.replace("__", "/"): Span(one, one, one) for path, one in each.items()}
    return Times(seconds=spans, times={})


def whole(workflow: Workflow, times: Times, workers: int | None = None) -> float | None:
    found = timing_of(workflow, times, workers).seconds
    return None if found is None else found.middle


WIDE = flow(
    "wide",
    step("load", SH),
    *(step(f"fit{n}", SH, after=("load",)) for n in range(4)),
    step("pick", SH, after=tuple(f"fit{n}" for n in range(4))),
)
WIDE_TIMES = seconds(load=10, fit0=5, fit1=5, fit2=5, fit3=20, pick=1)


@pytest.mark.parametrize(
    ("workers", "makespan"), [(None, 31), (4, 31), (2, 36), (1, 46)]
)
def test_steps_wait_for_what_they_need_and_for_workers(
    workers: int | None, makespan: float
) -> None:
    assert whole(WIDE, WIDE_TIMES, workers) == makespan


def test_the_workflow_has_its_own_bound() -> None:
    assert whole(replace(WIDE, parallelism=1), WIDE_TIMES, 8) == 46


def test_the_critical_way_is_the_longest() -> None:
    assert timing_of(WIDE, WIDE_TIMES, 1).critical == ("load", "fit3", "pick")


def test_what_is_not_known_counts_for_nothing_and_is_told() -> None:
    timing = timing_of(WIDE, seconds(load=10, fit0=5), None)
    assert timing.seconds == Span(15, 15, 15)
    assert timing.unknown == ("fit1", "fit2", "fit3", "pick")


def test_where_nothing_is_known_nothing_is_said() -> None:
    timing = timing_of(WIDE, seconds(), None)
    assert timing.seconds is None
    assert len(timing.critical) == 3


def test_shortest_and_longest_are_kept_apart() -> None:
    times = Times(seconds={"a": Span(5, 2, 9), "b": Span(1, 1, 1)}, times={})
    two = flow("two", step("a", SH), step("b", SH, after=("a",)))
    assert timing_of(two, times, None).seconds == Span(6, 3, 10)


def looped(parallelism: int | None = None) -> Workflow:
    return flow(
        "loop", step("each", SH, loop=over(1, 2, 3, 4, parallelism=parallelism))
    )


@pytest.mark.parametrize(
    ("workers", "parallelism", "makespan"),
    [(None, None, 5), (2, None, 10), (None, 2, 10), (1, None, 20)],
)
def test_items_run_beside_each_other(
    workers: int | None, parallelism: int | None, makespan: float
) -> None:
    times = Times(seconds={"each": Span(5, 5, 5)}, times={"each": 4})
    assert whole(looped(parallelism), times, workers) == makespan


def test_a_loop_over_nothing_takes_no_time() -> None:
    times = Times(seconds={"each": Span(5, 5, 5)}, times={"each": 0})
    assert whole(looped(), times) == 0


def test_a_sub_workflow_takes_what_its_steps_take() -> None:
    inner = flow("inner", step("x", SH), step("y", SH, after=("x",)))
    outer = flow(
        "outer",
        step("first", SH),
        step("sub", SubWorkflow(workflow=inner), after=("first",)),
        step("last", SH, after=("sub",)),
    )
    timing = timing_of(outer, seconds(first=1, sub__x=2, sub__y=3, last=4), None)
    assert timing.seconds == Span(10, 10, 10)
    assert timing.critical == ("first", "sub/x", "sub/y", "last")


def test_exit_handlers_of_a_good_end_come_last() -> None:
    handlers = (
        ExitHandler(step=step("tidy", SH)),
        ExitHandler(step=step("alarm", SH), on=(Outcome.FAILED,)),
    )
    workflow = flow("ends", step("a", SH), exit_handlers=handlers)
    assert whole(workflow, seconds(a=3, tidy=2, alarm=50)) == 5


def test_parts_wait_for_each_other_at_barriers() -> None:
    names = ("a", "b", "c", "d")
    steps = (
        step("a", SH),
        step("b", SH),
        step("c", SH, after=("a",)),
        step("d", SH, after=("b",)),
    )
    times = seconds(a=1, b=9, c=9, d=1)
    parts = Parts(members=(names[:2], names[2:]), mode=PartMode.BARRIER)
    cut = flow("cut", *steps, parts=parts)
    assert whole(flow("whole", *steps), times) == 10
    assert whole(cut, times) == 18
    assert whole(replace(cut, parts=replace(parts, mode=PartMode.WINDOW)), times) == 10


def whole_numbers(start: Json, end: Json, by: int = 1) -> Map:
    return Map(over=Range(start=Constant.of(start), end=Constant.of(end), step=by))


@pytest.mark.parametrize(
    ("one", "count"),
    [
        (step("a", SH), 1),
        (step("a", SH, loop=over(1, 2)), 2),
        (step("a", SH, loop=Map(over=Items(()))), 0),
        (step("a", SH, loop=whole_numbers(1, 5)), 5),
        (step("a", SH, loop=whole_numbers("1", "6", 2)), 3),
        (step("a", SH, loop=whole_numbers(5, 1)), 0),
        (step("a", SH, loop=whole_numbers(5, 1, -2)), 3),
        (step("a", SH, loop=whole_numbers(1, 10**30)), 10**30),
        (step("a", SH, loop=whole_numbers(1, 1.5)), None),
        (step("a", SH, loop=Map(over=Over(OutputRef("b")))), None),
    ],
)
def test_how_often_a_step_runs_where_it_is_written(
    one: Step, count: int | None
) -> None:
    assert items_of(one) == count


def test_a_chain_of_20_000_steps_needs_no_recursion() -> None:
    chain = [step("s0", python("def f(): return 1"))]
    chain += [step(f"s{n}", SH, after=(f"s{n - 1}",)) for n in range(1, 20_000)]
    times = Times(seconds={one.name: Span(1, 1, 1) for one in chain}, times={})
    assert whole(flow("chain", *chain), times, 4) == 20_000
