"""GDSF against the algorithm written down once more, as simply as can be."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from couler_jupyter.caching import Artifact, Keeper
from couler_jupyter.caching.gdsf import Gdsf

BUDGET = 20


@dataclass
class Reference:
    """Priorities in a plain dictionary, looked through from end to end.

    Each document has H = L + F * C / S; a hit adds one to F and sets H anew; who goes is
    always the one of the lowest H, and L becomes the highest H of those that went. The new
    one enters as if it had been read once, and stays out if it would be among those to go.
    """

    floor: float = 0.0
    priority: dict[str, float] = field(default_factory=dict)
    reads: dict[str, int] = field(default_factory=dict)
    size: dict[str, int] = field(default_factory=dict)

    def hit(self, one: Artifact) -> None:
        if one.key in self.size:
            self.reads[one.key] += 1
            self.priority[one.key] = self._value(one, self.reads[one.key])

    def miss(self, one: Artifact) -> bool:
        if one.key in self.size:
            return True
        if one.size > BUDGET:
            return False
        mine = self._value(one, 1)
        left, gone = dict(self.size), []
        while sum(left.values()) + one.size > BUDGET:
            lowest = min(left, key=lambda key: (self.priority[key], key))
            if self.priority[lowest] > mine:
                return False
            gone.append(lowest)
            del left[lowest]
        for key in gone:
            self.floor = max(self.floor, self.priority.pop(key))
            del self.reads[key]
        self.size = left | {one.key: one.size}
        self.reads[one.key] = 1
        self.priority[one.key] = self._value(one, 1)
        return True

    def _value(self, one: Artifact, reads: int) -> float:
        return self.floor + reads * one.seconds / max(one.size, 1)


documents = st.lists(
    st.tuples(st.integers(0, 9), st.booleans()), min_size=1, max_size=120
)
kinds = st.lists(
    st.tuples(st.integers(0, 12), st.integers(1, 30)), min_size=10, max_size=10
)


@settings(max_examples=300, deadline=None)
@given(kinds, documents)
def test_holds_what_the_reference_holds(
    kinds: list[tuple[int, int]], asked: list[tuple[int, bool]]
) -> None:
    artifacts = [
        Artifact(
            key=f"k{number}",
            workflow="w",
            step=f"s{number}",
            own="o",
            seconds=float(seconds),
            size=size,
        )
        for number, (size, seconds) in enumerate(kinds)
    ]
    policy = Gdsf()
    keeper, reference = Keeper(policy, BUDGET), Reference()
    for number, read in asked:
        one = artifacts[number]
        if read and one.key in keeper.shelf:
            keeper.read(one)
            reference.hit(one)
        else:
            assert keeper.born(one).keep == reference.miss(one)
        assert dict.fromkeys(keeper.shelf) == dict.fromkeys(reference.size)
        for key in keeper.shelf:
            assert policy.score(key, keeper.shelf) == reference.priority[key]


def test_what_is_read_more_outlives_what_costs_the_same() -> None:
    keeper = Keeper(Gdsf(), 2)
    often, once, new = (
        Artifact(key=key, workflow="w", step=key, own=key, seconds=1.0, size=1)
        for key in ("often", "once", "new")
    )
    keeper.born(often)
    keeper.born(once)
    keeper.read(often)
    keeper.born(new)
    assert set(keeper.shelf) == {"often", "new"}
