"""Random runnable workflows, and the outcome worked out for them, are right and varied."""

from __future__ import annotations

from collections import Counter
from typing import Any

from hypothesis import HealthCheck, given, settings

from couler_jupyter.engines.local.scheduling.orders import Launch
from couler_jupyter.ir import Feature, Function, Phase, Workflow, features_of
from couler_jupyter.testing.case import Case
from couler_jupyter.testing.outcome import Outcome, differences
from couler_jupyter.testing.runnable import runnable_workflows
from couler_jupyter.testing.strategies import workflows
from tests.engines.local.scheduling.play import Act, Play


def act(launch: Launch) -> Act:
    """Do here and now what an attempt would do."""
    template = launch.step.template
    if not isinstance(template, Function):
        a, b = launch.inputs["a"], launch.inputs["b"]
        assert isinstance(a, int)
        assert isinstance(b, int)
        return Act(outputs={"result": (a + b) % 97})
    names: dict[str, Any] = {}
    exec(template.source, names)
    try:
        return Act(outputs={"result": names[template.entrypoint](**launch.inputs)})
    except (ValueError, AssertionError) as error:
        return Act(phase=Phase.FAILED, message=repr(error))


def test_the_rules_and_the_scheduler_agree() -> None:
    seen: Counter[str] = Counter()

    @settings(
        max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )
    @given(runnable_workflows())
    def check(case: Case) -> None:
        assert case.expected is not None
        play = Play(case.make(), act).run()
        assert play.phase is not None
        phases = {path: Phase(phase) for path, phase in play.phases.items()}
        outcome = Outcome(steps={**phases, "": play.phase}, outputs=play.outputs)
        assert not differences(outcome, case.expected)
        seen.update(features_of(case.make()))
        seen.update(case.expected.steps.values())

    check()
    wanted: set[str] = {Feature.MAP_OUTPUT, Feature.REPEAT, Feature.AFTER_PHASES}
    wanted |= {Feature.FIRST_OF, Feature.SUBWORKFLOW, Feature.WHEN, Feature.SCRIPT}
    wanted |= {Phase.SUCCEEDED, Phase.FAILED, Phase.OMITTED, Phase.SKIPPED}
    assert wanted <= seen.keys()


FEW = frozenset(
    {Feature.SCRIPT, Feature.FUNCTION, Feature.PARAMETER, Feature.WHEN, Feature.RETRY}
)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(workflows(features=FEW))
def test_random_workflows_use_only_what_they_may(workflow: Workflow) -> None:
    assert features_of(workflow) <= FEW
