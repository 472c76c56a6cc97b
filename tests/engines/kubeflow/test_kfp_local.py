"""Kubeflow's own local runner comes to the same as the local engine, case by case.

All cases run in one process of an environment that has kfp: scripts/setup-kfp makes it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from couler_jupyter.engines.following.kept import loaded_value
from couler_jupyter.engines.kubeflow.engine import Kubeflow
from couler_jupyter.engines.kubeflow.live.paths import Paths
from couler_jupyter.engines.kubeflow.live.standing import run_standing
from couler_jupyter.engines.kubeflow.live.tasks import seen_by_tasks
from couler_jupyter.engines.kubeflow.names import port_name
from couler_jupyter.engines.kubeflow.wrapping import HOME
from couler_jupyter.ir import as_text
from couler_jupyter.testing.corpus import CORPUS
from couler_jupyter.testing.outcome import Outcome, differences

pytestmark = [pytest.mark.timeout(240), pytest.mark.slow]
_ROOT = Path(__file__).parents[3]
_PYTHON = _ROOT / ".venv-kfp" / "bin" / "python"
_ENGINE = Kubeflow()
_NOT_THERE = {
    "timeout": "it has no time limits",
    "workflow-timeout": "it has no time limits",
    "map-empty": "it does not know the outputs of a loop without items",
    **dict.fromkeys(
        (
            "artifact-file",
            "artifact-folder",
            "artifact-archive",
            "artifact-default",
            "artifact-inline",
            "artifact-of-a-function",
            "workflow-artifact",
        ),
        "it knows artifacts of kfp's own Python programs alone",
    ),
}
_CASES = [
    name
    for name, case in CORPUS.items()
    if case.expected is not None
    and name not in _NOT_THERE
    and not _ENGINE.problems(case.make())
]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Run all cases in one process of kfp's environment."""
    if not _PYTHON.exists():
        pytest.skip("no kfp: run scripts/setup-kfp")
    folder = tmp_path_factory.mktemp("kfp")
    cases = {name: _given(name, folder) for name in _CASES}
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        [_PYTHON, Path(__file__).with_name("run_kfp.py"), folder],
        input=json.dumps(cases),
        capture_output=True,
        env={**os.environ, "PATH": path, "PYTHONPATH": ""},
        text=True,
        check=False,
        timeout=200,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("name", _CASES)
def test_same_outcome(name: str, runs: dict[str, Any]) -> None:
    """Phases of all steps, and what they left."""
    case, run = CORPUS[name], runs[name]
    workflow = _ENGINE.lower(case.make())
    seen = seen_by_tasks(run)
    told = Paths(workflow, _ENGINE.image).told(seen, over=True)
    steps = {path: one.standing.phase for path, one in told.items()}
    outputs = {
        path: {key: loaded_value(value) for key, value in one.outputs.items()}
        for path, one in told.items()
    }
    outcome = Outcome(steps={**steps, "": run_standing(run).phase}, outputs=outputs)
    assert case.expected is not None
    assert differences(outcome, case.expected) == []


def _given(name: str, folder: Path) -> tuple[str, dict[str, str]]:
    case = CORPUS[name]
    text = _ENGINE.compile(case.make()).documents[0].text
    home = folder / name
    given = {port_name(key): as_text(value) for key, value in case.arguments.items()}
    return text.replace(HOME, str(home)), given
