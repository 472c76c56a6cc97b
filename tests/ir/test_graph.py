"""Questions about the DAG, against plain definitions."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from couler_jupyter.errors import UnknownName
from couler_jupyter.ir import Workflow
from couler_jupyter.ir.graph import (
    ancestors,
    between,
    critical_path,
    degrees,
    descendants,
    direct_edges,
    levels,
    needed_for,
)
from couler_jupyter.testing.parts import flow, sh, step


@st.composite
def dags(draw: st.DrawFn) -> Workflow:
    count = draw(st.integers(1, 9))
    edges = [
        [f"s{j}" for j in range(i) if draw(st.integers(0, 2)) == 0]
        for i in range(count)
    ]
    steps = [step(f"s{i}", sh("true"), after=before) for i, before in enumerate(edges)]
    return flow("w", *draw(st.permutations(steps)))


def reach(workflow: Workflow, name: str) -> set[str]:
    found: set[str] = set()
    for before in workflow.dependencies[name]:
        found |= {before} | reach(workflow, before)
    return found


@given(dags())
def test_levels(workflow: Workflow) -> None:
    waves = levels(workflow)
    wave_of = {name: n for n, wave in enumerate(waves) for name in wave}
    assert sorted(wave_of) == sorted(workflow.by_name)
    written = [one.name for one in workflow.steps]
    for wave in waves:
        assert list(wave) == sorted(wave, key=written.index)
    for name, before in workflow.dependencies.items():
        expected = max((wave_of[one] + 1 for one in before), default=0)
        assert wave_of[name] == expected


@given(dags())
def test_ancestors_and_descendants(workflow: Workflow) -> None:
    for name in workflow.by_name:
        assert ancestors(workflow, name) == reach(workflow, name)
        after = {other for other in workflow.by_name if name in reach(workflow, other)}
        assert descendants(workflow, name) == after
        assert needed_for(workflow, [name]) == reach(workflow, name) | {name}


@given(dags(), st.lists(st.integers(0, 9), min_size=9, max_size=9))
def test_critical_path(workflow: Workflow, weights: list[int]) -> None:
    seconds = {f"s{n}": float(weight) for n, weight in enumerate(weights)}
    path = critical_path(workflow, seconds)
    assert not workflow.dependencies[path[0]] or seconds[path[0]] >= 0
    for before, name in pairwise(path):
        assert before in workflow.dependencies[name]

    def longest(name: str) -> float:
        before = workflow.dependencies[name]
        return seconds[name] + max(map(longest, before), default=0)

    assert sum(seconds[name] for name in path) == max(map(longest, workflow.by_name))


@given(dags())
def test_direct_edges_keep_the_order_with_the_fewest(workflow: Workflow) -> None:
    edges = direct_edges(workflow)
    assert len(set(edges)) == len(edges)
    by_name = {name: [a for a, b in edges if b == name] for name in workflow.by_name}
    reduced = flow(
        "w",
        *(
            step(one.name, sh("true"), after=by_name[one.name])
            for one in workflow.steps
        ),
    )
    for name in workflow.by_name:
        assert reach(reduced, name) == reach(workflow, name)
    for before, name in edges:
        others = [one for one in by_name[name] if one != before]
        assert before not in set().union(*(reach(workflow, one) for one in others))


@given(dags())
def test_degrees_and_between(workflow: Workflow) -> None:
    for name, (waits, awaited) in degrees(workflow).items():
        assert waits == len(workflow.dependencies[name])
        assert awaited == sum(name in one for one in workflow.dependencies.values())
        for last in workflow.by_name:
            on_the_way = {
                one
                for one in (*reach(workflow, last), last)
                if one == name or name in reach(workflow, one)
            }
            assert between(workflow, name, last) == on_the_way


@given(dags())
def test_order(workflow: Workflow) -> None:
    seen: set[str] = set()
    for one in workflow:
        assert seen.issuperset(workflow.dependencies[one.name])
        seen.add(one.name)
    assert seen == set(workflow.by_name)


def test_without_weights_the_longest_chain_is_the_one_with_most_steps() -> None:
    one, two = step("a", sh("true")), step("b", sh("true"))
    workflow = flow("w", one, two, step("c", sh("true"), after=["b"]))
    assert critical_path(workflow) == ("b", "c")


@pytest.mark.parametrize("ask", [ancestors, descendants])
def test_unknown_steps(ask: object) -> None:
    workflow = flow("w", step("train", sh("true")))
    with pytest.raises(
        UnknownName, match="no step named 'trian'; did you mean 'train'"
    ):
        ask(workflow, "trian")  # type: ignore[operator]
    with pytest.raises(UnknownName):
        needed_for(workflow, ["train", "x"])
    with pytest.raises(UnknownName):
        between(workflow, "x", "train")


def test_ten_thousand_steps_are_fine() -> None:
    """A chain of 1,000 layers of ten, each of which waits for all ten before."""
    work = sh("true")
    steps = [
        step(f"s{n}", work, after=[f"s{m}" for m in range(n - n % 10 - 10, n - n % 10)])
        if n >= 10
        else step(f"s{n}", work)
        for n in range(10_000)
    ]
    workflow = flow("w", *steps)
    assert len(levels(workflow)) == 1000
    assert len(critical_path(workflow)) == 1000
    assert len(direct_edges(workflow)) == 99_900
    assert len(ancestors(workflow, "s9999")) == 9_990
    assert len(between(workflow, "s0", "s9999")) == 9_982
