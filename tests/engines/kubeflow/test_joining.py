"""What does without outputs: skipped ones can be joined, failed ones cannot."""

from __future__ import annotations

from couler_jupyter.engines.kubeflow import Kubeflow
from couler_jupyter.ir import (
    Compare,
    Constant,
    FirstOf,
    ListOf,
    Operator,
    OutputRef,
    Value,
    Workflow,
)
from couler_jupyter.testing.parts import echo, flow, sh, step

_HEADS = Compare(OutputRef("flip"), Operator.EQUAL, Constant.of("heads"))


def _problems(value: Value) -> list[str]:
    made: Workflow = flow(
        "joins",
        step("flip", sh("echo heads")),
        step("won", sh("echo won"), when=_HEADS),
        step("after", sh("echo more"), after=("won",)),
        step("end", echo(), takes={"x": value}),
    )
    return [str(one) for one in Kubeflow().problems(made)]


def test_what_may_be_skipped_is_joined() -> None:
    assert not _problems(FirstOf((OutputRef("won"), OutputRef("flip"))))
    assert not _problems(FirstOf((OutputRef("after"), Constant.of("none"))))


def test_what_can_only_fail_is_not() -> None:
    (told,) = _problems(ListOf((FirstOf((OutputRef("flip"), Constant.of("none"))),)))
    assert "step 'end' does without an output of 'flip' only where that fails" in told
