"""Imported pipelines run on this machine as they do on Tekton."""

from __future__ import annotations

from pathlib import Path

import pytest

from couler_jupyter.engines.local import Local
from couler_jupyter.engines.tekton.importing import import_manifest
from couler_jupyter.ir import Json, Phase
from couler_jupyter.runs import RunStore
from couler_jupyter.testing.outcome import outcome_of

FOLDER = Path(__file__).parent / "manifests"
DONE: dict[str, dict[str, dict[str, Json]]] = {
    "results-flow": {
        "add": {"sum": "42"},
        "show": {"said": "the sum is 42"},
        "": {"sum": "42", "said": "the sum is 42"},
    },
    "pipeline-with-tasks": {
        "": {"line": "[digest of https://example.com/other.csv]"},
    },
    "guarded-by-when": {"deploy": {"told": "deployed"}},
    "finally-tasks": {"work": {"id": "17"}},
    "propagated-params": {"": {"said": "good morning"}},
    "json-run": {"as-json": {"out": "n"}},
    "python-script": {
        "make": {"numbers": ["1", "2", "3"], "card": {"size": "3"}},
        "each": {"double": ["2", "4", "6"]},
    },
}


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Local:
    return Local(RunStore(tmp_path_factory.mktemp("runs")))


@pytest.mark.parametrize("name", DONE)
def test_leaves_what_it_should(local: Local, name: str) -> None:
    (path,) = FOLDER.glob(f"{name}.*")
    (workflow,) = import_manifest(path.read_text("utf-8"), path.name)
    outcome = outcome_of(local, workflow)
    assert outcome.run is Phase.SUCCEEDED, dict(outcome.steps)
    for step, outputs in DONE[name].items():
        assert dict(outcome.outputs[step]) == outputs
    if name == "guarded-by-when":
        assert outcome.steps["skip"] is Phase.SKIPPED
    if name == "finally-tasks":
        assert outcome.steps["celebrate"] is Phase.SUCCEEDED
        assert "mourn" not in outcome.steps or not outcome.steps["mourn"].bad
