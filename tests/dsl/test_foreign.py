"""`run_foreign` and `this_run.parameter`: words of one engine, and of the run."""

from __future__ import annotations

import pytest

import couler_jupyter as couler
from couler_jupyter.errors import InvalidWorkflow
from couler_jupyter.ir import (
    Argument,
    Constant,
    Foreign,
    FromStdout,
    InputParameter,
    OutputParameter,
    OutputRef,
    ParameterRef,
    ValueType,
)
from tests.dsl.refusal import refused
from tests.dsl.samples import number, publish

BODY = {"http": {"url": "https://localhost/{{inputs.parameters.page}}"}}


def test_a_template_of_one_engine() -> None:
    with couler.workflow("w") as wf:
        page = number()
        answer = couler.run_foreign(
            "argo",
            "http",
            BODY,
            inputs={"page": page},
            outputs={"result": couler.from_stdout()},
            step_name="ask",
        )
        couler.run_container("busybox", "echo", [answer], step_name="say")
    ask = wf.workflow["ask"]
    assert ask.template == Foreign(
        engine="argo",
        kind="http",
        body=Constant.of(BODY),
        inputs=(InputParameter(name="page", type=ValueType.INTEGER),),
        outputs=(OutputParameter(name="result", source=FromStdout()),),
    )
    assert ask.arguments == (Argument("page", OutputRef("number")),)
    assert wf.workflow["say"].dependencies == ("ask",)


def test_it_is_named_after_its_kind() -> None:
    with couler.workflow("w") as wf:
        couler.run_foreign("argo", "http", BODY)
        couler.run_foreign("argo", "http", BODY)
    assert [step.name for step in wf.workflow.steps] == ["http", "http-2"]
    first, second = wf.workflow.steps
    assert first.template is second.template


def test_what_cannot_be() -> None:
    with refused("run_foreign has no option 'env'"):
        couler.run_foreign("argo", "http", BODY, env={"A": "b"})
    with refused("step 'http' has no output; give it outputs"):
        couler.run_container("py", args=[couler.run_foreign("argo", "http", BODY)])
    with (
        pytest.raises(
            InvalidWorkflow, match="its body is \\[\\]; it must be an object"
        ),
        couler.workflow("w"),
    ):
        couler.run_foreign("argo", "http", [])  # type: ignore[arg-type]


def test_values_of_a_run_go_in_by_inputs() -> None:
    with refused("value in the body .*; give it as an input"):
        couler.run_foreign("argo", "http", {"url": number()})


def test_a_parameter_of_the_run() -> None:
    @couler.workflow
    def part() -> None:
        publish(couler.this_run.parameter("page"))

    with couler.workflow("w") as wf:
        part()
    inner = wf.workflow["part"].template.workflow  # type: ignore[union-attr]
    [argument] = inner["publish"].arguments
    assert argument.value == ParameterRef("page", of_run=True)
