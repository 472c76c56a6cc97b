"""Replays worked out by hand."""

from __future__ import annotations

import random

import pytest

from couler_jupyter.caching import Artifact, Rates, policy_of
from couler_jupyter.caching.simulate import (
    SHAPES,
    Asked,
    Habits,
    replay,
    simulate,
    trace_from_json,
    trace_of,
    trace_to_json,
)

FREE = Rates(kept=float("inf"), loose=float("inf"))


def made(key: str, *parents: str, seconds: float, version: str = "1") -> Artifact:
    return Artifact(
        key=key + version,
        workflow="w",
        step=key,
        own=key + version,
        parents=tuple(parent + "1" for parent in parents),
        seconds=seconds,
        size=100,
    )


def run(*artifacts: Artifact, targets: str, broken: float | None = None) -> Asked:
    keys = frozenset(f"{key}1" for key in targets.split())
    return Asked(workflow="w", artifacts=artifacts, targets=keys, broken=broken)


LONG, SHORT, OTHER = (
    made("a", seconds=1),
    made("b", seconds=2),
    made("c", seconds=2),
)
LAST = made("z", "a", seconds=5)
GRAPH = (LONG, SHORT, OTHER, LAST)


@pytest.mark.parametrize(("workers", "time"), [(1, 10.0), (2, 6.0), (4, 6.0)])
def test_runs_what_has_the_longest_way_to_go_first(workers: int, time: float) -> None:
    known = run(*GRAPH, targets="z b c")
    once = replay([known], policy_of("none"), 0, workers=workers, rates=FREE)
    assert once.made == 10
    twice = replay([known, known], policy_of("none"), 0, workers=workers, rates=FREE)
    assert twice.time - once.time == pytest.approx(time)


def test_makes_only_what_the_targets_need_and_is_not_held() -> None:
    trace = [run(*GRAPH, targets="a"), run(*GRAPH, targets="z")]
    outcome = replay(trace, policy_of("all"), 1000, workers=1, rates=FREE)
    assert outcome.made == 1 + 5
    assert replay(trace, policy_of("none"), 0, workers=1, rates=FREE).made == 1 + 1 + 5


def test_reads_faster_what_is_held() -> None:
    trace = [run(*GRAPH, targets="z")]
    rates = Rates(kept=100, loose=10)
    held = replay(trace, policy_of("all"), 1000, workers=1, rates=rates)
    loose = replay(trace, policy_of("none"), 0, workers=1, rates=rates)
    assert held.time == 1 + (1 + 5) + 1
    assert loose.time == 1 + (10 + 5) + 10
    assert (held.hits, held.reads, loose.hits) == (2, 2, 0)


def test_resumes_a_broken_run_from_what_was_held() -> None:
    broken = run(*GRAPH, targets="z b c", broken=0.5)
    trace = [broken, run(*GRAPH, targets="z b c")]
    outcome = replay(trace, policy_of("all"), 1000, workers=1, rates=FREE)
    assert outcome.made == 10
    assert outcome.time == 10
    without = replay(trace, policy_of("none"), 0, workers=1, rates=FREE)
    assert without.made > 10


def test_counts_what_was_begun_when_a_run_broke_only_as_far_as_it_came() -> None:
    first, second = made("a", seconds=1), made("b", seconds=100)
    trace = [run(first, second, targets="a b", broken=0.5)]
    outcome = replay(trace, policy_of("none"), 0, workers=2, rates=FREE)
    assert (outcome.time, outcome.made, outcome.work) == (1, 2, 2)


def test_reports_between_nothing_and_everything() -> None:
    rng = random.Random(5)
    trace = trace_of([SHAPES["multimodal"](rng)], Habits(runs=8), rng)
    report = simulate(trace, 10**10, "couler{n=2}")
    assert 0 < report.saved < 1
    assert 0 < report.faster < 1
    assert report.to_json()["runs"] == 8


def test_traces_are_the_same_after_json() -> None:
    rng = random.Random(5)
    trace = trace_of([SHAPES["layered"](rng)], Habits(runs=4, broken=0.5), rng)
    assert trace_from_json(trace_to_json(trace)) == trace


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"targets": ["nothing"]}, "run 0 of the trace: the target 'nothing'"),
        ({"artifacts": [{"key": "x"}]}, "run 0 of the trace"),
    ],
)
def test_says_what_is_wrong_with_a_trace(change: dict[str, object], words: str) -> None:
    data = trace_to_json([run(*GRAPH, targets="z")])
    with pytest.raises(ValueError, match=words):
        trace_from_json([{**data[0], **change}])
