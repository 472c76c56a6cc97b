"""What steps are called and where they are said to be written."""

from __future__ import annotations

from typing import Any

import pytest

import couler_jupyter as couler
from tests.dsl.capture.conftest import Notebook
from tests.dsl.samples import number, use


def names(block: couler.WorkflowBlock) -> list[str]:
    return [step.name for step in block.workflow.steps]


def prepare() -> Any:
    return couler.run_container("alpine")


def outer() -> Any:
    return [prepare() for _ in range(2)]


def test_the_nearest_function_gives_the_name() -> None:
    with couler.workflow("w") as wf:
        outer()
        couler.concurrent([lambda: prepare(), lambda: couler.run_container("alpine")])  # noqa: PLW0108
        couler.concurrent([prepare])
        couler.run_script(source="x")
        couler.run_job("x: 1")
        couler.suspend(1)
    assert names(wf) == [
        "prepare", "prepare-2", "prepare-3", "alpine", "prepare-4", "script", "job", "suspend",
    ]  # fmt: skip


@couler.workflow
def written() -> None:
    couler.run_container("alpine")


def test_the_function_that_writes_the_workflow_gives_none() -> None:
    with couler.workflow("w") as wf:
        couler.run_container("alpine")
    assert names(wf) == ["alpine"]
    assert written.workflow.steps[0].name == "alpine"


def test_a_number_that_is_taken_is_left_out() -> None:
    with couler.workflow("w") as wf:
        number(step_name="number-2")
        number()
        number()
        number()
    assert names(wf) == ["number-2", "number", "number-3", "number-4"]


def test_lines_do_not_matter(notebook: Notebook) -> None:
    notebook.cell("def step(): return couler.run_container('alpine')")
    notebook.cell("with couler.workflow('w') as a:\n    step(); step()")
    notebook.cell("\n\n\nwith couler.workflow('w') as b:\n\n    step()\n\n    step()")
    assert notebook["a"].workflow == notebook["b"].workflow


def test_origins_are_cells_and_lines(notebook: Notebook) -> None:
    notebook.cell("@couler.step\ndef f(x=1): return x")
    notebook.cell("""
        with couler.workflow("w") as wf:
            f()
            couler.map_(lambda x: f(x), [1])
            couler.dag([[lambda: f(2),
                         f]])
            def body(x):
                f(x)
                f(x)
            couler.map_(body, [1])
    """)
    steps = notebook["wf"].workflow.steps
    assert [str(step.origin) for step in steps] == [
        "cell [3], line 2",
        "cell [3], line 3",
        "cell [3], line 4",
        "cell [3], line 9",
    ]
    inner: Any = steps[-1].template
    assert [step.origin.line for step in inner.workflow.steps] == [7, 8]


def test_faults_are_told_with_the_cell(notebook: Notebook) -> None:
    notebook.cell("@couler.step\ndef f(x: int) -> int: return x")
    missing = r"^f\(\) missing a required argument: 'x'; it takes \(x\) \(cell \[3\], line 3\)$"
    with pytest.raises(couler.BuildFailed, match=missing):
        notebook.cell("\nwith couler.workflow('w'):\n    f('a')\n    f(y=1)")
    with pytest.raises(couler.InvalidWorkflow) as caught:
        notebook.cell("with couler.workflow('w'):\n    f('a')\n    f('b')")
    places = [problem.place for problem in caught.value.problems]
    assert places == ["cell [4], line 2", "cell [4], line 3"]


def test_origins_are_no_part_of_what_a_step_means() -> None:
    with couler.workflow("w") as one:
        use(1)
    with couler.workflow("w") as other:
        use(1)
    assert one.workflow == other.workflow
    assert one.workflow.steps[0].origin != other.workflow.steps[0].origin
