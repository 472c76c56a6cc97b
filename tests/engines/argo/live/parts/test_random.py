"""Random workflows in random parts, beside the same in one piece."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from couler_jupyter.ir import PartMode, Parts, Workflow
from couler_jupyter.testing.case import Case
from couler_jupyter.testing.kube.operation import Played
from couler_jupyter.testing.runnable import runnable_workflows
from tests.engines.argo.live.parts.conftest import Stage
from tests.engines.argo.live.parts.test_corpus import played

ENDS = {
    f"s{number}": Played(phase, message="Error (exit code 1)")
    for number, phase in ((2, "Failed"), (5, "Error"))
}


def cut(workflow: Workflow, rng: Random) -> Workflow:
    """Return a workflow in stretches of its order."""
    order = workflow.order
    ends = sorted(
        rng.sample(range(1, len(order)), min(len(order) - 1, rng.randint(1, 4)))
    )
    members = tuple(
        tuple(order[start:end])
        for start, end in zip([0, *ends], [*ends, len(order)], strict=True)
    )
    mode, live = rng.choice([*PartMode]), rng.randint(1, 3)
    return replace(workflow, parts=Parts(members=members, mode=mode, live=live))


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(runnable_workflows(), st.randoms(use_true_random=False), st.booleans())
def test_come_to_the_same_in_parts(
    stage: Stage, case: Case, rng: Random, fails: bool
) -> None:
    whole = replace(case.make(), parts=None)
    assume(len(whole.steps) > 1)
    parts = cut(whole, rng)
    assume(not stage.engine.problems(parts))
    stage.script.ends = dict(ENDS) if fails else {}
    expected = stage.story(played(stage, case, whole))
    come = stage.story(played(stage, case, parts))
    run, other = expected.pop(""), come.pop("")
    assert come == expected
    # of failures and errors Argo counts the last in the order of the tasks
    assert run == other or (run[0].bad and other[0].bad)
