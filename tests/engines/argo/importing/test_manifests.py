"""Manifests as people write them: in, out, and the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from couler_jupyter.engines.argo.engine import Argo
from couler_jupyter.engines.argo.importing import import_manifest
from couler_jupyter.engines.argo.importing.difference import same
from couler_jupyter.engines.kube.yaml_reading import read_text
from couler_jupyter.ir import Container, from_json, to_json

FOLDER = Path(__file__).parent / "manifests"
FILES = sorted(FOLDER.iterdir())


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


def test_an_older_spelling_is_read_beside_what_has_no_word() -> None:
    text = (FOLDER / "cron-old-with-more.yaml").read_text("utf-8")
    (workflow,) = import_manifest(text, "nightly")
    assert workflow.schedule is not None
    assert workflow.schedule.crons == ("0 3 * * *",)
    assert isinstance(workflow["sweep"].template, Container)
    essential = [one.path for one in workflow.extras if not one.ignorable]
    assert essential == ["spec.workflowSpec.podPriority"]
