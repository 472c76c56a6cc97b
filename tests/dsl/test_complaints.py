"""What users of Couler's SDK complained about, one test each."""

from __future__ import annotations

from typing import Any

import pytest

import couler_jupyter as couler
from couler_jupyter.ir import (
    Container,
    Items,
    Job,
    JobAction,
    OutputRef,
    Over,
    SubWorkflow,
)
from tests.dsl.capture.conftest import Notebook
from tests.dsl.refusal import refused
from tests.dsl.samples import number, numbers, publish, use


def test_map_works_inside_a_dag() -> None:
    with couler.workflow("w") as wf:
        couler.dag([[number, lambda: couler.map_(use, [1, 2]), publish]])
    step = wf.workflow["use"]
    assert step.loop is not None
    assert isinstance(step.loop.over, Items)
    assert step.dependencies == ("number",)
    assert wf.workflow["publish"].dependencies == ("use",)


def test_fan_out_over_an_output() -> None:
    with couler.workflow("w") as wf:
        couler.map_(use, numbers())
    loop = wf.workflow["use"].loop
    assert loop is not None
    assert loop.over == Over(OutputRef("numbers"))


def test_nested_templates() -> None:
    with couler.workflow("w") as wf:
        couler.map_(lambda xs: couler.map_(use, xs), [[1], [2, 3]])
    assert isinstance(wf.workflow["map"].template, SubWorkflow)


def test_parameters_are_never_passed_by_guess() -> None:
    with couler.workflow("w") as wf:
        couler.set_dependencies(number)
        couler.set_dependencies(
            lambda: couler.run_container("py", step_name="next"),
            dependencies=["number"],
        )
    assert wf.workflow["next"].arguments == ()
    assert wf.workflow["next"].after == ("number",)


def test_a_cell_run_again_does_not_duplicate(notebook: Notebook) -> None:
    cell = """
        with couler.building("cell") as built:
            couler.run_container("alpine")
            couler.run_container("alpine")
    """
    for _ in range(3):
        notebook.cell(cell)
        names = [step.name for step in notebook["built"].workflow.steps]
        assert names == ["alpine", "alpine-2"]


def test_typed_functions_and_lambdas_make_whole_scripts(notebook: Notebook) -> None:
    notebook.cell("""
        import numpy as np
        offset: int = 3
        def helper(x: "np.ndarray") -> int:
            return int(x.sum()) + offset
        @couler.step
        def typed(values: list[int], *, scale: float = 2.0) -> float:
            total: int = helper(np.array(values))
            return total * scale
        double = couler.step(lambda x: helper(np.array([x])) * 2)
        with couler.workflow("w") as wf:
            double(typed([1, 2]))
    """)
    for name, given, wanted in (
        ("typed", {"values": [1, 2], "scale": 2.0}, 12.0),
        ("lambda", {"x": 1}, 8),
    ):
        template = notebook["wf"].workflow[name].template
        namespace: dict[str, Any] = {}
        exec(template.source, namespace)
        assert namespace[template.entrypoint](**given) == wanted


def test_an_exception_inside_concurrent_corrupts_nothing() -> None:
    def fails() -> None:
        couler.run_container("broken", step_name="half")
        raise ValueError("broken")

    for _ in range(2):
        with pytest.raises(ValueError, match="broken"), couler.workflow("w"):
            couler.concurrent([number, fails])
        with couler.workflow("after") as wf:
            couler.concurrent([number, number])
        assert [step.name for step in wf.workflow.steps] == ["number", "number-2"]


def test_a_second_call_with_another_image_is_told() -> None:
    with refused("there is a step 'train' already"):
        couler.run_container("image:1", step_name="train")
        couler.run_container("image:2", step_name="train")


def test_a_second_call_by_chance_keeps_its_own_image() -> None:
    def train(image: str) -> Any:
        return couler.run_container(image)

    with couler.workflow("w") as wf:
        train("image:1")
        train("image:2")
    templates = [step.template for step in wf.workflow.steps]
    images = [one.image for one in templates if isinstance(one, Container)]
    assert images == ["image:1", "image:2"]


def test_the_action_of_a_job_is_kept() -> None:
    with couler.workflow("w") as wf:
        couler.run_job("kind: Job", action="delete")
    template = wf.workflow["job"].template
    assert isinstance(template, Job)
    assert template.action is JobAction.DELETE


def test_names_are_not_line_numbers() -> None:
    with couler.workflow("w") as wf:
        couler.run_container("alpine")

        couler.run_container("alpine")
    assert [step.name for step in wf.workflow.steps] == ["alpine", "alpine-2"]


def test_the_same_recursion_may_be_called_twice() -> None:
    with couler.workflow("w") as wf:
        for _ in range(2):
            couler.exec_while(couler.equal(1), number, limit=2)
    assert [step.name for step in wf.workflow.steps] == ["number", "number-2"]
