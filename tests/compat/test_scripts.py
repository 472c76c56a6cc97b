"""Old scripts, unchanged: the workflow each builds, and what its run comes to."""

from __future__ import annotations

import pytest

from couler_jupyter.engines import ENGINES
from couler_jupyter.engines.finding import Source
from couler_jupyter.engines.table import LINTERS
from couler_jupyter.ir import Workflow
from couler_jupyter.session import RunHandle, Session
from tests.compat.conftest import Load
from tests.compat.scripts import SCRIPTS

RUNNABLE = [name for name, script in SCRIPTS.items() if script.run]


@pytest.mark.parametrize("name", SCRIPTS)
def test_steps_and_their_order(name: str, load: Load) -> None:
    workflow = load(name)
    waits = {one: set(found) for one, found in workflow.dependencies.items()}
    assert waits == SCRIPTS[name].after


@pytest.mark.parametrize("name", SCRIPTS)
def test_loading_again_gives_the_same(name: str, load: Load) -> None:
    assert load(name) == load(name)


def ended(workflow: Workflow) -> RunHandle:
    run = Session().submit(workflow, options={"runtime": "process"})
    run.wait(timeout=60)
    return run


@pytest.mark.parametrize("name", RUNNABLE)
def test_runs_here(name: str, load: Load) -> None:
    script = SCRIPTS[name]
    run = ended(load(name))
    found = {path: str(run.steps[path].phase) for path in script.run}
    assert found == dict(script.run)
    logs = {path: run.log(path) for path in script.printed}
    assert logs == dict(script.printed)


@pytest.mark.parametrize("name", SCRIPTS)
def test_argo_can_run_it(name: str, load: Load) -> None:
    [document] = ENGINES.get("argo")().compile(load(name)).documents
    findings = LINTERS.get("argo")().lint([Source(name, document.text)])
    assert [str(one.message) for one in findings] == []


def test_no_value_of_a_secret_is_in_a_manifest(load: Load) -> None:
    [document] = ENGINES.get("argo")().compile(load("secrets")).documents
    assert "secretKeyRef" in document.text
    assert "def-ghi" not in document.text
