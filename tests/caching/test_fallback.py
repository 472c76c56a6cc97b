"""Without any history the default policy keeps what takes longest to make again per byte."""

from __future__ import annotations

import pytest

from couler_jupyter.caching import Artifact, Keeper, course_of
from couler_jupyter.caching.artifact import Rates
from couler_jupyter.caching.value import Value

FAST = Rates(kept=1e18, loose=1e18)
"""Reading takes no time, so that only making counts."""


def artifact(key: str, seconds: float, size: int, *parents: str) -> Artifact:
    return Artifact(
        key=key,
        workflow="w",
        step=key,
        own=key,
        parents=parents,
        seconds=seconds,
        size=size,
    )


def first_run(*artifacts: Artifact, budget: int) -> Keeper:
    """A keeper in the first run ever, in which all of these are born."""
    targets = frozenset(one.key for one in artifacts)
    keeper = Keeper(Value(FAST), budget, leases=False)
    keeper.begin(course_of("w", artifacts, targets, {}))
    for one in artifacts:
        keeper.born(one)
    return keeper


def test_seconds_per_byte_decide() -> None:
    keeper = first_run(
        artifact("slow", 100.0, 10),
        artifact("small", 10.0, 1),
        artifact("quick", 1.0, 10),
        budget=100,
    )
    score = {key: keeper.policy.score(key, keeper.shelf) for key in keeper.shelf}
    assert score["slow"] == pytest.approx(score["small"])
    assert score["slow"] == pytest.approx(100 * score["quick"])


def test_what_goes_is_what_is_quickly_made_again() -> None:
    keeper = first_run(
        artifact("quick", 1.0, 10),
        artifact("slow", 100.0, 10),
        artifact("new", 50.0, 10),
        budget=20,
    )
    assert set(keeper.shelf) == {"slow", "new"}


def test_what_comes_and_is_worth_less_than_all_that_is_held_stays_out() -> None:
    keeper = first_run(
        artifact("slow", 100.0, 10),
        artifact("other", 50.0, 10),
        artifact("quick", 1.0, 10),
        budget=20,
    )
    assert set(keeper.shelf) == {"slow", "other"}


def test_the_seconds_are_those_down_to_what_is_held() -> None:
    keeper = first_run(
        artifact("base", 90.0, 50),
        artifact("top", 10.0, 50, "base"),
        budget=100,
    )
    with_base = keeper.policy.explain("top", keeper.shelf)
    keeper.drop("base")
    without = keeper.policy.explain("top", keeper.shelf)
    seconds = [
        next(term.number for term in terms if term.name == "rebuild")
        for terms in (with_base, without)
    ]
    assert seconds == [pytest.approx(10.0), pytest.approx(100.0)]


def test_it_is_no_worse_than_keeping_what_came_last() -> None:
    """Long steps first, short ones after: what came last is worth least."""
    steps = [artifact(f"s{number}", 100.0 - number, 10) for number in range(10)]
    keeper = first_run(*steps, budget=50)
    assert set(keeper.shelf) == {f"s{number}" for number in range(5)}
