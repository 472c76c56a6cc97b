"""The pieces of splitting, each by hand where it can be."""

from __future__ import annotations

from random import Random

import pytest

from couler_jupyter.passes.splitting import (
    NEW,
    Bounds,
    Graph,
    Machine,
    Work,
    backward,
    by_levels,
    chosen,
    circular,
    cut_edges,
    in_order,
    kept,
    makespan,
    over_budget,
    oversize,
    rings,
    sums,
)
from couler_jupyter.passes.splitting.growing import grown
from couler_jupyter.passes.splitting.merging import merged
from couler_jupyter.passes.splitting.packing import components
from couler_jupyter.passes.splitting.refining import refined
from couler_jupyter.testing.graphs import FAMILIES

NOTHING = Machine(workers=64, submit=0)


def work_of(
    parents: list[list[int]], bounds: Bounds, seconds: list[float] | None = None
) -> Work:
    count = len(parents)
    return Work(
        graph=Graph.of(parents),
        bytes=[100] * count,
        steps=[1] * count,
        pods=[1] * count,
        seconds=seconds or [1.0] * count,
        bounds=bounds,
    )


def chain(count: int) -> list[list[int]]:
    return [[], *([one] for one in range(count - 1))]


def test_a_ring_is_no_dag() -> None:
    with pytest.raises(ValueError, match="3 nodes wait for each other"):
        Graph.of([[], [0, 3], [1], [2]])


def test_the_same_parent_twice_is_one() -> None:
    graph = Graph.of([[], [0, 0]])
    assert list(graph.edges()) == [(0, 1)]


def test_levels_are_the_longest_ways() -> None:
    graph = Graph.of([[], [0], [0, 1], [], [3]])
    assert graph.level == [0, 1, 2, 0, 1]
    assert graph.order == [0, 3, 1, 4, 2]


def test_rings_are_found_without_recursion() -> None:
    long = [[(one + 1) % 50_000] for one in range(50_000)]
    assert [len(ring) for ring in rings(long)] == [50_000]
    assert sorted(map(len, rings([[1], [2], [0, 3], [4], []]))) == [1, 1, 3]


def test_what_is_too_big_is_named_with_its_gates() -> None:
    bounds = Bounds(bytes=1_000, steps=5, pods=5, base=100, gate=300, edge=200)
    work = work_of([[], [], [], [0, 1, 2]], bounds)
    [one] = oversize(work)
    assert (one.node, one.of, one.has, one.most) == (3, "bytes", 1_100, 1_000)


def test_a_step_with_too_many_pods_is_named() -> None:
    work = Work(
        graph=Graph.of([[]]),
        bytes=[1],
        steps=[1],
        pods=[10_000],
        seconds=[1],
        bounds=Bounds(),
    )
    [one] = oversize(work)
    assert (one.of, one.has, one.most) == ("pods", 10_000, 1_000)


def test_sums_count_gates_once_a_step_and_edges_each() -> None:
    bounds = Bounds(base=10, gate=1_000, edge=7)
    work = work_of([[], [], [0, 1], [2]], bounds)
    assert sums(work, [0, 0, 1, 1]).bytes == [210, 10 + 200 + 1_000 + 14]
    assert over_budget(work, [0, 0, 1, 1]) == []
    tight = work_of([[], [], [0, 1], [2]], Bounds(bytes=1_223, base=10, gate=1_000))
    assert over_budget(tight, [0, 0, 1, 1]) == []
    tight = work_of([[], [], [0, 1], [2]], Bounds(bytes=1_209, base=10, gate=1_000))
    assert over_budget(tight, [0, 0, 1, 1]) == [1]


def test_the_time_of_a_run_by_hand() -> None:
    """Two chains of two on one worker, and on two; parts of one chain each."""
    work = work_of([[], [0], [], [2]], Bounds(), [1.0, 2.0, 3.0, 4.0])
    assert makespan(work, Machine(workers=1, submit=0)) == 10
    assert makespan(work, Machine(workers=2, submit=0)) == 7
    assert makespan(work, Machine(workers=2, submit=5), [0, 0, 1, 1]) == 12
    assert makespan(work, NOTHING, [0, 0, 1, 1], live=1) == 10


def test_a_gate_waits_for_a_step_and_a_barrier_for_a_part() -> None:
    work = work_of([[], [], [0]], Bounds(), [1.0, 10.0, 1.0])
    assert makespan(work, NOTHING, [0, 0, 1]) == 10
    assert makespan(work, NOTHING, [0, 0, 1], barrier=True) == 11


def test_parts_that_wait_for_each_other_never_end() -> None:
    crossed = work_of([[], [], [0, 1], [0]], Bounds(steps=2))
    assert makespan(crossed, NOTHING, [0, 1, 0, 1], barrier=True) is None
    assert makespan(crossed, NOTHING, [0, 1, 0, 1], live=1) is None
    assert makespan(crossed, NOTHING, [0, 1, 0, 1], live=2) is not None


def test_moving_nodes_cuts_no_more_edges_and_keeps_the_order() -> None:
    for name, family in FAMILIES.items():
        bounds = Bounds(bytes=9_000, steps=40, gate=150, edge=30, base=500)
        work = work_of(family(600, Random(name)), bounds)
        before = grown(work, band=4)
        after = refined(work, before)
        assert cut_edges(work.graph, after) <= cut_edges(work.graph, before)
        assert not backward(work.graph, after)
        assert not over_budget(work, after)


def test_a_node_moves_to_those_it_waits_for() -> None:
    work = work_of([[], [0], [0, 1], []], Bounds(steps=3))
    assert refined(work, [0, 0, 1, 1]) == [0, 0, 0, 1]
    full = work_of([[], [0], [0, 1], []], Bounds(steps=2))
    assert refined(full, [0, 0, 1, 1]) == [0, 0, 1, 1]


def test_parts_of_one_generation_do_not_wait_for_each_other() -> None:
    work = work_of(FAMILIES["layered local"](400, Random(1)), Bounds(steps=25))
    made = grown(work, band=4, generations=True)
    assert not backward(work.graph, made)
    apart = merged(work, made, apart=True)
    assert not circular(work.graph, apart)


def test_small_parts_are_put_together_but_never_into_a_ring() -> None:
    """0 and 2 would fit together, but 1 stands between them."""
    work = work_of(chain(3), Bounds(steps=3))
    assert merged(work, [0, 1, 2]) == [0, 0, 0]
    assert merged(work, [0, 1, 2], apart=True) == [0, 1, 2]
    wide = work_of([[], [0], [1], [1], [2, 3]], Bounds(steps=4))
    cut = merged(wide, [0, 1, 1, 1, 2])
    assert max(cut) == 1
    assert not circular(wide.graph, cut)


def test_the_urgent_part_comes_first() -> None:
    graph = Graph.of([[], [], [1]])
    assert in_order(graph, [1, 0, 0]) == [0, 1, 1]
    assert in_order(graph, [1, 0, 0], [1.0, 9.0, 8.0]) == [1, 0, 0]


def test_groups_that_fit_stay_whole() -> None:
    parents = FAMILIES["components"](900, Random(3))
    work = work_of(parents, Bounds(steps=300))
    assert len(components(work.graph)) > 20
    made = chosen(work, Machine(workers=4))
    assert made.edges < 0.05 * made.of_edges


def test_a_chosen_cut_is_no_worse_than_levels_behind_barriers() -> None:
    for name, family in FAMILIES.items():
        work = work_of(family(1_500, Random(name)), Bounds(steps=100))
        made = chosen(work, Machine(), barrier=True)
        levels = makespan(work, Machine(), by_levels(work), barrier=True)
        assert levels is not None
        share = cut_edges(work.graph, by_levels(work)) / made.of_edges
        score = levels / made.whole + 0.5 * share
        own = made.seconds / made.whole + 0.5 * made.edges / made.of_edges
        assert own <= score + 0.1 * (made.parts / made.least)


def test_live_parts_are_as_many_as_asked_for() -> None:
    work = work_of(FAMILIES["layered local"](500, Random(1)), Bounds(steps=50))
    assert chosen(work, Machine(), live=3).live == 3
    assert 1 <= chosen(work, Machine()).live <= 8


@pytest.mark.slow
@pytest.mark.parametrize("barrier", [False, True])
def test_a_chain_of_100_000_is_no_trouble(barrier: bool) -> None:
    work = work_of(chain(100_000), Bounds(steps=200))
    made = chosen(work, Machine(), barrier=barrier)
    assert made.parts == 500
    assert made.edges == 499
    assert not over_budget(work, made.cut)


def test_equal_work_is_cut_alike() -> None:
    one = work_of(FAMILIES["scattered"](800, Random(2)), Bounds(steps=60))
    other = work_of(FAMILIES["scattered"](800, Random(2)), Bounds(steps=60))
    assert chosen(one, Machine()) == chosen(other, Machine())


def test_what_was_cut_stays_and_what_is_new_finds_room() -> None:
    """Node 4 comes and waits for 1; its part has room. Node 5 has none behind 3."""
    bounds = Bounds(steps=3)
    work = work_of([[], [0], [1], [2], [1], [3]], bounds)
    assert kept(work, [0, 0, 1, 1, NEW, NEW]) == [0, 0, 1, 1, 0, 1]
    assert kept(work, [0, 0, 1, 1, 1, NEW]) == [0, 0, 1, 1, 1, 2]


def test_old_parts_that_now_wait_for_each_other_are_given_up() -> None:
    crossed = work_of([[], [], [0, 1], [0]], Bounds(steps=2))
    assert kept(crossed, [0, 1, 0, 1]) is None


def test_parts_that_became_too_big_give_nodes_away() -> None:
    work = work_of(chain(6), Bounds(steps=3))
    cut = kept(work, [0, 0, 0, 0, 1, 1])
    assert cut == [0, 0, 0, 1, 1, 1]


def test_old_parts_are_kept_where_they_serve() -> None:
    for name, family in FAMILIES.items():
        bounds = Bounds(bytes=20_000, steps=60, gate=100, edge=20)
        work = work_of(family(900, Random(name)), bounds)
        first = chosen(work, Machine())
        parents = [*work.graph.parents, [7]]
        more = work_of(parents, bounds)
        again = chosen(more, Machine(), before=[*first.cut, NEW])
        assert again.recipe == "as the last time"
        assert len({*zip(first.cut, again.cut, strict=False)}) == first.parts
        assert not over_budget(more, again.cut)
        assert not backward(more.graph, again.cut)
        assert again.parts - first.parts in {0, 1}


def test_behind_barriers_no_run_is_longer_than_along_the_levels() -> None:
    for name, family in FAMILIES.items():
        for count in (1, 30, 400):
            work = work_of(family(count, Random(name)), Bounds(steps=40))
            made = chosen(work, Machine(), barrier=True)
            levels = makespan(work, Machine(), by_levels(work), barrier=True)
            assert levels is not None
            assert made.seconds <= 1.01 * levels
