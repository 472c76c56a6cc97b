"""Big workflows go into groups that fit, wait for each other without a cycle, and early."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from couler_jupyter.engines.argo.structure.grouping import (
    MOST_TASKS,
    groups_of,
    too_close,
)
from couler_jupyter.ir import Ended, Outcome, Step, Workflow
from couler_jupyter.testing.parts import flow, sh, step

_OK = sh("true")


def _chain(count: int) -> list[Step]:
    return [step(f"s{i}", _OK, after=[f"s{i - 1}"] if i else []) for i in range(count)]


def _chains(count: int) -> list[Step]:
    return [
        step(f"s{i}", _OK, after=[f"s{i - 1}"] if i % 50 else []) for i in range(count)
    ]


def _layers(count: int) -> list[Step]:
    return [
        step(
            f"s{i}",
            _OK,
            after=[f"s{j}" for j in range(i // 60 * 60 - 60, i // 60 * 60)],
        )
        if i >= 60
        else step(f"s{i}", _OK)
        for i in range(count)
    ]


def _fan_in(count: int) -> list[Step]:
    names = [f"s{i}" for i in range(count - 1)]
    return [*(step(name, _OK) for name in names), step("last", _OK, after=names)]


def _fan_out(count: int) -> list[Step]:
    return [
        step("first", _OK),
        *(step(f"s{i}", _OK, after=["first"]) for i in range(count - 1)),
    ]


def _woven(count: int) -> list[Step]:
    return [
        step(
            f"s{i}",
            _OK,
            after=[f"s{j}" for j in {i * 7 % (i or 1), i // 2, i * 3 // 4} if j < i],
        )
        for i in range(count)
    ]


def _workflow(steps: list[Step]) -> Workflow:
    return flow("big", *steps)


_SHAPES = [_chain, _chains, _layers, _fan_in, _fan_out, _woven]


@pytest.mark.parametrize("shape", _SHAPES)
@pytest.mark.parametrize("count", [201, 1000])
def test_groups_fit_and_come_in_order(
    shape: Callable[[int], list[Step]], count: int
) -> None:
    workflow = _workflow(shape(count))
    groups = groups_of(workflow)
    assert sorted(name for group in groups for name in group) == sorted(
        workflow.by_name
    )
    assert len(groups) <= MOST_TASKS
    at = {name: index for index, group in enumerate(groups) for name in group}
    for index, group in enumerate(groups):
        assert len(group) < MOST_TASKS
        for name in group:
            assert all(at[one] <= index for one in workflow.dependencies[name])


def test_chains_that_know_nothing_of_each_other_do_not_wait_for_each_other() -> None:
    workflow = _workflow(_chains(1000))
    groups = groups_of(workflow)
    at = {name: index for index, group in enumerate(groups) for name in group}
    crossing = [
        name
        for name, waits in workflow.dependencies.items()
        if any(at[one] != at[name] for one in waits)
    ]
    assert len(crossing) <= len(groups)


def test_what_starts_all_others_stands_alone() -> None:
    assert groups_of(_workflow(_fan_out(1000)))[0] == ["first"]


def test_what_joins_all_others_stands_alone() -> None:
    assert groups_of(_workflow(_fan_in(1000)))[-1] == ["last"]


def test_who_asks_how_a_step_ended_stays_with_it() -> None:
    steps = _chain(400)
    failed = Ended("s3", (Outcome.FAILED,))
    workflow = _workflow([*steps, step("rescue", _OK, after=[failed])])
    (group,) = (one for one in groups_of(workflow) if "rescue" in one)
    assert "s3" in group


def test_what_lies_between_steps_that_stay_together_stays_with_them() -> None:
    steps = _chain(100)
    failed = Ended("s3", (Outcome.FAILED,))
    tied = step("rescue", _OK, after=["s50", failed])
    workflow = _workflow([*steps, tied, *(step(f"x{i}", _OK) for i in range(150))])
    (group,) = (one for one in groups_of(workflow) if "rescue" in one)
    assert {f"s{i}" for i in range(3, 51)} <= {*group}


def test_steps_that_must_stay_together_and_are_too_many_are_told() -> None:
    failed = Ended("s0", (Outcome.FAILED,))
    watchers = [step(f"w{i}", _OK, after=[failed]) for i in range(250)]
    (unit,) = too_close(_workflow([step("s0", _OK), *watchers]))
    assert len(unit) == 251


def test_groups_are_filled_where_looseness_would_make_too_many() -> None:
    names = [f"s{i}" for i in range(500)]
    steps = [step(name, _OK) for name in names]
    steps += [
        step(f"t{i}", _OK, after=[names[i], names[(i * 37 + 250) % 500]])
        for i in range(500)
    ]
    assert len(groups_of(_workflow(steps))) <= 28
