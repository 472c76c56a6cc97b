"""How likely an artifact of an older version becomes current again."""

from __future__ import annotations

import pytest

from couler_jupyter.caching import Artifact, Course, course_of
from couler_jupyter.caching.demand import Demand
from couler_jupyter.caching.history import History
from couler_jupyter.caching.lineage import Lineage
from couler_jupyter.caching.revert import Revert


class World:
    """What a policy knows after some runs."""

    def __init__(self) -> None:
        self.history, self.lineage = History(), Lineage()
        self.demand = Demand(self.history, self.lineage)
        self.revert = Revert(self.history, self.lineage, self.demand)

    def run(self, *artifacts: Artifact) -> None:
        targets = frozenset(one.key for one in artifacts[-1:])
        course: Course = course_of("w", artifacts, targets, {})
        self.history.observe(course)
        self.lineage.update(course, ())
        self.demand.learn(course, ())
        self.revert.begin()
        self.history.ended(finished=True)

    def chance(self, one: Artifact) -> float:
        return self.revert.chance(one, ())


def made(step: str, *parents: Artifact, version: int = 0) -> Artifact:
    own = f"{step}{version}"
    key = "/".join((own, *(one.key for one in parents)))
    return Artifact(
        key=key,
        workflow="w",
        step=step,
        own=own,
        parents=tuple(one.key for one in parents),
        seconds=1.0,
        size=1,
    )


def chain(*versions: int) -> tuple[Artifact, ...]:
    """Steps a, b, c ... each made of the one before, in these versions."""
    found: list[Artifact] = []
    for name, version in zip("abcdef", versions, strict=False):
        found.append(made(name, *found[-1:], version=version))
    return tuple(found)


def test_one_edit_has_to_be_taken_back() -> None:
    world, before = World(), chain(0, 0, 0)
    world.run(*before)
    world.run(*chain(1, 0, 0))
    taken_back = world.history.revert("w", "a", "a0")
    assert taken_back > 0
    for old in before:
        current = world.lineage.current["w"][old.step]
        needed = world.demand.needed("w", current, ())
        assert world.chance(old) == pytest.approx(taken_back * needed)


def test_two_edits_are_less_likely_than_one_and_three_count_as_never() -> None:
    world, before = World(), chain(0, 0, 0, 0)
    world.run(*before)
    world.run(*chain(1, 0, 0, 0))
    one = world.chance(before[3])
    world.run(*chain(1, 1, 0, 0))
    two = world.chance(before[3])
    world.run(*chain(1, 1, 1, 0))
    assert one > two > 0
    assert world.chance(before[3]) == 0
    # what the third edit is not before of is as likely as it was
    assert world.chance(before[1]) > 0


def test_what_was_never_that_step_does_not_come_back() -> None:
    world = World()
    world.run(*chain(0, 0))
    stranger = made("a", version=7)
    world.lineage.learn(stranger)
    assert world.chance(stranger) == 0


def test_of_a_workflow_that_nobody_knows_nothing_is_read() -> None:
    world = World()
    world.run(*chain(0))
    old = Artifact(key="k", workflow="other", step="a", own="a0", seconds=1.0)
    assert world.chance(old) == 0


def test_a_step_that_was_left_out_may_come_back() -> None:
    world, (first, second) = World(), chain(0, 0)
    world.run(first, second)
    world.run(first)
    assert world.chance(second) == pytest.approx(
        world.history.returns * world.history.closure("w", "b")
    )


def test_a_step_that_came_in_between_may_leave_again() -> None:
    world = World()
    first, last = made("a"), made("c", made("a"))
    world.run(first, last)
    between = made("b", first)
    world.run(first, between, made("c", first, between))
    needed = world.demand.needed("w", world.lineage.current["w"]["c"], ())
    assert world.chance(last) == pytest.approx(world.history.leaves * needed)


def test_what_is_made_of_what_nobody_remembers_does_not_come_back() -> None:
    world, (first, second) = World(), chain(0, 0)
    world.run(first, second)
    world.run(*chain(1, 0))
    del world.lineage.nodes[first.key]
    world.revert.begin()
    assert world.chance(second) == 0


def test_a_ring_among_older_versions_ends() -> None:
    world = World()
    world.run(*chain(0, 0, 0))
    one, two = (
        Artifact(key=a, workflow="w", step=a, own=a, parents=(b,), seconds=1.0)
        for a, b in (("x", "y"), ("y", "x"))
    )
    world.lineage.learn(one)
    world.lineage.learn(two)
    assert world.chance(one) == world.chance(two) == 0


def test_what_changed_since_is_seen_after_begin() -> None:
    world, before = World(), chain(0, 0)
    world.run(*before)
    world.run(*chain(1, 0))
    assert world.chance(before[1]) > 0
    world.run(*before)
    # it is what it is now: nothing has to be taken back
    assert world.chance(before[1]) == pytest.approx(
        world.demand.needed("w", before[1].key, ())
    )
