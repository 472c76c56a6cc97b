"""What the corpus comes to on Airflow is what it comes to anywhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from couler_jupyter.engines.airflow import Airflow, Setting
from couler_jupyter.engines.airflow.told import TaskTold, steps_of, told_of
from couler_jupyter.errors import Unsupported
from couler_jupyter.ir import Manifest, Phase, Workflow
from couler_jupyter.testing.case import Case
from couler_jupyter.testing.corpus import CORPUS
from couler_jupyter.testing.outcome import Outcome, differences

pytestmark = pytest.mark.airflow

_NOT_IN_PROCESS = {
    "fail-fast": "tasks are run in any order there, whatever the parallelism",
    "workflow-timeout": "nobody looks at the time that the run takes there",
}
_OWN_NAME = frozenset({"run-facts"})


def _workflow(case: Case) -> Workflow:
    workflow = case.make()
    return workflow if case.name in _OWN_NAME else replace(workflow, name=case.name)


def _manifest(case: Case, engine: Airflow) -> Manifest | None:
    try:
        return engine.compile(_workflow(case))
    except Unsupported:
        return None


_EXPRESSED = [
    case.name
    for case in CORPUS.values()
    if case.runnable
    and not case.needs
    and case.name not in _NOT_IN_PROCESS
    and _manifest(case, Airflow()) is not None
]


@pytest.fixture(scope="module")
def ran(run_dags: Any, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Any]:
    """Run all of them once."""
    kept: Path = tmp_path_factory.mktemp("kept")
    engine = Airflow(setting=Setting(kept=kept.as_uri()))
    files: dict[str, str] = {}
    confs: dict[str, Any] = {}
    for name in _EXPRESSED:
        manifest = _manifest(CORPUS[name], engine)
        assert manifest is not None
        files[manifest.documents[0].filename] = manifest.documents[0].text
        confs[_workflow(CORPUS[name]).name] = dict(CORPUS[name].arguments)
    found: Mapping[str, Any] = run_dags(files, confs)
    return found


def test_enough_can_be_said() -> None:
    assert len(_EXPRESSED) >= 65


@pytest.mark.timeout(1300)
@pytest.mark.parametrize("name", _EXPRESSED)
def test_comes_to_the_same(name: str, ran: Mapping[str, Any]) -> None:
    case = CORPUS[name]
    workflow = _workflow(case)
    result = ran[workflow.name]
    assert "error" not in result, result["error"]
    told = told_of(
        steps_of(workflow, Setting()), [TaskTold(**one) for one in result["tasks"]]
    )
    run = Phase.SUCCEEDED if result["state"] == "success" else Phase.FAILED
    outcome = Outcome(steps={**told.phases, "": run}, outputs=told.outputs)
    assert case.expected is not None
    assert differences(outcome, case.expected) == []
