"""Tags, expressions, `when` and `depends`, as values and trees."""

from __future__ import annotations

import pytest

from couler_jupyter.engines.argo.importing.lookup import Known
from couler_jupyter.engines.argo.reading.boolean import Unreadable
from couler_jupyter.engines.argo.reading.comparisons import read_attempt_condition
from couler_jupyter.engines.argo.reading.depends import read_depends
from couler_jupyter.engines.argo.reading.expr import LONGEST, parse
from couler_jupyter.engines.argo.reading.expressions import read_expression
from couler_jupyter.engines.argo.reading.tags import plain_tags, read_text
from couler_jupyter.engines.argo.reading.when import read_when
from couler_jupyter.ir import (
    AllOf,
    AnyOf,
    AttemptField,
    AttemptRef,
    Compare,
    Condition,
    Constant,
    Ended,
    FirstOf,
    Format,
    ItemRef,
    Json,
    Not,
    Operator,
    Outcome,
    OutputRef,
    ParameterRef,
    Raw,
    RunField,
    RunRef,
    StepField,
    StepRef,
    Value,
)

KNOWN = Known(
    parameters={"n"},
    inputs={"x"},
    steps={"a": ("result", "size"), "b-2": ("result",)},
    items=True,
    in_dag=True,
    at_end=True,
)
N, A = ParameterRef("n", of_run=True), OutputRef("a")


GE, LT, IN, NE = (
    Operator.BIGGER_EQUAL,
    Operator.SMALLER,
    Operator.IN,
    Operator.NOT_EQUAL,
)
ANY_B = Ended("b", (Outcome.ANY_SUCCEEDED,))
NO_C = Ended("c", (Outcome.ALL_FAILED,))


def equal(left: Value, right: Json, operator: Operator = Operator.EQUAL) -> Compare:
    return Compare(left, operator, Constant.of(right))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("plain { } text", "plain { } text"),
        ("{{ workflow.parameters.n }}", N),
        ("{{inputs.parameters.x}}", ParameterRef("x")),
        ("{{tasks.a.outputs.parameters.size}}", OutputRef("a", "size")),
        ("{{steps.b-2.outputs.result}}", OutputRef("b-2")),
        ("{{tasks.a.exitCode}}", StepRef("a", StepField.EXIT_CODE)),
        ("{{item}}", ItemRef()),
        ("{{item.k}}", ItemRef(("k",))),
        ("{{workflow.uid}}", RunRef(RunField.ID)),
        ("a{{item}}b", Format(("a", ItemRef(), "b"))),
        ("{{workflow.parameters.m}}", Raw("argo", "{{workflow.parameters.m}}")),
        (
            "{{tasks.a.outputs.parameters.y}}",
            Raw("argo", "{{tasks.a.outputs.parameters.y}}"),
        ),
        ("{{tasks.c.id}}", Raw("argo", "{{tasks.c.id}}")),
        ("{{open", "{{open"),
        ("{{='{{'}}x", Format(("{{", "x"))),
    ],
)
def test_texts(text: str, value: Value | str) -> None:
    assert read_text(text, KNOWN) == value


def test_blanks_in_tags() -> None:
    assert plain_tags("{{ a }} {{=  b + c }} {{") == "{{a}} {{=b + c}} {{"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("tasks['b-2'].outputs.result", OutputRef("b-2")),
        ("'it\\'s ' + item.k", Format(("it's ", ItemRef(("k",))))),
        ("a + b", None),
        ("asInt(workflow.parameters.n) + 1", None),
        ("workflow.parameters.n + workflow.parameters.n", None),
        (
            "tasks.a.status == 'Succeeded' ? tasks.a.outputs.result : 'no'",
            FirstOf((A, Constant.of("no"))),
        ),
        ("tasks.a.status == 'Failed' ? tasks.a.outputs.result : 'no'", None),
        (
            "(workflow.status == 'Error' ? 'errored' : lower(workflow.status))",
            RunRef(RunField.STATUS),
        ),
        ("string(int(retries) + 1)", AttemptRef(AttemptField.NUMBER)),
        ("'open", None),
        ("item[0]", None),
        ("f(", None),
        ("[1, 2", None),
    ],
)
def test_expressions(text: str, value: Value | None) -> None:
    assert read_expression(text, KNOWN.named) == value


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("{{workflow.parameters.n}} == 5", equal(N, 5)),
        ("'{{workflow.parameters.n}}' != \"a b\"", equal(N, "a b", Operator.NOT_EQUAL)),
        ("{{workflow.parameters.n}}", equal(N, True)),
        (
            "{{workflow.parameters.n}}>=1&&{{item}}<2",
            AllOf(
                (
                    equal(N, 1, Operator.BIGGER_EQUAL),
                    equal(ItemRef(), 2, Operator.SMALLER),
                )
            ),
        ),
        (
            "!({{item}} == x) || {{item}} in ('a', 1)",
            AnyOf(
                (Not(equal(ItemRef(), "x")), equal(ItemRef(), ["a", 1], Operator.IN))
            ),
        ),
        ("{{workflow.status}} == Error", equal(RunRef(RunField.STATUS), "errored")),
        (
            "{{tasks.a.status}} != Succeeded",
            equal(StepRef("a", StepField.PHASE), "succeeded", Operator.NOT_EQUAL),
        ),
        (
            "{{=workflow.status in ['Failed', 'Error']}}",
            equal(RunRef(RunField.STATUS), ["failed", "errored"], IN),
        ),
        ("{{=tasks.a.outputs.result == 'x'}}", equal(A, "x")),
        ("{{workflow.outputs}}", None),
        ("{{item}} =~ 'x'", None),
        ("{{item}} + 1 == 2", None),
        ("{{item}}-x == y", None),
        ("{{unknown}} == 1", None),
        ("true", None),
        ("({{item}} == 1", None),
        ("{{item}} ==", None),
        ("(" * 200 + "{{item}}" + ")" * 200, None),
    ],
)
def test_when(text: str, condition: Condition | None) -> None:
    assert read_when(text, KNOWN) == condition


def test_conditions_of_another_attempt() -> None:
    code = AttemptRef(AttemptField.EXIT_CODE)
    phase = AttemptRef(AttemptField.PHASE)
    text = "asInt(lastRetry.exitCode) > 1 && lastRetry.status != 'Error'"
    assert read_attempt_condition(text) == AllOf(
        (
            equal(code, 1, Operator.BIGGER),
            equal(phase, "errored", Operator.NOT_EQUAL),
        )
    )
    assert read_attempt_condition("lastRetry.exitCode % 2 == 1") is None


SUCCEEDED, SKIPPED = Outcome.SUCCEEDED, Outcome.SKIPPED


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("a && b-2", ("a", "b-2")),
        (
            "a || b",
            (
                AnyOf(
                    (Ended("a", (SUCCEEDED, SKIPPED)), Ended("b", (SUCCEEDED, SKIPPED)))
                ),
            ),
        ),
        ("a.Failed || a.Errored", (Ended("a", (Outcome.FAILED, Outcome.ERRORED)),)),
        ("!a.Succeeded", (Not(Ended("a", (SUCCEEDED,))),)),
        ("d.Daemoned && a", (Ended("d", (Outcome.READY,)), "a")),
        ("(a.Succeeded || a.Daemoned)", (Ended("a", (SUCCEEDED,)),)),
        ("(d.Succeeded || d.Daemoned)", (Ended("d", (SUCCEEDED, Outcome.READY)),)),
        (
            "a && (b.AnySucceeded || c.AllFailed)",
            (
                "a",
                AnyOf(
                    (
                        Ended("b", (Outcome.ANY_SUCCEEDED,)),
                        Ended("c", (Outcome.ALL_FAILED,)),
                    )
                ),
            ),
        ),
    ],
)
def test_depends(text: str, after: tuple[str | Condition, ...]) -> None:
    assert read_depends(text, daemons={"d"}) == after


@pytest.mark.parametrize("text", ["", "a &&", "a.Done", "(a", "a b", "a; b", "&& a"])
def test_depends_that_say_nothing(text: str) -> None:
    with pytest.raises(Unreadable):
        read_depends(text)


@pytest.mark.parametrize(
    "text", ["(" * 5000, "-" * 5000 + "1", "a" * (LONGEST + 1), "!" * 9999]
)
def test_deep_and_long_expressions_are_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        parse(text)
