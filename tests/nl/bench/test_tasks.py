"""The tasks themselves: enough of them, well formed, and not in the Code Lake."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from couler_jupyter.errors import UnknownName
from couler_jupyter.nl.bench import CLASSES, Task, read_tasks, reference
from couler_jupyter.nl.checking import check
from couler_jupyter.nl.lake import Lake, write_entry
from couler_jupyter.nl.trying import Tried

TASKS = read_tasks()
Grams = set[tuple[str, ...]]


def test_there_are_enough_of_each_class() -> None:
    classes = Counter(one.kind for one in TASKS)
    assert len(TASKS) >= 120
    assert set(classes) == set(CLASSES)
    assert min(classes.values()) >= 8


def test_a_third_of_each_class_is_held_out() -> None:
    for kind in CLASSES:
        some = [one.held_out for one in TASKS if one.kind == kind]
        assert sum(some) * 3 == len(some), kind


def test_names_and_wordings_are_unique() -> None:
    wordings = [text for one in TASKS for text in one.wishes]
    assert len({one.name for one in TASKS}) == len(TASKS)
    assert len(set(wordings)) == len(wordings) == 3 * len(TASKS)
    assert {one.difficulty for one in TASKS} == {"easy", "medium", "hard"}


def test_wordings_are_of_different_lengths() -> None:
    """The first is terse: it is hardly ever the longest of the three."""
    longest = sum(len(t.wishes[0]) > max(map(len, t.wishes[1:])) for t in TASKS)
    assert longest <= len(TASKS) / 20


def test_what_is_said_of_steps_is_said_of_steps_that_are_there() -> None:
    for task in TASKS:
        labels = set(task.shape.labels)
        named = {*task.steps, *task.exits}
        named |= {label for one in task.maps for label in one.steps}
        named |= {label for one in task.whiles for label in one.steps}
        for run in task.runs:
            named |= {*run.gives, *run.turns, *run.fails, *run.breaks}
            named |= {*run.off, *run.bad, *run.counts, *run.at_once}
        assert named <= labels, task.name
        assert bool(labels) is not task.asks, task.name


def test_conditions_are_tried_both_ways() -> None:
    for task in read_tasks(["condition"]):
        sides = {bool(run.off) for run in task.runs}
        assert len(task.runs) >= 2, task.name
        assert sides, task.name
        assert len({run.off for run in task.runs}) > 1, task.name


def test_classes_can_be_chosen() -> None:
    assert {one.kind for one in read_tasks(["map", "sql"])} == {"map", "sql"}
    with pytest.raises(UnknownName, match="chains"):
        read_tasks(["chains"])


def test_no_wish_is_in_the_code_lake() -> None:
    """No more than a fifth of the word triples of a wish stand anywhere in the lake."""
    lake: Grams = set()
    for entry in Lake.builtin().entries:
        lake |= grams(write_entry(entry))
    known = {
        f"{task.name}.{at}": share
        for task in TASKS
        for at, text in enumerate(task.wishes)
        if (share := shared(text, lake)) > 0.2
    }
    assert len(lake) > 1_000
    assert not known


def shared(text: str, lake: Grams) -> float:
    own = grams(text)
    return len(own & lake) / len(own) if own else 0.0


def grams(text: str, size: int = 3) -> Grams:
    words = re.findall(r"[a-z0-9]+", text.lower())
    return {tuple(words[at : at + size]) for at in range(len(words) - size + 1)}


def test_grams_are_found() -> None:
    assert shared("load the sales now", grams("please load the sales")) == 0.5


def test_a_task_is_a_value() -> None:
    one: Task = TASKS[0]
    assert one == read_tasks([one.kind])[0]


def test_what_is_asked_for_can_be_proposed() -> None:
    """The solutions pass the checks that every proposal has to pass."""
    for task in TASKS:
        if not task.asks:
            code = f"import couler_jupyter as couler\n{task.solution}"
            tried = Tried(workflow=reference(task))
            report, workflow = check(
                code,
                task.name,
                engine=task.engine,
                try_program=lambda code, name, tried=tried: tried,
            )
            assert not report.faults, task.name
            assert workflow is tried.workflow
