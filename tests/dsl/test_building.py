"""A cell or file may write several workflows, one after the other."""

from __future__ import annotations

from typing import Any

import pytest

import couler_jupyter as couler
from couler_jupyter.dsl import end_workflow
from couler_jupyter.errors import BuildFailed, InvalidWorkflow


def step(name: str) -> couler.StepOutput:
    return couler.run_script(source="true", command="sh", step_name=name)


def test_one_workflow_after_the_other() -> None:
    with couler.building("file", optional=True) as built:
        step("a")
        first = end_workflow()
        step("a")
        step("b")
    assert first.order == ("a",)
    assert [one.order for one in built.workflows] == [("a", "b"), ("a",)]


def test_what_is_said_of_the_file_holds_for_each() -> None:
    with couler.building("file", optional=True, parallelism=2) as built:
        step("a")
        end_workflow()
        step("b")
    assert [one.parallelism for one in built.workflows] == [2, 2]


def test_an_ended_workflow_is_what_a_cell_writes() -> None:
    with couler.building("cell") as built:
        step("a")
        couler.config_workflow("named")
        end_workflow()
    assert built.workflow is not None
    assert built.workflow.name == "named"


def test_a_cell_writes_one_workflow() -> None:
    def write_two() -> None:
        with couler.building("cell"):
            for _ in range(2):
                step("a")
                end_workflow()

    with pytest.raises(BuildFailed, match="2 workflows"):
        write_two()


def test_nothing_is_left_after_an_error() -> None:
    handles: list[Any] = []

    def break_off() -> None:
        with couler.building("cell"):
            step("a")
            end_workflow()
            handles.append(step("b"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        break_off()
    with couler.building("cell", optional=True) as built:
        step("c")
        with pytest.raises(BuildFailed, match="taken back"):
            couler.run_container("image", args=handles)
    assert [one.order for one in built.workflows] == [("c",)]


def test_an_empty_workflow_cannot_end() -> None:
    with couler.building("cell", optional=True), pytest.raises(InvalidWorkflow):
        end_workflow()


def test_a_block_ends_by_itself() -> None:
    with couler.workflow("block"):
        step("a")
        with pytest.raises(BuildFailed, match="its own block"):
            end_workflow()


def test_outside_of_all_nothing_ends() -> None:
    with pytest.raises(BuildFailed, match="none is being written"):
        end_workflow()
