"""Texts that hold nothing of Tekton, or not as it must be: one line, with the place."""

from __future__ import annotations

from dataclasses import replace

import pytest

from couler_jupyter.engines.tekton.engine import Tekton
from couler_jupyter.engines.tekton.importing import TektonImporter, import_manifest
from couler_jupyter.errors import InvalidDocument, Unsupported
from couler_jupyter.ir import Foreign

HEAD = "apiVersion: tekton.dev/v1\nkind: Pipeline\nmetadata: {name: p}\n"
BOMB = "\n".join(
    [
        "apiVersion: tekton.dev/v1",
        "kind: Pipeline",
        "a: &a [x, x, x, x, x, x, x, x, x, x]",
        *(
            f"{new}: &{new} [{', '.join([f'*{old}'] * 10)}]"
            for old, new in zip("abcdefgh", "bcdefghi", strict=True)
        ),
    ]
)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "t.yaml: it holds no manifest"),
        ("apiVersion: tekton.dev/v1\n\tx: 1", "t.yaml, line 2, column 1"),
        ("- apiVersion: tekton.dev/v1", "a manifest is an object"),
        ("apiVersion: 5\nkind: Pipeline", "an apiVersion and a kind"),
        ("apiVersion: tekton.dev/v9\nkind: Task", "line 1, column 13: tekton.dev/v9"),
        ("apiVersion: tekton.dev/v1\nkind: Poem", "kind 'Poem' is unknown; known: Pip"),
        (HEAD, "spec must be an object"),
        (HEAD + "spec: [1]", "line 4, column 7: spec must be an object"),
        (HEAD + "spec: {tasks: 5}", "line 4, column 15: tasks must be a list"),
        (HEAD + "spec: {tasks: [5]}", "tasks holds objects; this is none"),
        (
            HEAD + "spec: {tasks: [{name: {}}]}",
            "one of tasks needs a name that is text",
        ),
        (HEAD + "spec: {tasks: [{name: y}]}", "one of tasks needs a name that is text"),
        (
            HEAD + "spec: {tasks: [{name: a, taskSpec: x}]}",
            "line 4, column 36: taskSpec must be an object",
        ),
        (HEAD + "spec: {params: {a: 1}}", "params must be a list"),
        (HEAD + "spec: {tasks: [{name: a, runAfter: 5}]}", "runAfter must be a list"),
        (HEAD + "spec: {tasks: [{name: a, runAfter: [no]}]}", "runAfter holds texts"),
        (HEAD + "spec: {tasks: [{name: a, taskRef: {name: 5}}]}", "name must be text"),
        ("kind: Pipeline\napiVersion: tekton.dev/v1\nspec: &a {tasks: *a}", "line 3"),
        (BOMB, "t.yaml, line"),
        (HEAD + "spec: " + "[" * 500, "t.yaml, line 4"),
        (HEAD + "spec: !!python/object:os.system {}", "t.yaml, line 4"),
        (
            "apiVersion: tekton.dev/v1beta1\nkind: StepAction\nmetadata: {name: s}",
            "it holds nothing of Tekton that runs; known: Pipeline, PipelineRun",
        ),
    ],
)
def test_is_told_in_one_line(text: str, says: str) -> None:
    with pytest.raises(InvalidDocument) as caught:
        import_manifest(text, "t.yaml")
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "spec",
    [
        "{tasks: []}",
        "{tasks: [{name: a, taskSpec: {}}, {name: a, taskSpec: {}}]}",
        "{tasks: [{name: a, runAfter: [b], taskSpec: {}}]}",
        "{tasks: [{name: a, runAfter: [a], taskSpec: {}}]}",
        "{tasks: [{name: a, retries: many, taskSpec: {}}]}",
        "{tasks: [{name: a, when: [{operator: like}], taskSpec: {}}]}",
        "{unheard: of}",
        "{params: [{name: x, type: tensor}], tasks: [{name: a, taskSpec: {}}]}",
    ],
)
def test_what_makes_no_workflow_is_kept_whole(spec: str) -> None:
    (workflow,) = import_manifest(f"{HEAD}spec: {spec}", "t.yaml")
    (step,) = workflow.steps
    assert isinstance(step.template, Foreign)
    assert Tekton().compile(workflow).documents
    with pytest.raises(Unsupported, match="create it with kubectl"):
        Tekton().built(workflow)
    two = replace(workflow, steps=(step, replace(step, name="other")))
    with pytest.raises(Unsupported, match="no task among others"):
        Tekton().compile(two)


def test_knows_its_own_texts() -> None:
    importer = TektonImporter()
    assert importer.recognizes(HEAD)
    assert importer.recognizes('{"kind": "Task", "apiVersion": "tekton.dev/v1"}')
    assert not importer.recognizes("apiVersion: argoproj.io/v1alpha1\nkind: Workflow")
    assert not importer.recognizes("apiVersion: triggers.tekton.dev/v1beta1\n")
