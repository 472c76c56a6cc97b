"""Replays as the local engine runs, worked out by hand."""

from __future__ import annotations

import pytest

from couler_jupyter.caching import Artifact, Rates, Shelf, course_of, policy_of
from couler_jupyter.caching.plain import Fifo
from couler_jupyter.caching.simulate import Asked, Pace, replay
from couler_jupyter.caching.simulate.foreseen import foreseen


def made(key: str, *parents: str, seconds: float = 1.0, size: int = 100) -> Artifact:
    return Artifact(
        key=key,
        workflow="w",
        step=key[0],
        own=key,
        parents=parents,
        seconds=seconds,
        size=size,
    )


def asked(*artifacts: Artifact) -> Asked:
    read = {parent for one in artifacts for parent in one.parents}
    targets = frozenset(one.key for one in artifacts if one.key not in read)
    return Asked(workflow="w", artifacts=artifacts, targets=targets)


A, B, C = made("a"), made("b", "a", seconds=2.0), made("c", "b", seconds=4.0)
LOCAL = Pace(
    workers=1,
    rates=Rates(kept=10, loose=20),
    run=0.5,
    step=0.25,
    reuse=0.125,
    write=50,
    brings=True,
    in_steps=True,
    again=False,
)


def test_a_run_and_its_steps_take_time_of_their_own() -> None:
    found = replay([asked(A, B)], policy_of("none"), 0, pace=LOCAL)
    # a: start, work, write; b: the same and read a from the run's folder
    assert found.time == pytest.approx(0.5 + (0.25 + 1 + 2) + (0.25 + 2 + 2 + 5))
    assert found.reads == 0


def test_what_is_held_is_brought_once_whoever_reads_it() -> None:
    other = made("d", "a", seconds=1.0)
    trace = [asked(A, B), asked(A, B, other)]
    found = replay(trace, policy_of("all"), 1000, pace=LOCAL)
    brought = 2 * (0.125 + 10)
    assert found.runs[1] == pytest.approx(0.5 + brought + (0.25 + 1 + 2 + 5))
    assert (found.reads, found.hits) == (2, 2)


def test_a_run_ends_when_all_is_kept() -> None:
    slow = Pace(workers=2, keep=10, brings=True, again=False)
    both = asked(A, made("z"))
    # both are made by 1 s; keeping the one takes until 11 s, the other until 21 s
    assert replay([both], policy_of("all"), 1000, pace=slow).time == pytest.approx(21)
    assert replay([both], policy_of("none"), 0, pace=slow).time == pytest.approx(1)


def test_an_engine_that_knows_no_seconds_counts_steps() -> None:
    trace = [asked(made("u"), made("v"), made("x", seconds=9.0))] * 2
    for in_steps, seconds in ((True, 10), (False, 9)):
        pace = Pace(workers=2, in_steps=in_steps)
        found = replay(trace, policy_of("none"), 0, pace=pace)
        assert found.runs[1] == pytest.approx(seconds, abs=1e-3)


def test_behind_what_is_new_nothing_is_foreseen() -> None:
    course = course_of("w", (A, B, C), frozenset({"c"}), {})
    first = foreseen(course, set())
    assert [one.key for one in first.artifacts] == ["a"]
    assert sorted(first.executes) == sorted(first.targets) == ["a"]
    assert first.reads == {"a": 1}
    later = foreseen(course, {"a", "b"})
    assert [one.key for one in later.artifacts] == ["a", "b", "c"]
    assert sorted(later.executes) == ["a", "b", "c"]
    assert later.reads == {"a": 1, "b": 1, "c": 1}


def test_what_a_run_makes_itself_is_not_leased() -> None:
    """Else the first artifacts of a first run would fill the cache until its end."""
    trace = [asked(A, B, C)]
    held: list[str] = []

    class Watching(Fifo):
        def end(self, shelf: Shelf, *, finished: bool) -> None:
            held.extend(shelf)

    replay(trace, Watching(), 200, pace=Pace(workers=1, brings=True))
    assert held == ["a", "c"]
