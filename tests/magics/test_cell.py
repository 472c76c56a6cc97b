from __future__ import annotations

from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

from couler_jupyter.errors import (
    BuildFailed,
    CannotTravel,
    CoulerError,
    InvalidWorkflow,
    UsageFailed,
)
from couler_jupyter.ir import Workflow
from couler_jupyter.session import Session
from tests.magics.conftest import RunCell

STEPS = """
import couler_jupyter as couler

@couler.step
def load() -> list:
    return [1, 2]

@couler.step
def total(numbers: list) -> int:
    return sum(numbers)
"""


def test_a_cell_builds_binds_and_shows(
    cell: RunCell, shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    cell(STEPS)
    cell("%%couler add-up\ntotal(load())")
    workflow = shell.user_ns["add_up"]
    assert isinstance(workflow, Workflow)
    assert workflow.order == ("load", "total")
    assert "load" in capsys.readouterr().out


BLOCK = """
with couler.workflow("add-up") as wf:
    total(load())
wf"""


def test_a_block_is_shown_as_what_it_has_written(
    cell: RunCell, shell: InteractiveShell
) -> None:
    cell(STEPS)
    block = cell(BLOCK)
    formatter: Any = shell.display_formatter
    shown, _ = formatter.format(block)
    assert shown == formatter.format(block.workflow)[0]
    assert "image/svg+xml" in shown["text/html"]


def test_a_block_that_has_written_nothing_is_shown_by_its_name(
    cell: RunCell, shell: InteractiveShell
) -> None:
    cell(STEPS)
    block = cell("couler.workflow('later')")
    formatter: Any = shell.display_formatter
    assert formatter.format(block)[0] == {"text/plain": "<workflow 'later'>"}


def test_running_a_cell_again_replaces(cell: RunCell, session: Session) -> None:
    cell(STEPS)
    for _ in range(3):
        cell("%%couler twice\ntotal(load())")
    assert list(session.workflows) == ["twice"]
    assert session.workflows["twice"].order == ("load", "total")


def test_names_that_the_cell_binds_stay(cell: RunCell) -> None:
    cell(STEPS)
    cell("%%couler w\nfactor = 3\ntotal(load())")
    assert cell("factor") == 3


def test_functions_defined_in_the_cell_itself(cell: RunCell, session: Session) -> None:
    cell("import couler_jupyter as couler")
    cell("%%couler w\n@couler.step\ndef hello() -> str:\n    return 'hello'\n\nhello()")
    assert session.find("w").order == ("hello",)


def test_steps_know_their_cell_and_line(cell: RunCell, session: Session) -> None:
    cell(STEPS)
    cell("%%couler w\n\nnumbers = load()\ntotal(numbers)")
    origins = {step.name: str(step.origin) for step in session.find("w").steps}
    assert origins == {"load": "cell [2], line 3", "total": "cell [2], line 4"}


@pytest.mark.parametrize(
    ("source", "error", "message"),
    [
        (
            "%%couler w\ntotal(load()",
            BuildFailed,
            "cell [2], line 2: '(' was never closed",
        ),
        (
            "%%couler w\nx = 1\ntotal(lod())",
            BuildFailed,
            "cell [2], line 3: NameError: name 'lod'",
        ),
        ("%%couler w\nx = 1", BuildFailed, "cell [2]: no step was added"),
        ("%%couler w\ntotal()", BuildFailed, "cell [2], line 2"),
        ("%%couler <b>\ntotal(load())", CoulerError, "its name may only have letters"),
        ("%%couler w --engin local\nload()", UsageFailed, "--engin"),
        ("%%couler w 'x\nload()", UsageFailed, "No closing quotation"),
    ],
)
def test_errors_are_one_line_and_register_nothing(
    cell: RunCell, session: Session, source: str, error: type[CoulerError], message: str
) -> None:
    cell(STEPS)
    with pytest.raises(error) as caught:
        cell(source)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value._render_traceback_() == [
        f"{type(caught.value).__name__}: {caught.value}"
    ]
    assert session.workflows == {}


def test_a_failed_cell_leaves_what_was_defined_before(
    cell: RunCell, session: Session
) -> None:
    cell(STEPS)
    cell("%%couler w\ntotal(load())")
    before = session.find("w")
    with pytest.raises(BuildFailed):
        cell("%%couler w\ntotal(load(1))")
    assert session.find("w") is before


def test_all_problems_of_a_workflow_at_once(cell: RunCell) -> None:
    cell("import couler_jupyter as couler")
    with pytest.raises(InvalidWorkflow) as caught:
        cell(
            "%%couler w\n"
            "couler.run_container(image=' ', step_name='a')\n"
            "couler.run_container(image='x', step_name='b', timeout=-1)"
        )
    assert {problem.where for problem in caught.value.problems} == {
        "step 'a'",
        "step 'b'",
    }
    assert {problem.place for problem in caught.value.problems} == {
        "cell [2], line 2",
        "cell [2], line 3",
    }


def test_what_cannot_travel_is_named(cell: RunCell) -> None:
    cell("import couler_jupyter as couler, threading\nlock = threading.Lock()")
    cell("@couler.step\ndef use() -> str:\n    return str(lock)")
    with pytest.raises(CannotTravel, match="lock"):
        cell("%%couler w\nuse()")


def test_the_value_of_a_cell_is_drawn(shell: InteractiveShell, cell: RunCell) -> None:
    cell(STEPS)
    cell("%%couler w --quiet\ntotal(load())")
    formatter: Any = shell.display_formatter
    data, _ = formatter.format(shell.user_ns["w"])
    assert "total" in data["text/plain"]
    assert "<img" in data["text/html"]


def test_loading_twice_and_unloading(shell: InteractiveShell, cell: RunCell) -> None:
    shell.run_line_magic("reload_ext", "couler_jupyter")
    cell(STEPS)
    cell("%%couler w\ntotal(load())")
    shell.run_line_magic("unload_ext", "couler_jupyter")
    assert shell.find_line_magic("couler") is None
    assert shell.find_cell_magic("couler") is None
    shell.run_line_magic("load_ext", "couler_jupyter")
