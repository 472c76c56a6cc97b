"""Policies side by side, and the one that knows the future."""

from __future__ import annotations

import pytest

from couler_jupyter.caching import Artifact, policy_of
from couler_jupyter.caching.simulate import Asked, Oracle, Pace, replay, study
from couler_jupyter.caching.simulate.scenario import SCENARIOS
from couler_jupyter.caching.simulate.study import interval, mean
from couler_jupyter.errors import UnknownName


def made(key: str, seconds: float, *parents: str) -> Artifact:
    return Artifact(
        key=key,
        workflow="w",
        step=key,
        own=key,
        parents=parents,
        seconds=seconds,
        size=100,
    )


A, B, C = made("a", 10), made("b", 10), made("c", 10)


def asked(*targets: str) -> Asked:
    return Asked(workflow="w", artifacts=(A, B, C), targets=frozenset(targets))


def test_the_oracle_keeps_what_will_be_read() -> None:
    # room for one: b is never asked for again, a is, though lru would give it up
    trace = [asked("a"), asked("b"), asked("a")]
    free = Pace(workers=1, again=False)
    oracle = replay(trace, Oracle(trace), 100, pace=free)
    assert (oracle.made, replay(trace, policy_of("lru"), 100, pace=free).made) == (
        20,
        30,
    )


def test_the_oracle_gives_up_what_nobody_will_read() -> None:
    trace = [asked("a"), asked("b"), asked("b")]
    free = Pace(workers=1, again=False)
    assert replay(trace, Oracle(trace), 100, pace=free).made == 20


def test_no_policy_knows_as_much_as_the_oracle() -> None:
    traces = [SCENARIOS["multimodal"].trace(seed) for seed in (101, 102, 103)]
    found = study(traces, [10**10], ("oracle", "lru", "value"))
    assert [one.policy for one in found] == ["oracle", "lru", "value"]
    assert found[0].over == pytest.approx(1)
    assert all(one.over > 1 for one in found[1:])
    assert found[0].saved == max(one.saved for one in found)


def test_intervals_are_around_the_mean_and_the_same_each_time() -> None:
    traces = [SCENARIOS["image-segmentation"].trace(seed) for seed in range(4)]
    found = study(traces, [10**10], ("lru", "gdsf"))
    assert found == study(traces, [10**10], ("lru", "gdsf"))
    for one in found:
        assert one.low <= one.share <= one.high
        assert one.over_low <= one.over <= one.over_high
    assert found[1].low < found[1].high


def test_an_interval_is_as_wide_as_its_numbers_differ() -> None:
    assert interval([0.5] * 10) == (0.5, 0.5)
    low, high = interval([0.25, 1.0] * 50)
    assert 0.25 < low < mean([0.25, 1.0]) < high < 1.0


def test_an_unknown_policy_is_named() -> None:
    with pytest.raises(UnknownName, match="best"):
        study([[asked("a")]], [100], ("best",))
