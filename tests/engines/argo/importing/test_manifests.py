"""Manifests as people write them: in, out, and the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from couler_jupyter.engines.argo.engine import Argo
from couler_jupyter.engines.argo.importing import import_manifest
from couler_jupyter.engines.argo.importing.difference import same
from couler_jupyter.engines.kube.yaml_reading import read_text
from couler_jupyter.ir import from_json, to_json

FILES = sorted((Path(__file__).parent / "manifests").iterdir())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_comes_back_equal(path: Path) -> None:
    text = path.read_text("utf-8")
    workflows = import_manifest(text, path.name)
    written = [one.value for one in read_text(text)]
    assert len(workflows) == len(written)
    for workflow, manifest in zip(workflows, written, strict=True):
        (document,) = Argo().compile(workflow).documents
        (again,) = read_text(document.text)
        assert same(again.value, manifest)
        assert from_json(to_json(workflow)) == workflow
