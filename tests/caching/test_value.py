"""The default policy: what it knows incrementally is what it would know anew."""

from __future__ import annotations

import math
import random

import pytest

from couler_jupyter.caching import Artifact, Keeper, course_of, lineage, value
from couler_jupyter.caching.simulate import SHAPES, Habits, trace_of
from couler_jupyter.caching.value import Value

GB = 10**9


@pytest.mark.parametrize("shapes", [["layered"], ["multimodal", "fine-tuning"]])
def test_scores_are_those_that_a_fresh_look_gives(
    shapes: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lineage, "MOST", 10**9)
    monkeypatch.setattr(lineage, "NEAR", 10**9)
    monkeypatch.setattr(value, "AT_ONCE", 10**9)
    rng = random.Random(4)
    trace = trace_of([SHAPES[name](rng) for name in shapes], Habits(runs=12), rng)
    policy = Value()
    keeper = Keeper(policy, 12 * GB)
    compared = 0
    for asked in trace:
        course = course_of(asked.workflow, asked.artifacts, asked.targets, keeper.shelf)
        keeper.begin(course)
        for one in asked.artifacts:
            if one.key in course.executes:
                keeper.born(one)
        before = {key: policy.score(key, keeper.shelf) for key in keeper.shelf}
        policy._rebuild.clear()
        policy._stale.clear()
        policy._demand.learn(course, keeper.shelf)
        for key, score in before.items():
            if policy._lineage.is_current(keeper.shelf[key]):
                compared += 1
                if key not in policy._dirty:
                    ranked = policy._ranking.scores[key] * 1e9
                    assert math.isclose(ranked, score, rel_tol=1e-9), key
                if course.workflow in policy._lineage.where(key):
                    anew = policy.score(key, keeper.shelf)
                    assert math.isclose(score, anew, rel_tol=1e-9), key
        keeper.end()
    assert compared > 50


def made(key: str, *parents: str, own: str = "", **fields: object) -> Artifact:
    values: dict[str, object] = {
        "key": key,
        "workflow": "w",
        "step": key.rstrip("'"),
        "own": own or key,
        "parents": parents,
        "seconds": 10.0,
        "size": 1,
    }
    return Artifact(**{**values, **fields})  # type: ignore[arg-type]


def played(*runs: tuple[Artifact, ...]) -> tuple[Value, Keeper]:
    policy = Value()
    keeper = Keeper(policy, 1000)
    for artifacts in runs:
        read = {parent for one in artifacts for parent in one.parents}
        targets = frozenset(one.key for one in artifacts if one.key not in read)
        workflow = artifacts[0].workflow
        course = course_of(workflow, artifacts, targets, keeper.shelf)
        keeper.begin(course)
        for one in artifacts:
            if one.key in course.executes:
                keeper.born(one)
        keeper.end()
    return policy, keeper


def test_an_older_version_is_worth_less_but_something() -> None:
    old, new = (made("a"),), (made("a'"),)
    policy, keeper = played(old, new)
    shelf = keeper.shelf
    assert 0 < policy.score("a", shelf) < policy.score("a'", shelf)


def test_what_was_renamed_is_as_good_as_before() -> None:
    first = (made("a"), made("b", "a"))
    again = tuple(made(one.key, *one.parents, workflow="v") for one in first)
    kept, keeper = played(first, first)
    renamed, moved = played(first, again)
    shares = renamed.score("b", moved.shelf) / kept.score("b", keeper.shelf)
    assert 0.8 < shares <= 1.05


def test_a_step_left_out_may_come_back() -> None:
    both, one = (made("a"), made("b")), (made("a"),)
    policy, keeper = played(both, one)
    assert 0 < policy.score("b", keeper.shelf) < policy.score("a", keeper.shelf)


def test_what_was_read_by_fewer_steps_is_old_when_one_more_came() -> None:
    few = (made("a"), made("z", "a", own="z"))
    more = (made("a"), made("b"), made("z'", "a", "b", own="z"))
    policy, keeper = played(few, more)
    assert policy.score("z", keeper.shelf) < policy.score("z'", keeper.shelf) / 5


def test_a_dear_small_artifact_is_worth_more_than_a_cheap_large_one() -> None:
    small = made("small", seconds=1000.0, size=1)
    large = made("large", seconds=10.0, size=500)
    policy, keeper = played((small, large))
    shelf = keeper.shelf
    assert policy.score("small", shelf) > 1000 * policy.score("large", shelf)
