"""What is held in order of worth: a heap that forgets, against looking at all of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from couler_jupyter.caching import Artifact
from couler_jupyter.caching.ranking import Ranking
from couler_jupyter.caching.shelf import Shelf

ROOM = 10**6


def artifact(key: str, size: int = 1) -> Artifact:
    return Artifact(key=key, workflow="w", step=key, own=key, seconds=1.0, size=size)


def filled(sizes: dict[str, int]) -> Shelf:
    shelf = Shelf(ROOM)
    for key, size in sizes.items():
        shelf.add(artifact(key, size))
    return shelf


def keys(found: object) -> list[str]:
    assert isinstance(found, list)
    return [one.key for one in found]


def test_the_least_worth_go_first() -> None:
    shelf = filled({"a": 1, "b": 1, "c": 1})
    ranking = Ranking()
    ranking.begin({"a": 3.0, "b": 1.0, "c": 2.0}, shelf)
    assert keys(ranking.victims(2, 100.0, shelf)) == ["b", "c"]
    # asking changes nothing
    assert keys(ranking.victims(2, 100.0, shelf)) == ["b", "c"]


def test_what_is_leased_or_pinned_does_not_go() -> None:
    shelf = filled({"a": 1, "b": 1, "c": 1})
    ranking = Ranking()
    shelf.leases["b"] = 1
    ranking.begin({"a": 3.0, "b": 1.0, "c": 2.0}, shelf)
    assert list(ranking.unlisted()) == ["b"]
    shelf.pinned.add("c")
    assert keys(ranking.victims(1, 100.0, shelf)) == ["a"]
    assert ranking.victims(2, 100.0, shelf) is None


def test_what_was_leased_is_listed_when_it_is_scored_again() -> None:
    shelf = filled({"a": 1, "b": 1})
    ranking = Ranking()
    shelf.leases["b"] = 1
    ranking.begin({"a": 3.0, "b": 1.0}, shelf)
    shelf.leases["b"] = 0
    ranking.put("b", 1.0, shelf)
    assert keys(ranking.victims(1, 100.0, shelf)) == ["b"]
    assert list(ranking.unlisted()) == []


def test_only_the_latest_score_counts() -> None:
    shelf = filled({"a": 1, "b": 1})
    ranking = Ranking()
    ranking.begin({"a": 1.0, "b": 2.0}, shelf)
    ranking.put("a", 5.0, shelf)
    assert keys(ranking.victims(1, 100.0, shelf)) == ["b"]
    ranking.put("a", 1.0, shelf)
    assert keys(ranking.victims(1, 100.0, shelf)) == ["a"]


def test_what_is_gone_is_not_offered() -> None:
    shelf = filled({"a": 1, "b": 1})
    ranking = Ranking()
    ranking.begin({"a": 1.0, "b": 2.0}, shelf)
    shelf.remove("a")
    ranking.remove("a")
    assert keys(ranking.victims(1, 100.0, shelf)) == ["b"]


def test_what_is_to_be_scored_anew_is_when_it_is_looked_at() -> None:
    shelf = filled({"a": 1, "b": 1})
    ranking = Ranking()
    ranking.begin({"a": 1.0, "b": 2.0}, shelf)
    anew = {"a": 9.0}
    found = ranking.victims(1, 100.0, shelf, lambda key: anew.pop(key, None))
    assert keys(found) == ["b"]
    assert ranking.scores["a"] == 9.0


def test_what_can_only_cost_more_is_not_searched_to_the_end() -> None:
    """What comes back then is worth more than what is to come in."""
    shelf = filled({f"k{number}": 1 for number in range(100)})
    looked_at: list[str] = []

    def stale(key: str) -> None:
        looked_at.append(key)

    ranking = Ranking()
    ranking.begin(dict.fromkeys(shelf, 10.0), shelf)
    found = ranking.victims(50, 5.0, shelf, stale)
    assert found is not None
    assert sum(one.worth for one in found) > 5.0
    assert len(looked_at) < 10


def test_the_heap_stays_small_however_often_scores_change() -> None:
    shelf = filled({"a": 1, "b": 1})
    ranking = Ranking()
    ranking.begin({"a": 1.0, "b": 2.0}, shelf)
    for number in range(5000):
        ranking.put("a", float(number), shelf)
    assert len(ranking._heap) < 2000
    assert keys(ranking.victims(2, 1e9, shelf)) == ["b", "a"]


scored = st.dictionaries(
    st.sampled_from([f"k{number}" for number in range(8)]),
    st.tuples(st.integers(1, 9), st.integers(0, 20), st.booleans()),
    min_size=1,
)


@given(scored, st.data(), st.integers(1, 40))
def test_is_enough_and_needs_each_whatever_came_before(
    held: dict[str, tuple[int, int, bool]], data: st.DataObject, lacking: int
) -> None:
    shelf = filled({key: size for key, (size, _, _) in held.items()})
    ranking = Ranking()
    ranking.begin(dict.fromkeys(held, 1.0), shelf)
    order = data.draw(st.permutations(sorted(held)))
    for key in order:
        _, score, leased = held[key]
        shelf.leases[key] = int(leased)
        ranking.put(key, float(score), shelf)
    free = [key for key, (_, _, leased) in held.items() if not leased]
    found = ranking.victims(lacking, float("inf"), shelf)
    if sum(held[key][0] for key in free) < lacking:
        assert found is None
        return
    assert found is not None
    assert {one.key for one in found} <= set(free)
    room = sum(one.size for one in found)
    assert room >= lacking
    assert all(room - one.size < lacking for one in found)
    for one in found:
        assert one.worth == pytest.approx(held[one.key][1] * held[one.key][0])
