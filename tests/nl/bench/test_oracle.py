"""The oracles: right programs pass, however they are written; wrong ones fail, and say why."""

from __future__ import annotations

import tomllib
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

from couler_jupyter.ir import Workflow
from couler_jupyter.nl.bench import Task, judge, read_tasks, reference
from couler_jupyter.nl.bench.oracle import Verdict
from couler_jupyter.testing.parts import echo, flow, step
from tests.nl.bench.mutants import Mutant, mutants_of
from tests.nl.bench.variants import variants_of

OTHERS = tomllib.loads(Path(__file__).with_name("others.toml").read_text())["other"]
OF_A_SORT = 2
"""Wrong programs of one sort that are tried of a task; the seed says which."""


@pytest.fixture(scope="module")
def right() -> dict[str, tuple[Task, Workflow]]:
    return {t.name: (t, reference(t)) for t in read_tasks() if not t.asks}


@pytest.fixture(scope="module")
def wrong(right: dict[str, tuple[Task, Workflow]]) -> list[tuple[Mutant, Verdict]]:
    chosen: list[Mutant] = []
    random = Random(11)
    for task, workflow in right.values():
        sorts: dict[str, list[Mutant]] = {}
        for mutant in mutants_of(task, workflow):
            sorts.setdefault(mutant.sort, []).append(mutant)
        for some in sorts.values():
            chosen += random.sample(some, min(OF_A_SORT, len(some)))
    return [(one, judge(one.task, one.workflow)) for one in chosen]


def test_solutions_pass(right: dict[str, tuple[Task, Workflow]]) -> None:
    wrong = {
        name: verdict.why
        for name, (task, workflow) in right.items()
        if not (verdict := judge(task, workflow)).passed
    }
    assert not wrong
    assert len(right) >= 110


def test_what_means_the_same_passes(right: dict[str, tuple[Task, Workflow]]) -> None:
    count = Counter[str]()
    for task, workflow in right.values():
        for sort, variant in variants_of(workflow):
            count[sort] += 1
            assert judge(task, variant).why == "", (task.name, sort)
    assert count.total() >= 400
    assert all(many >= 10 for many in count.values()), count


@pytest.mark.parametrize("at", range(len(OTHERS)))
def test_other_ways_to_write_it_pass(
    at: int, right: dict[str, tuple[Task, Workflow]]
) -> None:
    other = OTHERS[at]
    task, _ = right[other["task"]]
    assert judge(task, reference(replace(task, solution=other["solution"]))).why == ""


def test_wrong_programs_fail(wrong: list[tuple[Mutant, Verdict]]) -> None:
    passed = [
        f"{one.task.name}: {one.sort} ({one.where})"
        for one, verdict in wrong
        if verdict.passed
    ]
    assert len(wrong) >= 200
    assert len({one.sort for one, _ in wrong}) >= 30
    assert len(passed) <= 0.05 * len(wrong), passed


def test_what_is_wrong_is_said_in_a_line(wrong: list[tuple[Mutant, Verdict]]) -> None:
    for one, verdict in wrong:
        assert verdict.why, one
        assert "\n" not in verdict.why
        assert not verdict.why.startswith("it cannot be played"), (one, verdict)


def test_the_graph_may_be_right_where_the_rest_is_not(
    wrong: list[tuple[Mutant, Verdict]],
) -> None:
    graph = {one.sort for one, verdict in wrong if verdict.graph}
    assert {"wrong image", "condition inverted", "missing secret"} <= graph
    assert not {"step doubled", "repeat lost", "exit handler lost"} & graph


def test_a_question_is_right_where_nothing_else_is() -> None:
    some = flow("some", step("one", echo(), takes={"x": 1}))
    for task in read_tasks(["impossible"]):
        assert judge(task, None).passed
        assert "question" in judge(task, some).why


def test_a_question_is_wrong_where_all_is_clear() -> None:
    task = read_tasks(["chain"])[0]
    assert judge(task, None) == Verdict(
        passed=False, graph=False, why="it was asked back, though nothing is unclear"
    )


def test_the_solution_of_another_task_is_wrong(
    right: dict[str, tuple[Task, Workflow]],
) -> None:
    """Of its neighbour in the same class; some tell no step's words, and are alike."""
    some = list(right.values())
    alike = [
        (task.name, other.name)
        for (task, _), (other, workflow) in pairwise(some)
        if other.kind == task.kind and judge(task, workflow).passed
    ]
    assert len(alike) <= 3, alike


def test_too_big_a_workflow_is_no_harm() -> None:
    many = flow("many", *(step(f"s{n}", echo(), takes={"x": n}) for n in range(300)))
    assert "more than 200" in judge(read_tasks(["chain"])[0], many).why
