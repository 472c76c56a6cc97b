"""Texts that are no PipelineSpec: one line, with the place."""

from __future__ import annotations

import pytest

from couler_jupyter.engines.kubeflow.importing import KubeflowImporter, import_manifest
from couler_jupyter.errors import InvalidDocument
from couler_jupyter.ir import Foreign
from couler_jupyter.session.load import importer_of

HEAD = "schemaVersion: 2.1.0\npipelineInfo: {name: p}\n"
TASK = "a: {componentRef: {name: comp-a}}"
ROOT = f"root: {{dag: {{tasks: {{{TASK}}}}}}}\n"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "p.yaml: it holds no pipeline"),
        ("a: [", "p.yaml, line 2"),
        ("- 1", "a PipelineSpec is an object"),
        ("schemaVersion: 2.1\nroot: {}", "schemaVersion must be text"),
        (HEAD, "root is missing"),
        (HEAD + "root: 5", "line 3, column 7: root must be an object"),
        (HEAD + "root: {}", "root has no dag"),
        (HEAD + "root: {dag: {tasks: []}}", "a dag has tasks, by their names"),
        (HEAD + "root: {dag: {tasks: {a: 5}}}", "task 'a' must be an object"),
        (HEAD + "root: {dag: {tasks: {a: {}}}}", "task 'a' has no componentRef"),
        (HEAD + ROOT + "components: {c: 1}", "a component must be an object"),
        (HEAD + ROOT + "---\na: 1", "line 5, column 1: behind a PipelineSpec stands"),
        (
            HEAD + ROOT + "---\nplatforms: {vertex: {}}",
            "kubernetes is the only platform",
        ),
        (
            HEAD + ROOT + 2 * "---\nplatforms: {kubernetes: {}}\n",
            "one platform document at the most",
        ),
        (HEAD + "root: &a {dag: *a}", "p.yaml, line 3"),
        (HEAD + "root: " + "[" * 500, "p.yaml, line 3"),
    ],
)
def test_is_told_in_one_line(text: str, says: str) -> None:
    with pytest.raises(InvalidDocument) as caught:
        import_manifest(text, "p.yaml")
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "rest",
    [
        "",
        "components: {comp-a: {}}",
        "components: {comp-a: {executorLabel: exec-a}}",
        f"components: {{comp-a: {{dag: {{tasks: {{{TASK}}}}}}}}}",
        "unheard: of",
    ],
)
def test_what_makes_no_workflow_is_kept_whole(rest: str) -> None:
    (workflow,) = import_manifest(HEAD + ROOT + rest, "p.yaml")
    (step,) = workflow.steps
    assert isinstance(step.template, Foreign)


def test_its_texts_are_told_from_others() -> None:
    assert isinstance(importer_of(HEAD + ROOT), KubeflowImporter)
    as_json = '{"schemaVersion": "2.1.0", "root": {}}'
    assert isinstance(importer_of(as_json), KubeflowImporter)
    assert importer_of("schemaVersion: 1\nroot: {}") is None
    assert importer_of("format: couler-workflow\nversion: 1") is None
