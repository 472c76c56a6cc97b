from __future__ import annotations

from dataclasses import replace

from couler_jupyter.ir import Container, Origin, Step, SubWorkflow, Workflow
from couler_jupyter.panel import Cells

BOX = Container(image="busybox")


def step(name: str, place: str, line: int) -> Step:
    return Step(name=name, template=BOX, origin=Origin(place, line))


def test_a_step_is_in_the_cell_that_had_its_number_when_it_was_run() -> None:
    cells = Cells()
    cells.ran(3, "c-a")
    place = cells.place(Origin("cell [3]", 2))
    assert place == {
        "cell": "c-a",
        "number": 3,
        "line": 2,
        "text": "cell [3], line 2",
    }


def test_a_cell_that_is_run_again_has_its_new_number_as_well() -> None:
    cells = Cells()
    cells.ran(3, "c-a")
    cells.ran(4, "c-a")
    found = [cells.place(Origin(f"cell [{one}]", 1))["cell"] for one in (3, 4, 5)]
    assert found == ["c-a", "c-a", ""]


def test_cells_of_front_ends_without_ids_are_told_by_number_only() -> None:
    cells = Cells()
    cells.ran(1, None)
    cells.ran(None, "c-a")
    assert cells.place(Origin("cell [1]", 5))["cell"] == ""


def test_a_file_is_no_cell() -> None:
    place = Cells().place(Origin("flows/cell [3].py", 8))
    assert (place["number"], place["text"]) == (None, "flows/cell [3].py, line 8")


def test_what_nobody_wrote_is_nowhere() -> None:
    workflow = Workflow(name="w", steps=(Step(name="a", template=BOX),))
    cells = Cells()
    assert cells.of_workflow(workflow)["text"] == ""
    assert cells.of_steps(workflow) == {}


def test_a_workflow_is_where_its_first_line_is_and_steps_are_named_by_path() -> None:
    inner = Workflow(name="inner", steps=(step("fit", "cell [1]", 7),))
    tune = replace(step("tune", "cell [2]", 4), template=SubWorkflow(workflow=inner))
    outer = Workflow(name="outer", steps=(tune, step("load", "cell [2]", 3)))
    cells = Cells()
    assert cells.of_workflow(outer)["text"] == "cell [2], line 3"
    places = {name: one["text"] for name, one in cells.of_steps(outer).items()}
    assert places == {
        "tune": "cell [2], line 4",
        "tune/fit": "cell [1], line 7",
        "load": "cell [2], line 3",
    }
