"""Runs of the tests of passes, on the local engine."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from couler_jupyter.engines.local import Local
from couler_jupyter.ir import Workflow, to_json
from couler_jupyter.runs import RunStore
from couler_jupyter.testing.case import Case
from couler_jupyter.testing.outcome import Outcome, outcome_of


class RunsOnce:
    """Runs each workflow once, in a store of its own: every pass is given the same ones."""

    def __init__(self, folder: Callable[[str], Path]) -> None:
        self._folder = folder
        self._known: dict[str, tuple[Outcome, Path]] = {}

    def __call__(self, case: Case, workflow: Workflow) -> Outcome:
        return self._run(case, workflow)[0]

    def place(self, case: Case, workflow: Workflow) -> Path:
        """Return the store that holds this run alone."""
        return self._run(case, workflow)[1]

    def _run(self, case: Case, workflow: Workflow) -> tuple[Outcome, Path]:
        given = (to_json(workflow), dict(case.arguments), dict(case.typed))
        key = json.dumps(given)
        if key not in self._known:
            folder = self._folder("run")
            outcome = outcome_of(
                Local(RunStore(folder)),
                workflow,
                arguments=case.arguments,
                typed=case.typed,
            )
            self._known[key] = outcome, folder
        return self._known[key]


class RunsHere:
    """Gives a contract what runs workflows."""

    @pytest.fixture
    def run(self, runs_once: RunsOnce) -> RunsOnce:
        return runs_once
