"""`suspend`: waiting for time or for a person."""

from __future__ import annotations

import couler_jupyter as couler
from couler_jupyter.ir import (
    Constant,
    FromPerson,
    InputRef,
    OutputParameter,
    Suspend,
    ValueType,
)
from tests.dsl.refusal import refused
from tests.dsl.samples import number, publish


def test_time_and_people() -> None:
    with couler.workflow("w") as wf:
        couler.suspend("1h30m")
        couler.suspend(number(), step_name="later")
        answer = couler.suspend(
            message="fine?",
            outputs={
                "ok": bool,
                "why": couler.from_person(default="", choices=("", "slow")),
            },
            step_name="ask",
        )
        couler.when(answer.ok, publish)
    assert wf.workflow["suspend"].template == Suspend(seconds="5400")
    later = wf.workflow["later"].template
    assert isinstance(later, Suspend)
    assert later.seconds == InputRef("para-0")
    assert wf.workflow["ask"].template == Suspend(
        message="fine?",
        outputs=(
            OutputParameter(name="ok", source=FromPerson(), type=ValueType.BOOLEAN),
            OutputParameter(
                name="why",
                source=FromPerson(),
                type=ValueType.STRING,
                default=Constant('""'),
                choices=(Constant('""'), Constant('"slow"')),
            ),
        ),
    )
    assert wf.workflow["publish"].dependencies == ("ask",)


def test_outputs_need_types() -> None:
    with refused("outputs must be a mapping"):
        couler.suspend(outputs=["ok"])


def test_what_a_person_does_not_give() -> None:
    with refused("step 'suspend' has no output; give it outputs"):
        couler.run_container("py", args=[couler.suspend()])
