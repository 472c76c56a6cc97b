"""Exit handlers ask on Argo which steps have failed, and no more than that."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from couler_jupyter.engines.argo.engine import Argo
from couler_jupyter.engines.argo.importing import import_manifest
from couler_jupyter.engines.argo.linting import ArgoLinter
from couler_jupyter.engines.finding import Source
from couler_jupyter.ir import (
    AnyOf,
    Compare,
    Condition,
    Constant,
    Ended,
    ExitHandler,
    Not,
    Operator,
    Outcome,
    Step,
    StepField,
    StepRef,
    SubWorkflow,
    Workflow,
)
from couler_jupyter.testing.parts import echo, flow, sh, step

FAILED = Ended("work", (Outcome.FAILED,))
EITHER = Ended("work", (Outcome.FAILED, Outcome.ERRORED))
PHASE = StepRef("work", StepField.PHASE)
FAILURES = (
    "any(fromJSON((fromJSON(workflow.failures) == 'null' ? '[]' : "
    "fromJSON(workflow.failures))), {#.displayName == 'work' && #.phase in [%s]})"
)


def ended(handler: Step, *, on: tuple[Outcome, ...] = ()) -> Workflow:
    return flow(
        "w",
        step("work", sh("exit 1")),
        exit_handlers=(ExitHandler(step=handler, on=on),),
    )


def when_of(workflow: Workflow) -> str:
    """Return the condition of the one handler, of a manifest that the lint finds clean."""
    (document,) = Argo().compile(workflow).documents
    assert ArgoLinter().lint([Source("x", document.text)]) == ()
    spec: dict[str, Any] = yaml.safe_load(document.text)["spec"]
    (template,) = (one for one in spec["templates"] if one["name"] == spec["onExit"])
    (task,) = template["dag"]["tasks"]
    return str(task["when"])


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (FAILED, "{{=" + FAILURES % "'Failed'" + "}}"),
        (EITHER, "{{=" + FAILURES % "'Failed', 'Error'" + "}}"),
        (Not(FAILED), "!({{=" + FAILURES % "'Failed'" + "}})"),
    ],
)
def test_after_a_failure_is_among_the_failures(after: Condition, expected: str) -> None:
    assert when_of(ended(step("bye", sh("true"), after=[after]))) == expected


@pytest.mark.parametrize(
    ("operator", "right", "expected"),
    [
        (Operator.EQUAL, "failed", "{{=" + FAILURES % "'Failed'" + "}}"),
        (Operator.NOT_EQUAL, "errored", "!({{=" + FAILURES % "'Error'" + "}})"),
        (
            Operator.IN,
            ["failed", "errored"],
            "{{=" + FAILURES % "'Failed', 'Error'" + "}}",
        ),
    ],
)
def test_so_is_a_phase_that_is_compared(
    operator: Operator, right: object, expected: str
) -> None:
    when = Compare(PHASE, operator, Constant.of(right))
    assert when_of(ended(step("bye", sh("true"), when=when))) == expected


def test_ends_of_the_run_and_of_steps_are_asked_together() -> None:
    when = AnyOf((FAILED, Ended("work", (Outcome.ERRORED,))))
    handler = step("bye", sh("true"), after=[EITHER])
    found = when_of(ended(handler, on=(Outcome.FAILED,)))
    assert found.startswith("{{workflow.status}} == Failed && {{=any(")
    other = when_of(ended(step("bye", sh("true"), after=[when])))
    assert other.count("any(fromJSON") == 2
    assert ") || (" in other


@pytest.mark.parametrize(
    ("handler", "said"),
    [
        (step("bye", sh("true"), after=["work"]), "whether step 'work' ended well"),
        (
            step("bye", sh("true"), after=[Ended("work", (Outcome.SUCCEEDED,))]),
            "ended as succeeded",
        ),
        (
            step("bye", sh("true"), after=[Ended("work", (Outcome.SKIPPED,))]),
            "ended as skipped",
        ),
        (
            step(
                "bye",
                sh("true"),
                when=Compare(
                    StepRef("work", StepField.EXIT_CODE),
                    Operator.EQUAL,
                    Constant.of(1),
                ),
            ),
            "it compares the exit-code of step 'work'",
        ),
        (step("bye", echo(), takes={"x": PHASE}), "knows not the phase of step 'work'"),
    ],
)
def test_the_rest_is_refused_with_what_would_be_right(handler: Step, said: str) -> None:
    (problem,) = Argo().problems(ended(handler))
    assert said in problem.what


def test_names_that_others_have_too_are_refused() -> None:
    inner = flow("inner", step("work", sh("true")))
    both = flow(
        "w",
        step("work", sh("exit 1")),
        step("sub", SubWorkflow(workflow=inner)),
        exit_handlers=(ExitHandler(step=step("bye", sh("true"), after=[FAILED])),),
    )
    (problem,) = Argo().problems(both)
    assert "others are called 'work' too" in problem.what


def test_in_a_part_no_step_is_told_of() -> None:
    inner = ended(step("bye", sh("true"), after=[FAILED]))
    (problem,) = Argo().problems(
        flow("outer", step("sub", SubWorkflow(workflow=inner)))
    )
    assert "of a part knows not how single steps ended" in problem.what


def test_the_manifest_comes_back_equal() -> None:
    work = ended(step("bye", sh("true"), after=[EITHER]), on=(Outcome.FAILED,))
    (document,) = Argo().compile(work).documents
    (back,) = import_manifest(document.text, "x.yaml")
    assert Argo().compile(back).documents == (document,)
