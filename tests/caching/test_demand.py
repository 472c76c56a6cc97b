"""Chances of reads."""

from __future__ import annotations

from couler_jupyter.caching import POLICIES, Artifact, Keeper, course_of


def test_a_ring_of_artifacts_ends() -> None:
    """Histories of several runs may make one: what reads what is by content."""
    ring = tuple(
        Artifact(key=key, workflow="w", step=key, own=key, parents=(before,), seconds=1)
        for key, before in (("a", "c"), ("b", "a"), ("c", "b"))
    )
    keeper = Keeper(POLICIES.get("value")(), 10)
    keeper.begin(course_of("w", ring, frozenset({"c"}), {}))
    assert all(keeper.born(one).keep for one in ring)
