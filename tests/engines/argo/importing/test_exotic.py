"""Manifests of all that is valid, however odd, come back as they were."""

from __future__ import annotations

from pathlib import Path

import pytest

from couler_jupyter.engines.argo.engine import Argo
from couler_jupyter.engines.argo.importing import import_manifest
from couler_jupyter.engines.argo.importing.difference import same
from couler_jupyter.engines.kube.yaml_reading import read_text
from couler_jupyter.ir import Foreign, Raw, SubWorkflow, Workflow, own_words

FOLDER = Path(__file__).parent.parent / "linting" / "valid"
FILES = sorted(FOLDER.glob("*.yaml"))


def imported(name: str) -> dict[str, Workflow]:
    path = FOLDER / name
    return {one.name: one for one in import_manifest(path.read_text(), name)}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_comes_back_equal(path: Path) -> None:
    text = path.read_text()
    manifests = [one.value for one in read_text(text)]
    for workflow, manifest in zip(
        import_manifest(text, path.name), manifests, strict=True
    ):
        assert same(Argo().built(workflow).document, manifest)


def test_an_argument_that_is_worked_out_keeps_the_rest_as_it_is() -> None:
    workflow = imported("loops.yaml")["nested"]
    words = [one for one, _ in own_words(workflow)]
    assert not any(isinstance(one, Foreign) for one in words)
    assert isinstance(workflow["region"].template, SubWorkflow)
    assert [one.text for one in words if isinstance(one, Raw)] == [
        "{{steps.region.outputs.parameters.cities}}"
    ]
