"""What is no manifest is refused in a line that says what and where."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from couler_jupyter.engines.argo.importing import import_manifest, is_manifest
from couler_jupyter.errors import InvalidDocument
from couler_jupyter.session import LOADERS, load_file

HEAD = "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\n"
GOOD = (
    HEAD
    + "metadata: {name: w}\nspec:\n  entrypoint: a\n  templates:\n    - {name: a, suspend: {}}\n"
)
LAUGHS = "\n".join(
    [HEAD + "a0: &a0 [lol, lol]"]
    + [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 10)]
)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "w.yaml: it holds no manifest"),
        ("- a\n", "w.yaml, line 1, column 1: a manifest is an object"),
        (HEAD + "spec: [", "line 4"),
        (HEAD + "kind: Job\nspec: {}\n", "key 'kind' stands twice"),
        (
            "apiVersion: v1\nkind: Pod\nspec: {}\n",
            "line 1, column 13: v1 is nothing of Argo",
        ),
        (
            "apiVersion: argoproj.io/v2\nkind: Workflow\nspec: {}\n",
            "argoproj.io/v2 is unknown",
        ),
        (
            HEAD.replace("Workflow", "Sensor") + "spec: {}\n",
            "line 2, column 7: kind 'Sensor' is no",
        ),
        (HEAD + "spec: 5\n", "line 3, column 7: spec must be an object"),
        (HEAD + "metadata: 5\nspec: {}\n", "metadata must be an object"),
        (
            HEAD.replace("Workflow", "CronWorkflow") + "spec: {}\n",
            "workflowSpec must be an object",
        ),
        (HEAD + "spec: !!python/object:os.system {}\n", "line 3"),
        (LAUGHS, "line 8"),
    ],
)
def test_says_what_and_where(text: str, says: str) -> None:
    with pytest.raises(InvalidDocument) as caught:
        import_manifest(text, "w.yaml")
    assert says in str(caught.value)
    assert str(caught.value).startswith("w.yaml")


def test_one_bad_document_of_several_is_named() -> None:
    with pytest.raises(
        InvalidDocument, match="line 9, column 13: v1 is nothing of Argo"
    ):
        import_manifest(GOOD + "---\napiVersion: v1\nkind: Secret\n", "w.yaml")


def test_huge_files_are_not_read(tmp_path: Path) -> None:
    path = tmp_path / "w.yaml"
    path.write_text(GOOD + "# " + "x" * 50_000_000)
    start = time.process_time()
    with pytest.raises(InvalidDocument, match="more than 16 MiB"):
        load_file(path, LOADERS)
    assert time.process_time() - start < 5


def test_two_of_one_name_cannot_be_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "w.yaml"
    path.write_text(GOOD + "---\n" + GOOD)
    with pytest.raises(InvalidDocument, match="two workflows are named 'w'"):
        load_file(path, LOADERS)


def test_exponential_nesting_is_bounded() -> None:
    graphs = [
        f"    - name: g{i}\n      steps: [[{{name: a, template: g{i + 1}}}, "
        f"{{name: b, template: g{i + 1}}}]]\n"
        for i in range(60)
    ]
    text = HEAD + "metadata: {name: w}\nspec:\n  entrypoint: g0\n  templates:\n"
    text += "".join(graphs) + "    - {name: g60, suspend: {}}\n"
    (workflow,) = import_manifest(text, "w.yaml")
    assert workflow.size < 100_000


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        (GOOD, True),
        ('{"kind": "Workflow", "apiVersion": "argoproj.io/v1alpha1"}', True),
        ("# x\napiVersion: 'argoproj.io/v1alpha1'\n", True),
        ("format: couler-workflow\n", False),
        ("apiVersion: batch/v1\n", False),
    ],
)
def test_recognizes_manifests(text: str, is_one: bool) -> None:
    assert is_manifest(text) is is_one
