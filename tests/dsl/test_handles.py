"""What a step gives while a workflow is written, and what cannot be done with it."""

from __future__ import annotations

import copy
import operator
from collections.abc import Callable
from typing import Any

import pytest

import couler_jupyter as couler
from couler_jupyter.ir import (
    Compare,
    Constant,
    DictOf,
    FirstOf,
    Format,
    GlobalRef,
    ListOf,
    Operator,
    OutputRef,
    Raw,
    StepField,
    StepRef,
    Value,
)
from tests.dsl.refusal import refused
from tests.dsl.samples import number, publish, split, use


def given_to_use(make: Callable[[Any], object]) -> Value:
    """Return the value of what `make` makes of an output."""
    with couler.workflow("w") as wf:
        use(make(number()))
    value = wf.workflow["use"].arguments[0].value
    assert not isinstance(value, couler.Managed)
    return value  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("make", "value"),
    [
        (lambda one: one.result, OutputRef("number")),
        (lambda one: one.output("result"), OutputRef("number")),
        (lambda one: one["result"], OutputRef("number")),
        (lambda one: one[0], OutputRef("number")),
        (lambda one: one["loss"], OutputRef("number", "loss")),
        (lambda one: one.exit_code, StepRef("number", StepField.EXIT_CODE)),
        (lambda one: one.phase, StepRef("number", StepField.PHASE)),
        (lambda one: one.started, StepRef("number", StepField.STARTED)),
        (lambda one: one.finished, StepRef("number", StepField.FINISHED)),
        (lambda one: one.id, StepRef("number", StepField.ID)),
        (
            lambda one: couler.first_of(one, 3),
            FirstOf((OutputRef("number"), Constant("3"))),
        ),
        (lambda one: couler.global_output("x"), GlobalRef("x")),
        (lambda one: couler.raw("argo", "{{x}}"), Raw("argo", "{{x}}")),
        (
            lambda one: couler.format("{a}-{}-{:.2f}-{{}}-{}", one, 0.123, True, a="x"),
            Format(
                ("x", "-", OutputRef("number"), "-", "0.12", "-", "{", "}", "-", "true")
            ),
        ),
        (
            lambda one: couler.format("{1}{0}", 1, couler.format("<{}>", one)),
            Format(("<", OutputRef("number"), ">", "1")),
        ),
        (
            lambda one: couler.format("{}-{}", [1, one], {"a": (one,)}),
            Format(
                (
                    ListOf((Constant.of(1), OutputRef("number"))),
                    "-",
                    DictOf((("a", ListOf((OutputRef("number"),))),)),
                )
            ),
        ),
    ],
)
def test_values(make: Callable[[Any], object], value: Value) -> None:
    found = given_to_use(make)
    if isinstance(found, Format):
        text = "".join(part for part in found.parts if isinstance(part, str))
        assert isinstance(value, Format)
        assert text == "".join(part for part in value.parts if isinstance(part, str))
        found = Format(tuple(part for part in found.parts if not isinstance(part, str)))
        value = Format(tuple(part for part in value.parts if not isinstance(part, str)))
    assert found == value


@pytest.mark.parametrize("what", ["{}", "{1}", "{name}", "{:d}", "{!r}", "{", "{0.x}"])
def test_formats_that_cannot_be(what: str) -> None:
    def make(one: object) -> object:
        return couler.format(what, *([] if what in {"{}", "{0.x}"} else [one]))

    with pytest.raises(couler.BuildFailed, match=r"couler\.format: "):
        given_to_use(make)


COMPUTE = "is known only when the workflow runs; compute with it in a step"


@pytest.mark.parametrize(
    ("misuse", "what"),
    [
        (lambda one: one + 1, COMPUTE),
        (lambda one: 1 + one, COMPUTE),
        (lambda one: -one, COMPUTE),
        (lambda one: one / 2, COMPUTE),
        (round, COMPUTE),
        (int, COMPUTE),
        (float, COMPUTE),
        (lambda one: [1, 2][one], COMPUTE),
        (bool, "compare it and give the condition to couler.when"),
        (lambda one: 1 if one else 2, "couler.when"),
        (len, "take it apart in a step"),
        (lambda one: 3 in one, "couler.is_in makes a condition of it"),
        (list, "use couler.map_"),
        (lambda one: [*one], "use couler.map_"),
        (lambda one: f"{one}", r"couler.format\('... \{\}', it\)"),
        (str, "couler.format"),
        ("a{}".format, "couler.format"),
        (lambda one: "a%s" % one, "couler.format"),  # noqa: UP031
        (open, "couler.format"),
        (lambda one: one.result[0], "take it apart in a step"),
        (lambda one: bool(one > 1), "combine conditions with &"),
        (lambda one: one > 1 and one < 2, "combine conditions with &"),
        (lambda one: 0 < one < 2, "combine conditions with &"),
        (lambda one: not one > 1, "combine conditions with &"),
        (lambda one: one in [1, 2], "combine conditions with &"),
    ],
)
def test_misuse_is_one_clean_line(misuse: Callable[[Any], object], what: str) -> None:
    with pytest.raises(couler.BuildFailed, match=what) as caught, couler.workflow("w"):
        misuse(number())
    assert "\n" not in str(caught.value)
    assert "test_handles.py, line" in str(caught.value)


def test_an_output_that_is_not_there() -> None:
    with refused("step 'split' has no output 'row'; did you mean 'rows'"):
        use(split("x").row)
    with couler.workflow("w"):
        one = number()
        assert not hasattr(one, "nothing")
        assert not hasattr(one, "_repr_html_")
        with pytest.raises(IndexError):
            one[5]


def test_handles_can_be_shown_and_kept() -> None:
    with couler.workflow("w"):
        one = number()
        assert repr(one) == "<the result of step 'number'>"
        assert repr(one.result) == "<output 'result' of step 'number'>"
        assert {one: 1}[one] == 1
        assert copy.copy(one).name == "number"
        assert {"exit_code", "rows", "train"} <= {*dir(split("x"))}


@pytest.mark.parametrize(
    ("compare", "word"),
    [
        (operator.gt, Operator.BIGGER),
        (operator.ge, Operator.BIGGER_EQUAL),
        (operator.lt, Operator.SMALLER),
        (operator.le, Operator.SMALLER_EQUAL),
        (operator.eq, Operator.EQUAL),
        (operator.ne, Operator.NOT_EQUAL),
        (couler.bigger, Operator.BIGGER),
        (couler.bigger_equal, Operator.BIGGER_EQUAL),
        (couler.smaller, Operator.SMALLER),
        (couler.smaller_equal, Operator.SMALLER_EQUAL),
        (couler.equal, Operator.EQUAL),
        (couler.not_equal, Operator.NOT_EQUAL),
        (couler.is_in, Operator.IN),
        (couler.is_not_in, Operator.NOT_IN),
    ],
)
def test_comparisons(compare: Callable[[Any, Any], Any], word: Operator) -> None:
    with couler.workflow("w") as wf:
        couler.when(compare(number(), 3), publish)
    assert wf.workflow["publish"].when == Compare(
        OutputRef("number"), word, Constant("3")
    )


def test_a_step_with_several_outputs_must_say_which() -> None:
    with refused(r"several outputs \(a, b\); choose one"):
        use(couler.run_container("py", output=["/a", "/b"]))
