"""`set_exit_handler`: steps at the end of a run."""

from __future__ import annotations

from typing import Any

import pytest

import couler_jupyter as couler
from couler_jupyter.ir import (
    Argument,
    Outcome,
    OutputRef,
    RunField,
    RunRef,
    SubWorkflow,
)
from tests.dsl.refusal import loose, refused
from tests.dsl.samples import number, publish, use


@pytest.mark.parametrize(
    ("status", "on"),
    [
        (couler.Succeeded, (Outcome.SUCCEEDED,)),
        (couler.WFStatus.Failed, (Outcome.FAILED,)),
        (couler.Errored, (Outcome.ERRORED,)),
        ("error", (Outcome.ERRORED,)),
        (couler.Always, ()),
        ([couler.Failed, couler.Errored], (Outcome.FAILED, Outcome.ERRORED)),
        (["Failed", "always"], ()),
    ],
)
def test_for_each_end(status: Any, on: tuple[Outcome, ...]) -> None:
    with couler.workflow("w") as wf:
        number()
        couler.set_exit_handler(status, publish)
    (handler,) = wf.workflow.exit_handlers
    assert handler.on == on
    assert handler.step.name == "publish"
    assert [step.name for step in wf.workflow.steps] == ["number"]


def test_it_is_told_how_the_run_ended() -> None:
    with couler.workflow("w") as wf:
        one = number()
        couler.set_exit_handler(
            couler.Failed,
            lambda: use([couler.this_run.status, couler.this_run.failures, one]),
        )
        couler.set_exit_handler(
            couler.Always,
            lambda: couler.run_container("py", args=[couler.this_run.duration]),
        )
    first, second = (handler.step for handler in wf.workflow.exit_handlers)
    assert "run-ref" not in repr(first)
    value = first.arguments[0].value
    assert getattr(value, "items", ()) == (
        RunRef(RunField.STATUS),
        RunRef(RunField.FAILURES),
        OutputRef("number"),
    )
    assert second.arguments == (Argument("para-0", RunRef(RunField.DURATION)),)


def test_several_steps_are_one_handler() -> None:
    def report() -> None:
        publish(use(couler.this_run.status))

    with couler.workflow("w") as wf:
        number()
        handle = couler.set_exit_handler(couler.Always, report)
        assert handle.name == "report"
    (handler,) = wf.workflow.exit_handlers
    assert isinstance(handler.step.template, SubWorkflow)
    assert handler.step.arguments == (Argument("run-status", RunRef(RunField.STATUS)),)
    assert [s.name for s in handler.step.template.workflow.steps] == ["use", "publish"]


def test_names_are_shared_with_the_steps() -> None:
    with couler.workflow("w") as wf:
        publish()
        couler.set_exit_handler(couler.Always, publish)
        couler.set_exit_handler(couler.Always, publish)
    assert [h.step.name for h in wf.workflow.exit_handlers] == [
        "publish-2",
        "publish-3",
    ]


@pytest.mark.parametrize(
    ("call", "what"),
    [
        (
            lambda: loose.set_exit_handler("Done", publish),
            "Succeeded, Failed, Error, Always, not",
        ),
        (
            lambda: loose.set_exit_handler(loose.Failed, publish()),
            "that step runs already",
        ),
        (lambda: loose.set_exit_handler(loose.Failed, lambda: None), "adds no step"),
    ],
)
def test_misuse(call: Any, what: str) -> None:
    with pytest.raises(couler.BuildFailed, match=what), couler.workflow("w"):
        call()


def test_the_end_is_known_only_at_the_end() -> None:
    with refused("status is known only to exit", couler.InvalidWorkflow):
        use(couler.this_run.status)
