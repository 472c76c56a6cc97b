from __future__ import annotations

import pytest

from couler_jupyter.engines.argo.live.parts.ends import End
from couler_jupyter.engines.argo.live.parts.verdict import Verdict
from couler_jupyter.ir import Constant, Ended, Extra, Outcome, Workflow
from couler_jupyter.testing.parts import echo, flow, step


def mended(*extras: Extra) -> Workflow:
    return flow(
        "w",
        step("a", echo(), takes={"x": 1}),
        step("b", echo(), takes={"x": 1}, after=("a",)),
        step("mend", echo(), takes={"x": 1}, after=(Ended("a", (Outcome.FAILED,)),)),
        extras=extras,
    )


def leaves(what: str) -> Extra:
    return Extra(engine="argo", path="verdict", value=Constant.of(what), ignorable=True)


def ends(**phases: str) -> dict[str, End]:
    return {name: End(phase=phase) for name, phase in phases.items()}


FAILED = ends(a="Failed", b="Omitted", mend="Succeeded")


def test_a_failure_that_another_step_is_there_for_is_none() -> None:
    assert Verdict(mended()).of(FAILED) == ("Succeeded", "")
    still = FAILED | ends(mend="Failed")
    assert Verdict(mended()).of(still) == (
        "Failed",
        "step 'a' failed: Failed (and 1 more)",
    )


def test_a_workflow_may_say_that_any_failure_counts() -> None:
    assert Verdict(mended(leaves("strict"))).of(FAILED)[0] == "Failed"


@pytest.mark.parametrize(
    ("phases", "phase"),
    [
        ({"a": "Failed", "b": "Omitted", "mend": "Succeeded"}, "Failed"),
        ({"a": "Succeeded", "b": "Succeeded", "mend": "Omitted"}, "Succeeded"),
        ({"a": "Error", "b": "Succeeded", "mend": "Succeeded"}, "Succeeded"),
        ({"a": "Succeeded", "b": "Error", "mend": "Skipped"}, "Error"),
    ],
)
def test_a_workflow_may_end_as_its_last_steps_do(
    phases: dict[str, str], phase: str
) -> None:
    assert Verdict(mended(leaves("leaves"))).of(ends(**phases))[0] == phase


def test_a_failure_counts_before_an_error_and_before_what_was_killed() -> None:
    found = ends(a="Error", b="Failed") | {"mend": End(phase="Failed", killed=True)}
    assert Verdict(mended()).of(found)[1] == "step 'b' failed: Failed (and 2 more)"


def test_a_failure_that_is_waited_for_halts_nothing() -> None:
    judge = Verdict(mended())
    assert not judge.halts("a", End(phase="Failed"))
    assert judge.halts("a", End(phase="Error"))
    assert judge.halts("b", End(phase="Failed"))
    assert not judge.halts("b", End(phase="Failed", killed=True))
    assert not judge.halts("b", End(phase="Skipped"))
