"""What compiles for Tekton comes to the same there as on any engine."""

from __future__ import annotations

import pytest

from couler_jupyter.engines import Submitter
from couler_jupyter.ir import Phase
from couler_jupyter.testing.case import Case
from couler_jupyter.testing.runs import RunContract
from tests.engines.tekton.live.conftest import Near


class TestRuns(RunContract):
    random_runs = 4

    def why_not(self, case: Case) -> str:
        if case.name == "fail-fast":
            return "all steps begin at once: a limit of parallelism has no effect"
        assert case.expected is not None
        goes_on = case.name in ("random", "first-of-inside")
        if goes_on and case.expected.run is not Phase.SUCCEEDED:
            return "after a failure Tekton starts no further task"
        if case.name == "random" and _maps_over_nothing(case):
            return "a map over a list that turns out to be empty is skipped"
        return ""

    @pytest.fixture
    def engine(self, near: Near) -> Submitter:
        return near


def _maps_over_nothing(case: Case) -> bool:
    assert case.expected is not None
    made = (
        one for outputs in case.expected.outputs.values() for one in outputs.values()
    )
    return any(one == [] for one in made)
