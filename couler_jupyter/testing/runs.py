"""The contract of an engine that runs workflows, as a test class to inherit."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, assume, given, settings

from couler_jupyter.engines import Engine, Submitter
from couler_jupyter.testing.case import Case, Need
from couler_jupyter.testing.corpus import CORPUS
from couler_jupyter.testing.outcome import differences, outcome_of
from couler_jupyter.testing.runnable import runnable_workflows

RUNNABLE = tuple(name for name, case in CORPUS.items() if case.runnable)


class RunContract:
    """Subclass it, override `engine`, and each case of the corpus must come out right.

    Override `containers` where the engine can run some: it makes the tests' image
    available, or skips with the reason.
    """

    patience = 60.0
    random_runs = 12

    @pytest.fixture
    def engine(self) -> Submitter:
        """Return the engine under test."""
        raise NotImplementedError

    @pytest.fixture
    def containers(self) -> None:
        """Make containers available."""
        pytest.skip("no containers for this engine")

    def why_not(self, case: Case) -> str:  # noqa: ARG002
        """Return why a case comes out otherwise here, by design; empty if it does not."""
        return ""

    @pytest.fixture(params=RUNNABLE)
    def case(self, request: pytest.FixtureRequest) -> Case:
        """Return each case that says what its run comes to."""
        case = CORPUS[request.param]
        if Need.CONTAINERS in case.needs:
            request.getfixturevalue("containers")
        return case

    def test_comes_to_what_is_expected(self, engine: Submitter, case: Case) -> None:
        """The same phases and the same outputs on every engine."""
        workflow = case.make()
        if isinstance(engine, Engine) and (why := engine.problems(workflow)):
            pytest.skip("; ".join(map(str, why)))
        if reason := self.why_not(case):
            pytest.skip(reason)
        outcome = outcome_of(
            engine,
            workflow,
            arguments=case.arguments,
            typed=case.typed,
            patience=self.patience,
        )
        assert case.expected is not None
        assert differences(outcome, case.expected) == []

    def test_random_workflows_come_to_what_the_rules_say(
        self, engine: Submitter
    ) -> None:
        """The rules are worked out without the engine, step by step."""

        @settings(
            max_examples=self.random_runs,
            deadline=None,
            database=None,
            suppress_health_check=[HealthCheck.filter_too_much],
        )
        @given(runnable_workflows())
        def check(case: Case) -> None:
            workflow = case.make()
            if isinstance(engine, Engine):
                assume(not engine.problems(workflow))
            assume(not self.why_not(case))
            outcome = outcome_of(engine, workflow, patience=self.patience)
            assert case.expected is not None
            assert differences(outcome, case.expected) == []

        check()
