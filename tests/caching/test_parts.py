"""The parts that policies are made of."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from couler_jupyter.caching import Artifact, BadPolicy, Keeper, course_of, policy_of
from couler_jupyter.caching.couler import Couler
from couler_jupyter.caching.demand import valid_chances
from couler_jupyter.caching.history import History
from couler_jupyter.caching.lineage import Lineage
from couler_jupyter.caching.victims import Candidate, cheapest
from couler_jupyter.errors import UnknownName

pairs = st.lists(st.tuples(st.integers(1, 9), st.integers(0, 50)), max_size=7)


def made(key: str, *parents: str, own: str = "", seconds: float = 1.0) -> Artifact:
    return Artifact(
        key=key,
        workflow="w",
        step=key[0],
        own=own or key,
        parents=parents,
        seconds=seconds,
        size=4,
    )


def run(history: History, *artifacts: Artifact, workflow: str = "w") -> None:
    targets = frozenset(one.key for one in artifacts[-1:])
    history.observe(course_of(workflow, artifacts, targets, {}))
    history.ended(finished=True)


@given(pairs, st.integers(1, 40))
def test_victims_are_enough_none_needless_and_no_dearer_than_any_single_one(
    drawn: list[tuple[int, int]], lacking: int
) -> None:
    found = [Candidate(str(i), size, worth) for i, (size, worth) in enumerate(drawn)]
    found.sort(key=lambda one: one.worth / one.size)
    chosen = cheapest(found, lacking)
    covers = [
        sum(one.worth for one in some)
        for count in range(len(found) + 1)
        for some in itertools.combinations(found, count)
        if sum(one.size for one in some) >= lacking
    ]
    if chosen is None:
        assert not covers
        return
    room = sum(one.size for one in chosen)
    assert room >= lacking
    assert all(room - one.size < lacking for one in chosen)
    fitting = [one.worth for one in found if one.size >= lacking]
    assert min(covers) <= sum(one.worth for one in chosen)
    assert sum(one.worth for one in chosen) <= min(fitting, default=float("inf"))


@given(st.lists(st.sets(st.integers(0, 11), max_size=3), min_size=1, max_size=12))
def test_rebuild_seconds_are_those_of_all_that_is_not_held(
    drawn: list[set[int]],
) -> None:
    lineage = Lineage()
    parents: list[list[int]] = []
    for i, chosen in enumerate(drawn):
        parents.append(sorted(one for one in chosen if one < i))
        names = tuple(f"k{p}" for p in parents[i])
        lineage.learn(made(f"k{i}", *names, seconds=2.0**i))
    held = {f"k{i}" for i in range(0, len(drawn) - 1, 2)}
    last = len(drawn) - 1
    wanted, waiting = {last}, [last]
    while waiting:
        for parent in parents[waiting.pop()]:
            if f"k{parent}" not in held and parent not in wanted:
                wanted.add(parent)
                waiting.append(parent)
    expected = sum(2.0**i for i in wanted)
    assert lineage.rebuild_seconds(f"k{last}", held) == expected


def test_a_step_that_is_often_edited_is_likelier_to_be_edited() -> None:
    history = History()
    for number in range(10):
        run(history, made("a"), made(f"b{number}", "a"))
    assert history.edit("w", "b") > 0.6 > 0.15 > history.edit("w", "a")


def test_the_chance_that_all_before_stays_is_the_product() -> None:
    history = History()
    chain = (made("a"), made("b", "a"), made("c", "a", "b"))
    run(history, *chain)
    edit = history.edit("w", "a")
    chances = valid_chances(chain, dict.fromkeys("abc", edit))
    for count, key in enumerate("abc", 1):
        assert chances[key] == pytest.approx((1 - edit) ** count, rel=0.05)


def test_a_toggled_edit_is_likely_to_be_taken_back() -> None:
    toggled, forward = History(), History()
    for number in range(12):
        run(toggled, made(f"a{number % 2}"))
        run(forward, made(f"a{number}"))
    assert toggled.revert("w", "a", "a0") > 5 * forward.revert("w", "a", "a10") > 0
    assert forward.revert("w", "a", "never") == 0


def test_a_run_again_after_a_break_tells_nothing_of_edits() -> None:
    history = History()
    run(history, made("a1"))
    before = history.edit("w", "a")
    history.observe(course_of("w", (made("a1"),), frozenset({"a1"}), {}))
    history.ended(finished=False)
    between = history.edit("w", "a")
    history.observe(course_of("w", (made("a1"),), frozenset({"a1"}), {}))
    assert history.edit("w", "a") == between < before


def test_chances_of_the_next_workflow_come_to_one() -> None:
    history = History()
    for name in "abcabca":
        run(history, made(name), workflow=name)
    assert sum(history.next(name) for name in "abc") == pytest.approx(1)
    assert history.next("b") > history.next("a")


def test_gdsf_is_the_textbook_one() -> None:
    keeper = Keeper(policy_of("gdsf"), 8)
    one, two = made("a", seconds=8), made("b", seconds=4)
    keeper.born(one)
    keeper.born(two)
    keeper.read(two)
    keeper.read(two)
    # a: 1 * 8 / 4 = 2; b: 3 * 4 / 4 = 3; c would have 1 and is rejected, d has 5
    assert not keeper.born(made("c", seconds=4)).keep
    assert keeper.born(made("d", seconds=20)).victims == ("a",)
    # the floor is now 2: e has 2 + 1.5, above b's 3
    assert keeper.born(made("e", seconds=6)).victims == ("b",)


def test_policies_come_by_text() -> None:
    policy = policy_of("couler{alpha=2, n=1}")
    assert isinstance(policy, Couler)
    assert (policy.alpha, policy.beta, policy.n) == (2.0, 1.0, 1)
    assert policy_of("lru{}").name == "lru"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("couler{gamma=1}", "no option 'gamma'; it has alpha, beta, n"),
        ("lru{n=1}", "no option 'n'; it has none"),
        ("couler{n=1.5}", "must be a whole number"),
        ("couler{alpha=nan}", "must be 0 or more"),
        ("couler{alpha}", "must be a number"),
        ("couler{n=1", "not of the form"),
    ],
)
def test_says_what_is_wrong_with_a_text(text: str, words: str) -> None:
    with pytest.raises(BadPolicy, match=words):
        policy_of(text)


def test_suggests_a_policy() -> None:
    with pytest.raises(UnknownName, match="lru"):
        policy_of("lrü")
