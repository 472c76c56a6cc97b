"""What becomes of a DAG in the paper's algorithm, as printed and as it may be meant."""

from __future__ import annotations

from random import Random

from couler_jupyter.passes.splitting import (
    Bounds,
    Graph,
    Work,
    backward,
    by_levels,
    circular,
    in_order,
    over_budget,
    printed,
    repaired,
)
from couler_jupyter.testing.graphs import FAMILIES


def work_of(parents: list[list[int]], steps: int) -> Work:
    count = len(parents)
    return Work(
        graph=Graph.of(parents),
        bytes=[100] * count,
        steps=[1] * count,
        pods=[1] * count,
        seconds=[60.0] * count,
        bounds=Bounds(steps=steps),
    )


def test_four_steps_are_enough_to_deadlock_it() -> None:
    """Edges 0-2, 0-3 and 1-2, two steps a part: 0-3 and 1-2 cross."""
    work = work_of([[], [], [0, 1], [0]], 2)
    assert repaired(work) == [0, 1, 0, 1]
    assert circular(work.graph, repaired(work)) == {0, 1}
    assert in_order(work.graph, repaired(work)) is None
    assert in_order(work.graph, by_levels(work)) is not None


def test_a_diamond_and_two_more_steps_deadlock_it() -> None:
    work = work_of([[], [0], [0], [1, 2], [3], [4]], 3)
    assert repaired(work) == [0, 0, 1, 0, 1, 1]
    assert circular(work.graph, repaired(work)) == {0, 1}


def test_as_printed_steps_are_lost_and_doubled() -> None:
    """A chain of ten in parts of four: part by part, then the rest again and again."""
    made = printed(work_of([[], *([one] for one in range(9))], 4))
    assert made.lost
    assert made.doubled
    assert all(len(part) < 5 for part in made.parts)


def test_as_printed_what_fits_is_put_out_for_each_of_its_steps() -> None:
    made = printed(work_of([[], [], []], 4))
    assert made.parts == [[0, 1, 2]] * 3


def test_as_meant_each_step_is_in_one_part_within_its_bounds() -> None:
    for family in FAMILIES.values():
        work = work_of(family(500, Random(4)), 30)
        cut = repaired(work)
        assert set(cut) == set(range(max(cut) + 1))
        assert not over_budget(work, cut)


def test_most_dags_deadlock_it() -> None:
    """How often exactly is for the benchmark to say."""
    stuck = 0
    for seed in range(10):
        for family in FAMILIES.values():
            work = work_of(family(1_000, Random(seed)), 200)
            stuck += bool(circular(work.graph, repaired(work)))
    assert stuck > 50


def test_a_long_chain_is_no_trouble() -> None:
    work = work_of([[], *([one] for one in range(49_999))], 200)
    assert max(repaired(work)) == 249
    assert not backward(work.graph, repaired(work))
    assert printed(work).lost
