"""Runs of the tests of passes, on the local engine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from couler_jupyter.engines.local import Local
from couler_jupyter.ir import Workflow
from couler_jupyter.runs import RunStore
from couler_jupyter.testing.case import Case
from couler_jupyter.testing.outcome import Outcome, outcome_of


class RunsHere:
    """Gives a contract what runs workflows."""

    @pytest.fixture
    def run(self, tmp_path: Path) -> Callable[[Case, Workflow], Outcome]:
        engine = Local(RunStore(tmp_path))

        def run(case: Case, workflow: Workflow) -> Outcome:
            return outcome_of(
                engine, workflow, arguments=case.arguments, typed=case.typed
            )

        return run
