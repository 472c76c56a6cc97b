"""Couler's score on small graphs, worked out by hand from the equations."""

from __future__ import annotations

import math

import pytest

from couler_jupyter.caching import Artifact, Keeper, course_of, policy_of
from couler_jupyter.caching.couler import Couler

GB = 10**9


def made(key: str, *parents: str, seconds: float = 10.0, size: int = GB) -> Artifact:
    return Artifact(
        key=key,
        workflow="w",
        step=key,
        own=key,
        parents=parents,
        seconds=seconds,
        size=size,
    )


# a -> b -> c -> d and b -> e; degrees: a 1, b 3, c 2, d 1, e 1
GRAPH = (
    made("a", seconds=100),
    made("b", "a", seconds=20),
    made("c", "b", seconds=5),
    made("d", "c"),
    made("e", "b"),
)
BY_KEY = {one.key: one for one in GRAPH}


def scored(text: str, *held: str) -> tuple[Couler, Keeper]:
    policy = policy_of(text)
    assert isinstance(policy, Couler)
    keeper = Keeper(policy, 100 * GB)
    keeper.begin(course_of("w", GRAPH, frozenset({"d", "e"}), {}))
    for key in held:
        keeper.born(BY_KEY[key])
    return policy, keeper


def importance(cost: float, frequency: float, alpha: float = 1.5) -> float:
    return alpha * math.log(1 + cost) + frequency**2 - math.exp(-1)


def test_counts_own_and_earlier_seconds_and_degrees() -> None:
    policy, keeper = scored("couler", "c")
    # own: 5 + d_c; b: 20 + d_b d_c; a: 100 + d_a d_b
    cost = (5 + 2) + (20 + 3 * 2) + (100 + 1 * 3)
    assert policy.score("c", keeper.shelf) == pytest.approx(importance(cost, 2.0))


def test_stops_at_what_is_held_on_both_sides() -> None:
    policy, keeper = scored("couler", "b", "c")
    assert policy.score("c", keeper.shelf) == pytest.approx(importance(7, 2.0))
    # behind b only e is not held
    cost = (20 + 3) + (100 + 3)
    assert policy.score("b", keeper.shelf) == pytest.approx(importance(cost, 2.0))


def test_measures_what_is_not_held_too() -> None:
    policy, keeper = scored("couler", "b")
    assert policy.measures(BY_KEY["c"], keeper.shelf) == (7, 2.0, 1.0)
    assert policy.rebuild_seconds(BY_KEY["d"], keeper.shelf) == 10 + 5
    stranger = made("x", "c", seconds=3)
    assert policy.rebuild_seconds(stranger, keeper.shelf) == 3 + 5
    assert policy.measures(stranger, keeper.shelf)[2] == 1.0


def test_weighs_readers_by_nearness() -> None:
    policy, keeper = scored("couler", "a")
    # b directly: 2 / 1; c and e behind it: 1 / 2 each; d: 1 / 3
    frequency = 2 + 2 / 2 + 1 / 3
    assert policy.score("a", keeper.shelf) == pytest.approx(importance(101, frequency))


def test_goes_n_steps_and_weighs_by_alpha() -> None:
    policy, keeper = scored("couler{alpha=2,n=1}", "c")
    cost = (5 + 2) + (20 + 6)
    expected = importance(cost, 2.0, alpha=2)
    assert policy.score("c", keeper.shelf) == pytest.approx(expected)


def test_counts_no_reuse_of_an_older_version() -> None:
    policy, keeper = scored("couler", "d")
    changed = tuple(made("d2", "c") if one.key == "d" else one for one in GRAPH)
    renamed = Artifact(
        key="d2", workflow="w", step="d", own="d2", parents=("c",), seconds=10, size=GB
    )
    known = tuple(renamed if one.key == "d2" else one for one in changed)
    keeper.begin(course_of("w", known, frozenset({"d2"}), keeper.shelf))
    terms = {one.name: one.number for one in policy.explain("d", keeper.shelf)}
    assert terms["F"] == 0


def test_printed_gives_direct_readers_no_weight() -> None:
    policy, keeper = scored("couler-printed", "c", "b")
    # behind b: c is held, e reads directly; nothing further
    terms = {one.name: one.number for one in policy.explain("b", keeper.shelf)}
    assert terms["F"] == 0
    policy, keeper = scored("couler-printed", "a")
    terms = {one.name: one.number for one in policy.explain("a", keeper.shelf)}
    assert terms["F"] == pytest.approx(2 / 2 + 1 / 3)


def test_printed_counts_nothing_for_the_step_itself() -> None:
    policy, keeper = scored("couler-printed", "a")
    terms = {one.name: one.number for one in policy.explain("a", keeper.shelf)}
    assert terms["L"] == 0


def test_printed_scores_what_is_larger_higher() -> None:
    small, large = made("s", size=GB // 10), made("l", size=GB)
    policy = policy_of("couler-printed")
    keeper = Keeper(policy, 100 * GB)
    keeper.begin(course_of("w", (small, large), frozenset({"s", "l"}), {}))
    keeper.born(small)
    keeper.born(large)
    shelf = keeper.shelf
    assert policy.score("l", shelf) > policy.score("s", shelf)


def test_printed_throws_out_for_what_it_then_rejects() -> None:
    low, high = made("low", seconds=1, size=4), made("high", "x", seconds=1, size=6)
    before = made("x", seconds=9000, size=1)
    new = made("new", "y", seconds=50, size=9)
    # L of new is y's seconds; less than that of high, more than that of low
    source = made("y", seconds=50, size=1)
    graph = (before, source, low, high, new)
    keeper = Keeper(policy_of("couler-printed"), 10)
    keeper.begin(course_of("w", graph, frozenset({"low", "high", "new"}), {}))
    keeper._reads.clear()
    keeper.born(low)
    keeper.born(high)
    verdict = keeper.born(new)
    assert not verdict.keep
    assert list(keeper.shelf) == ["high"]
