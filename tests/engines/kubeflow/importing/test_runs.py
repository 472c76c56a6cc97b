"""Imported PipelineSpecs run on this machine as they do on Kubeflow."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import pytest

from couler_jupyter.engines.kubeflow.importing import import_manifest
from couler_jupyter.engines.local import Local
from couler_jupyter.ir import Json, Manifest, Phase, Run, Workflow
from couler_jupyter.runs import RunStore
from couler_jupyter.testing.outcome import outcome_of

FOLDER = Path(__file__).parent / "manifests"
_NOTHING: Mapping[str, Json] = MappingProxyType({})
DONE: dict[str, dict[str, dict[str, Json]]] = {
    "as-json": {"say": {"out": "y is 5"}},
    "conditions": {"shout-4": {"out": "tail!!"}},
    "files": {"read": {"text": "in a file"}},
    "loops": {"": {"Output": 14}},
    "outer": {"": {"Output": 6561}},
    "parts-of-items": {},
    "says-at-the-end": {},
}


class _Here(Local):
    """Runs commands of containers on the machine itself."""

    def submit(
        self,
        workflow: Workflow | Manifest,
        *,
        arguments: Mapping[str, Json] = _NOTHING,
        options: Mapping[str, Json] = _NOTHING,
    ) -> Run:
        chosen = {**options, "runtime": "process"}
        return super().submit(workflow, arguments=arguments, options=chosen)


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Local:
    return _Here(RunStore(tmp_path_factory.mktemp("runs")))


@pytest.mark.parametrize("name", DONE)
def test_leaves_what_it_should(here: Local, name: str) -> None:
    (path,) = FOLDER.glob(f"{name}.*")
    (workflow,) = import_manifest(path.read_text("utf-8"), path.name)
    outcome = outcome_of(here, workflow)
    assert outcome.run is Phase.SUCCEEDED, dict(outcome.steps)
    for step, outputs in DONE[name].items():
        assert dict(outcome.outputs[step]) == outputs
