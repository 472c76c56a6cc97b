"""What a step says of how its template runs; jobs and waits."""

from __future__ import annotations

from typing import Any

import pytest

from couler_jupyter.engines.argo.templates import Fields, leaf_fields, step_fields
from couler_jupyter.engines.argo.templates.selectors import selector, selector_fault
from couler_jupyter.ir import (
    AttemptField,
    AttemptRef,
    Backoff,
    Cache,
    Constant,
    FieldTest,
    Format,
    FromManifest,
    FromPerson,
    InputParameter,
    InputRef,
    Job,
    JobAction,
    Json,
    Operator,
    OutputParameter,
    Retry,
    RetryPolicy,
    Script,
    Step,
    Suspend,
    Text,
)
from couler_jupyter.testing.parts import equal
from tests.engines.argo.templates.words import condition, write


def of_step(**more: Any) -> Fields:
    return step_fields(
        Step(name="s", template=Script(source=""), **more), write, condition
    )


_WHEN = equal(AttemptRef(AttemptField.EXIT_CODE), 3)
RETRIES: list[tuple[Retry, Fields]] = [
    (Retry(limit=0), {"limit": "0"}),
    (Retry(limit=3), {"limit": "3"}),
    (
        Retry(limit=3, policy=RetryPolicy.ALWAYS),
        {"limit": "3", "retryPolicy": "Always"},
    ),
    (
        Retry(limit=3, policy=RetryPolicy.ON_ERROR),
        {"limit": "3", "retryPolicy": "OnError"},
    ),
    (
        Retry(limit=3, policy=RetryPolicy.ON_TRANSIENT_ERROR),
        {"limit": "3", "retryPolicy": "OnTransientError"},
    ),
    (
        Retry(limit=3, when=_WHEN),
        {"limit": "3", "retryPolicy": "OnFailure", "expression": "a condition"},
    ),
    (
        Retry(limit=3, backoff=Backoff(seconds=10)),
        {"limit": "3", "backoff": {"duration": "10"}},
    ),
    (
        Retry(limit=3, backoff=Backoff(seconds=0.5, factor=2, longest=60, total=90.5)),
        {
            "limit": "3",
            "backoff": {
                "duration": "0.5s",
                "factor": "2",
                "cap": "60",
                "maxDuration": "90.5s",
            },
        },
    ),
]


@pytest.mark.parametrize(("retry", "fields"), RETRIES)
def test_retries(retry: Retry, fields: Fields) -> None:
    assert of_step(retry=retry) == {"retryStrategy": fields}


@pytest.mark.parametrize(
    ("more", "fields"),
    [
        ({}, {}),
        ({"timeout": 60}, {"activeDeadlineSeconds": 60}),
        ({"timeout": 0.5}, {"timeout": "0.5s"}),
        ({"daemon": True}, {"daemon": True}),
        ({"cache": Cache()}, {}),
        ({"cache": Cache(enabled=False, key="k")}, {}),
    ],
)
def test_bounds_and_daemons(more: dict[str, Any], fields: Fields) -> None:
    assert of_step(**more) == fields


def test_each_attempt_is_bounded_not_all_of_them() -> None:
    fields = of_step(timeout=1.5, retry=Retry(limit=1))
    assert fields == {"retryStrategy": {"limit": "1"}, "activeDeadlineSeconds": 2}


@pytest.mark.parametrize(("age", "text"), [(None, ""), (3600, "3600s")])
def test_what_is_remembered(age: float | None, text: str) -> None:
    assert of_step(cache=Cache(key=Format(("a-", InputRef("x"))), max_age=age)) == {
        "memoize": {
            "key": "a-{{inputs.parameters.x}}",
            "maxAge": text,
            "cache": {"configMap": {"name": "couler-cache"}},
        }
    }


def test_a_job_in_full() -> None:
    job = Job(
        manifest=Format(("kind: X\nname: ", InputRef("n"))),
        action=JobAction.PATCH,
        success=(FieldTest("status.ok", Operator.EQUAL, Constant.of("yes")),),
        failure=(
            FieldTest("status.bad", Operator.BIGGER, Constant.of(3)),
            FieldTest("status.why", Operator.IN, Constant.of(["a", "b"])),
        ),
        own=True,
        patch_kind="merge",
        flags=("--v=1",),
        inputs=(InputParameter(name="n"),),
        outputs=(
            OutputParameter(name="a", source=FromManifest(path="{.a}")),
            OutputParameter(name="b", source=FromManifest(jq=".b")),
        ),
    )
    assert leaf_fields(job, write) == {
        "inputs": {"parameters": [{"name": "n"}]},
        "outputs": {
            "parameters": [
                {"name": "a", "valueFrom": {"jsonPath": "{.a}"}},
                {"name": "b", "valueFrom": {"jqFilter": ".b"}},
            ]
        },
        "resource": {
            "action": "patch",
            "mergeStrategy": "merge",
            "setOwnerReference": True,
            "flags": ["--v=1"],
            "successCondition": "status.ok == yes",
            "failureCondition": "status.bad > 3, status.why in (a,b)",
            "manifest": "kind: X\nname: {{inputs.parameters.n}}",
        },
    }


@pytest.mark.parametrize(
    ("operator", "value", "text"),
    [
        (Operator.EQUAL, "Done", "s == Done"),
        (Operator.EQUAL, True, "s == true"),
        (Operator.NOT_EQUAL, "", "s != "),
        (Operator.BIGGER, 1, "s > 1"),
        (Operator.BIGGER_EQUAL, 1, "s > 0"),
        (Operator.SMALLER, 1, "s < 1"),
        (Operator.SMALLER_EQUAL, 1, "s < 2"),
        (Operator.IN, ["a", 1], "s in (a,1)"),
        (Operator.NOT_IN, ["a"], "s notin (a)"),
    ],
)
def test_tests_of_fields(operator: Operator, value: Json, text: str) -> None:
    test = FieldTest("s", operator, Constant.of(value))
    assert (selector(test), selector_fault(test)) == (text, "")


@pytest.mark.parametrize(
    ("path", "operator", "value", "fault"),
    [
        ("s[0]", Operator.EQUAL, "x", "field 's[0]' has characters"),
        ("s", Operator.EQUAL, "two words", "value 'two words' is none"),
        ("s", Operator.IN, "x", "in needs a list of values, not x"),
        ("s", Operator.IN, [], "in needs a list of values, not []"),
        ("s", Operator.NOT_IN, ["a,b"], "value 'a,b' is none"),
        ("s", Operator.BIGGER, "3", "> needs a whole number, not 3"),
        ("s", Operator.BIGGER_EQUAL, 0.5, ">= needs a whole number, not 0.5"),
        ("s", Operator.SMALLER, True, "< needs a whole number, not true"),
    ],
)
def test_tests_that_argo_cannot_make(
    path: str, operator: Operator, value: Json, fault: str
) -> None:
    assert selector_fault(FieldTest(path, operator, Constant.of(value))).startswith(
        fault
    )


@pytest.mark.parametrize(
    ("seconds", "suspend"),
    [
        (None, {}),
        ("60", {"duration": "60"}),
        ("0.05", {"duration": "0.05s"}),
        (Constant.of(90), {"duration": "90"}),
        (InputRef("x"), {"duration": "{{inputs.parameters.x}}s"}),
    ],
)
def test_waits(seconds: Text | None, suspend: Fields) -> None:
    inputs = (InputParameter(name="x", default=Constant.of(1)),)
    fields = leaf_fields(Suspend(seconds=seconds, inputs=inputs), write)
    assert fields == {
        "inputs": {"parameters": [{"name": "x", "default": "1"}]},
        "suspend": suspend,
    }


def test_a_person_is_offered_the_choices() -> None:
    choices = (Constant.of("yes"), Constant.of("no"))
    outputs = (
        OutputParameter(name="go", source=FromPerson(), choices=choices),
        OutputParameter(name="why", source=FromPerson(), default=Constant.of("")),
    )
    assert leaf_fields(Suspend(message="go on?", outputs=outputs), write) == {
        "metadata": {"annotations": {"couler.io/message": "go on?"}},
        "inputs": {
            "parameters": [{"name": "go", "default": "yes", "enum": ["yes", "no"]}]
        },
        "outputs": {
            "parameters": [
                {"name": "go", "valueFrom": {"supplied": {}}, "enum": ["yes", "no"]},
                {"name": "why", "valueFrom": {"supplied": {}, "default": ""}},
            ]
        },
        "suspend": {},
    }
