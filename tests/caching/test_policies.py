"""What every policy is held to, on traces that nobody chose."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from couler_jupyter.caching import POLICIES, Artifact, Keeper, course_of
from couler_jupyter.caching.policy import BUILTIN
from couler_jupyter.caching.simulate import SHAPES, Asked, Habits, replay, trace_of

GB = 10**9
NAMES = sorted(BUILTIN)
BOUNDED = [name for name in NAMES if name != "all"]

habits = st.builds(
    Habits,
    runs=st.integers(1, 8),
    edit=st.floats(0, 0.7),
    hot=st.floats(0, 1),
    revert=st.floats(0, 0.3),
    partial=st.floats(0, 1),
    broken=st.sampled_from([0.0, 0.0, 0.4]),
)


def trace(shapes: list[str], habits: Habits, seed: int) -> tuple[Asked, ...]:
    rng = random.Random(seed)
    return trace_of([SHAPES[name](rng) for name in shapes], habits, rng)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=15, deadline=None)
@given(
    shapes=st.lists(st.sampled_from(sorted(SHAPES)), min_size=1, max_size=2),
    habits=habits,
    seed=st.integers(0, 10**6),
    budget=st.integers(0, 40),
)
def test_is_never_above_the_budget_and_never_better_than_everything(
    name: str, shapes: list[str], habits: Habits, seed: int, budget: int
) -> None:
    asked = trace(shapes, habits, seed)
    outcome = replay(asked, POLICIES.get(name)(), budget * GB)
    assert outcome.largest <= budget * GB
    if habits.broken:
        return
    everything = replay(asked, POLICIES.get("all")(), 10**18)
    nothing = replay(asked, POLICIES.get("none")(), 0)
    assert everything.made <= outcome.made + 1e-6
    assert outcome.made <= nothing.made + 1e-6


@pytest.mark.parametrize("name", NAMES)
def test_is_the_same_each_time(name: str) -> None:
    asked = trace(["layered", "multimodal"], Habits(broken=0.2), 3)
    once, twice = (replay(asked, POLICIES.get(name)(), 10 * GB) for _ in range(2))
    assert once == twice


@pytest.mark.parametrize("name", BOUNDED)
def test_gives_up_nothing_that_is_leased_or_pinned(name: str) -> None:
    rng = random.Random(name)
    keeper = Keeper(POLICIES.get(name)(), 10)
    for number in range(200):
        made = artifact(str(number), size=rng.randint(0, 6), seconds=rng.random() * 100)
        reads = {key for key in keeper.shelf if rng.random() < 0.3}
        known = (*(keeper.shelf[key] for key in sorted(reads)), made)
        keeper.begin(course_of("w", known, frozenset({*reads, made.key}), keeper.shelf))
        pinned = set(rng.sample(sorted(keeper.shelf), min(1, len(keeper.shelf))))
        keeper.shelf.pinned |= pinned
        keeper.born(made)
        assert reads | pinned <= set(keeper.shelf)
        assert keeper.shelf.used == sum(one.size for one in keeper.shelf.values()) <= 10
        keeper.shelf.pinned.clear()
        keeper.end()


@pytest.mark.parametrize("name", BOUNDED)
def test_keeps_nothing_larger_than_the_budget_and_gives_up_nothing_for_it(
    name: str,
) -> None:
    keeper = Keeper(POLICIES.get(name)(), 10)
    keeper.born(artifact("small", size=9))
    before = list(keeper.shelf)
    assert not keeper.born(artifact("large", size=11)).keep
    assert list(keeper.shelf) == before


def test_value_rejects_without_giving_up_anything() -> None:
    keeper = Keeper(POLICIES.get("value")(), 10)
    dear, cheap = artifact("dear", size=10, seconds=9e4), artifact("cheap", size=9)
    keeper.begin(course_of("w", (dear, cheap), frozenset({"dear", "cheap"}), {}))
    assert keeper.born(dear).keep
    keeper.end()
    keeper.begin(course_of("w", (dear, cheap), frozenset({"cheap"}), keeper.shelf))
    verdict = keeper.born(cheap)
    assert not verdict.keep
    assert not verdict.victims
    assert list(keeper.shelf) == ["dear"]
    assert "worth" in verdict.reason


@pytest.mark.parametrize("name", ["value", "couler", "gdsf", "lru", "fifo"])
def test_says_what_a_score_is_made_of(name: str) -> None:
    keeper = Keeper(POLICIES.get(name)(), 10 * GB)
    one = artifact("a", size=GB, seconds=60)
    keeper.begin(course_of("w", (one,), frozenset({"a"}), {}))
    keeper.born(one)
    terms = keeper.policy.explain("a", keeper.shelf)
    assert terms
    assert all(math.isfinite(term.number) and term.words for term in terms)
    assert math.isfinite(keeper.policy.score("a", keeper.shelf))


@pytest.mark.parametrize(("name", "first"), [("lru", "b"), ("fifo", "a")])
def test_scores_of_plain_policies_are_the_order_in_which_things_go(
    name: str, first: str
) -> None:
    keeper = Keeper(POLICIES.get(name)(), 10 * GB)
    for key in "abc":
        keeper.born(artifact(key, size=GB, seconds=1))
    keeper.read(keeper.shelf["a"])
    order = sorted(keeper.shelf, key=lambda key: keeper.policy.score(key, keeper.shelf))
    assert order[0] == first
    verdict = keeper.born(artifact("d", size=8 * GB, seconds=1))
    assert verdict.victims[0] == first


def test_value_saves_more_than_the_others() -> None:
    """Habits and seeds that no figure in the documentation was made with."""
    ratios: dict[str, list[float]] = {
        name: [] for name in ("fifo", "lru", "gdsf", "couler")
    }
    for seed, shape in enumerate(("layered", "multimodal", "fine-tuning") * 2):
        asked = trace([shape], Habits(runs=20, edit=0.5, hot=0.2), 100 + seed)
        ours = replay(asked, POLICIES.get("value")(), 10 * GB).time
        for name, found in ratios.items():
            found.append(ours / replay(asked, POLICIES.get(name)(), 10 * GB).time)
    for name, found in ratios.items():
        mean = math.exp(sum(map(math.log, found)) / len(found))
        assert mean < 0.97, name


def artifact(key: str, *, size: int, seconds: float = 1.0) -> Artifact:
    return Artifact(
        key=key, workflow="w", step=key, own=key, seconds=seconds, size=size
    )
