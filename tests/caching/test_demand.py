"""Chances of reads."""

from __future__ import annotations

import random

import pytest

from couler_jupyter.caching import POLICIES, Artifact, Keeper, course_of
from couler_jupyter.caching.policy import BUILTIN


def test_a_ring_of_artifacts_ends() -> None:
    """Histories of several runs may make one: what reads what is by content."""
    ring = tuple(
        Artifact(key=key, workflow="w", step=key, own=key, parents=(before,), seconds=1)
        for key, before in (("a", "c"), ("b", "a"), ("c", "b"))
    )
    keeper = Keeper(POLICIES.get("value")(), 10)
    keeper.begin(course_of("w", ring, frozenset({"c"}), {}))
    assert all(keeper.born(one).keep for one in ring)


@pytest.mark.timeout(60)
@pytest.mark.parametrize("name", sorted(BUILTIN))
def test_runs_that_make_rings_together_end(name: str) -> None:
    """Each run reads in some order; all of them together read in every order."""
    rng = random.Random(7)
    keeper = Keeper(POLICIES.get(name)(), 12)
    for _ in range(60):
        keys = rng.sample("abcdefghijkl", 8)
        made = tuple(
            Artifact(
                key=key,
                workflow=rng.choice(("v", "w")),
                step=rng.choice("pqrs") + key,
                own=key,
                parents=tuple(rng.sample(keys[:at], min(at, 2))),
                seconds=rng.random(),
                size=rng.randint(1, 4),
            )
            for at, key in enumerate(keys)
        )
        keeper.begin(course_of("w", made, frozenset(keys[-2:]), keeper.shelf))
        for one in made:
            keeper.born(one)
        assert keeper.shelf.used <= 12
        keeper.end(made)


@pytest.mark.timeout(30)
def test_a_ring_that_is_no_longer_current_ends() -> None:
    """What was taken back is looked for along the ring, once."""

    def made(step: str, version: int, before: str) -> Artifact:
        key = f"{step}{version}"
        parents = (f"{before}{version}",)
        return Artifact(
            key=key,
            workflow="w",
            step=step,
            own=key,
            parents=parents,
            seconds=9,
            size=1,
        )

    keeper = Keeper(POLICIES.get("value")(), 9)
    for version in (1, 2):
        ring = tuple(made(step, version, before) for step, before in ("ac", "ba", "cb"))
        keeper.begin(course_of("w", ring, frozenset({f"c{version}"}), keeper.shelf))
        assert all(keeper.born(one).keep for one in ring)
        keeper.end()
    assert keeper.policy.score("a1", keeper.shelf) == 0
