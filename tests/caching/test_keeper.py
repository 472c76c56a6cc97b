"""What holds a shelf to a policy: budget, leases, pins, all or nothing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from couler_jupyter.caching import POLICIES, Artifact, Course, Keeper, Policy, Verdict
from couler_jupyter.caching.policy import BUILTIN
from couler_jupyter.caching.shelf import Shelf

BUDGET = 10


class Scripted(Policy):
    """Says what a test says, and remembers what it is told."""

    name: ClassVar[str] = "scripted"

    def __init__(self) -> None:
        super().__init__()
        self.verdict = Verdict(keep=True)
        self.again: list[Artifact] = []
        self.heard: list[str] = []

    def born(self, artifact: Artifact, shelf: Shelf) -> Verdict:
        return self.verdict

    def read(self, artifact: Artifact, shelf: Shelf) -> None:
        self.heard.append(f"read {artifact.key}")

    def added(self, artifact: Artifact, shelf: Shelf) -> None:
        assert artifact.key in shelf
        self.heard.append(f"added {artifact.key}")

    def removed(self, artifact: Artifact, shelf: Shelf) -> None:
        assert artifact.key not in shelf
        self.heard.append(f"removed {artifact.key}")

    def end(self, shelf: Shelf, *, finished: bool) -> None:
        assert not shelf.leases
        self.heard.append(f"end {finished}")

    def offers(self, loose: Iterable[Artifact], shelf: Shelf) -> Iterable[Artifact]:
        return [*self.again, *loose]


def artifact(key: str, size: int = 1, *parents: str) -> Artifact:
    return Artifact(
        key=key,
        workflow="w",
        step=key,
        own=key,
        parents=parents,
        seconds=1.0,
        size=size,
    )


def course(**reads: int) -> Course:
    """A run that reads these so often."""
    return Course(
        workflow="w",
        artifacts=tuple(artifact(key) for key in reads),
        targets=frozenset(),
        closure=frozenset(reads),
        executes=frozenset(),
        reads=reads,
    )


@pytest.fixture
def policy() -> Scripted:
    return Scripted()


def test_victims_go_before_the_new_one_comes(policy: Scripted) -> None:
    gone: list[str] = []
    keeper = Keeper(policy, BUDGET, drop=lambda one: gone.append(one.key))
    keeper.born(artifact("a", 6))
    policy.verdict = Verdict(keep=True, victims=("a",))
    assert keeper.born(artifact("b", 7)).keep
    assert gone == ["a"]
    assert list(keeper.shelf) == ["b"]
    assert policy.heard == ["added a", "removed a", "added b"]


def test_a_rejection_drops_nothing_and_tells_nobody(policy: Scripted) -> None:
    keeper = Keeper(policy, BUDGET)
    keeper.born(artifact("a", 6))
    policy.verdict = Verdict(keep=False, reason="no")
    assert keeper.born(artifact("b", 3)).reason == "no"
    assert list(keeper.shelf) == ["a"]
    assert policy.heard == ["added a"]


def test_what_is_larger_than_the_budget_is_not_even_asked_about(
    policy: Scripted,
) -> None:
    keeper = Keeper(policy, BUDGET)
    verdict = keeper.born(artifact("a", BUDGET + 1))
    assert not verdict.keep
    assert "larger than the whole budget" in verdict.reason


def test_a_policy_that_counts_wrong_is_stopped_at_the_budget(policy: Scripted) -> None:
    keeper = Keeper(policy, BUDGET)
    keeper.born(artifact("a", 6))
    with pytest.raises(ValueError, match="does not fit"):
        keeper.born(artifact("b", 6))
    assert keeper.shelf.used == 6


def test_what_is_held_is_not_asked_about_again(policy: Scripted) -> None:
    keeper = Keeper(policy, BUDGET)
    keeper.born(artifact("a", 6))
    assert keeper.born(artifact("a", 6)).keep
    assert keeper.shelf.used == 6
    assert policy.heard == ["added a"]


def test_leases_go_down_with_each_read_and_end_with_the_run(policy: Scripted) -> None:
    keeper = Keeper(policy, BUDGET)
    one = artifact("a")
    keeper.born(one)
    keeper.begin(course(a=2))
    assert not keeper.shelf.free("a")
    assert keeper.read(one)
    assert not keeper.shelf.free("a")
    keeper.read(one)
    assert keeper.shelf.free("a")
    keeper.begin(course(a=5))
    assert not keeper.shelf.free("a")
    keeper.end()
    assert keeper.shelf.free("a")


def test_what_is_born_in_a_run_that_reads_it_is_leased(policy: Scripted) -> None:
    keeper = Keeper(policy, BUDGET)
    keeper.begin(course(a=2))
    one = artifact("a")
    assert not keeper.read(one)  # it is not held yet: this read was of the run's own
    keeper.born(one)
    assert keeper.shelf.leases["a"] == 1


def test_without_leases_all_may_go(policy: Scripted) -> None:
    keeper = Keeper(policy, BUDGET, leases=False)
    keeper.born(artifact("a"))
    keeper.begin(course(a=2, b=1))
    keeper.born(artifact("b"))
    assert keeper.shelf.free("a")
    assert keeper.shelf.free("b")


def test_a_run_that_is_broken_off_offers_nothing_again(policy: Scripted) -> None:
    keeper = Keeper(policy, BUDGET)
    assert keeper.end([artifact("a")], finished=False) == []
    assert policy.heard == ["end False"]
    assert [one.key for one in keeper.end([artifact("a")])] == ["a"]
    assert "a" in keeper.shelf


acts = st.lists(
    st.tuples(
        st.sampled_from(["born", "read", "pin", "begin", "end"]),
        st.integers(0, 5),
        st.integers(0, 12),
    ),
    max_size=40,
)
NAMES = [name for name in sorted(BUILTIN) if name != "couler-printed"]


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=40, deadline=None)
@given(acts)
def test_nothing_goes_unless_all_that_it_goes_for_comes(
    name: str, done: list[tuple[str, int, int]]
) -> None:
    """Whatever happens: the budget holds, leases and pins hold, eviction is whole."""
    keeper = Keeper(POLICIES.get(name)(), BUDGET)
    for what, number, size in done:
        key = f"k{number}"
        before = dict(keeper.shelf)
        match what:
            case "born":
                bound = {one for one in before if not keeper.shelf.free(one)}
                one = artifact(key, size)
                verdict = keeper.born(one)
                assert verdict.keep == (key in keeper.shelf)
                assert bound <= keeper.shelf.held.keys()
                if not verdict.keep:
                    assert dict(keeper.shelf) == before
                elif key not in before:
                    gone = sum(
                        other.size
                        for k, other in before.items()
                        if k not in keeper.shelf
                    )
                    held = sum(other.size for other in before.values())
                    assert gone == 0 or held - gone + size <= BUDGET < held + size
            case "read":
                keeper.read(before.get(key) or artifact(key))
            case "pin":
                keeper.shelf.pinned ^= {key}
            case "begin":
                keeper.begin(course(**{key: size}))
            case _:
                keeper.end(finished=bool(size % 2))
        assert keeper.shelf.used == sum(one.size for one in keeper.shelf.values())
        assert keeper.shelf.used <= BUDGET
