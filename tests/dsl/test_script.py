"""`run_script`: source text, and functions whose prints are the result."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

import couler_jupyter as couler
from couler_jupyter.ir import (
    Format,
    FromStdout,
    InputRef,
    OutputParameter,
    Script,
    Step,
)
from tests.dsl.samples import number, use


def script_of(step: Step) -> Script:
    assert isinstance(step.template, Script)
    return step.template


def one_script(**kwargs: Any) -> Step:
    with couler.workflow("w") as wf:
        couler.run_script(**kwargs)
    return wf.workflow.steps[0]


@pytest.mark.parametrize(
    ("source", "command", "interpreter"),
    [
        ("print(1)", None, ("python3",)),
        ("echo 1", "bash", ("bash",)),
        ("echo 1", ["bash", "-e"], ("bash", "-e")),
        ("#!/bin/sh -e\necho 1", None, ("/bin/sh", "-e")),
        ("#!/usr/bin/env python3\nprint(1)", None, ("python3",)),
        ("#!\nprint(1)", None, ("python3",)),
    ],
)
def test_the_interpreter(
    source: str, command: object, interpreter: tuple[str, ...]
) -> None:
    step = one_script(image="alpine", source=source, command=command)
    assert step.name == "script"
    assert script_of(step) == Script(
        image="alpine", source=source, interpreter=interpreter
    )


def prints() -> None:
    print("heads")  # noqa: T201


def returns(sides: int = 2) -> str:
    return "tails" * (sides // 2)


def returns_numbers() -> list[float]:
    return [1, 2.5]


@pytest.mark.parametrize(
    ("function", "said"),
    [(prints, "heads"), (returns, "tails"), (returns_numbers, "[1, 2.5]")],
)
def test_a_function_prints_its_result(
    function: Callable[[], object], said: str
) -> None:
    step = one_script(image="python:3.11", source=function)
    assert step.name == function.__name__
    source = script_of(step).source
    assert isinstance(source, str)
    done = subprocess.run(
        [sys.executable, "-c", source], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"{said}\n"


def test_the_result_is_what_it_prints() -> None:
    with couler.workflow("w") as wf:
        use(couler.run_script("python:3.11", source=prints))
    assert script_of(wf.workflow["prints"]).outputs == (
        OutputParameter(name="result", source=FromStdout()),
    )


def test_lambdas_are_scripts() -> None:
    assert one_script(source=lambda: "heads").name == "script"


def test_values_in_the_source() -> None:
    with couler.workflow("w") as wf:
        couler.run_script(
            source=couler.format("print({})", number()), env={"A": number()}
        )
    template = script_of(wf.workflow["script"])
    assert template.source == Format(("print(", InputRef("para-0"), ")"))
    assert len(wf.workflow["script"].arguments) == 2


def test_a_function_that_needs_arguments() -> None:
    with pytest.raises(
        couler.BuildFailed, match="the function takes x, and nothing gives it"
    ):
        one_script(source=lambda x: x)


def test_without_a_source() -> None:
    with pytest.raises(couler.BuildFailed, match="run_script has no source"):
        one_script(image="alpine")


def test_typed_functions_work() -> None:
    def typed(count: int = 3) -> dict[str, list[int]]:
        made: dict[str, list[int]] = {"a": [count]}
        return made

    source = script_of(one_script(source=typed)).source
    assert isinstance(source, str)
    done = subprocess.run(
        [sys.executable, "-c", source], capture_output=True, text=True, check=True
    )
    assert done.stdout == '{"a": [3]}\n'
