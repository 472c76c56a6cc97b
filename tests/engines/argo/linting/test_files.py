"""Several files are one library; what only a cluster knows is a note."""

from __future__ import annotations

from couler_jupyter.engines.finding import Severity
from tests.engines.argo.linting.broken import HEAD, MAIN, lint, said

USER = """\
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: a-}
spec:
  entrypoint: main
  templates:
  - name: main
    dag:
      tasks:
      - name: load
        templateRef: {name: shared, template: load}
      - name: fit
        depends: load
        templateRef: {name: shared, template: fit}
        arguments: {parameters: [{name: rows, value: "{{tasks.load.outputs.parameters.rows}}"}]}
"""
SHARED = """\
apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
metadata: {name: shared}
spec:
  templates:
  - name: load
    outputs: {parameters: [{name: rows, valueFrom: {path: /rows}}]}
    container: {image: busybox}
  - name: fit
    inputs: {parameters: [{name: rows}]}
    container: {image: busybox}
"""
BY_REF = """\
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: b-}
spec:
  workflowTemplateRef: {name: whole}
  arguments: {parameters: [{name: rows, value: "1"}]}
"""
WHOLE = """\
apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
metadata: {name: whole}
spec:
  entrypoint: main
  onExit: done
  templates:
  - name: main
    inputs: {parameters: [{name: rows}]}
    container: {image: busybox, args: ["{{workflow.parameters.rows}}"]}
  - {name: done, suspend: {}}
"""


def test_templates_of_other_files_are_found() -> None:
    assert said(USER, SHARED) == []
    assert said(SHARED, USER) == []
    assert said(f"{USER}---\n{SHARED}") == []


def test_what_is_in_no_file_is_a_note() -> None:
    found = lint(USER)
    assert [(one.rule.id, one.line, one.severity) for one in found] == [
        ("ARGO403", 11, Severity.NOTE),
        ("ARGO403", 14, Severity.NOTE),
    ]
    assert found[0].what == "WorkflowTemplate 'shared' is in none of the given files"


def test_findings_name_the_file_they_are_in() -> None:
    found = lint(USER, SHARED.replace("name: rows, valueFrom", "name: row, valueFrom"))
    assert [(one.file, one.line, one.rule.id) for one in found] == [
        ("0", 15, "ARGO506")
    ]
    assert found[0].right == "did you mean 'row'?"


def test_inputs_of_templates_of_other_files_need_values() -> None:
    missing, extra = lint(USER.replace("name: rows,", "name: rws,"), SHARED)
    assert (missing.rule.id, extra.rule.id) == ("ARGO411", "ARGO412")
    assert missing.what == "parameter 'rows' of template 'fit' gets no value"
    assert extra.right == "did you mean 'rows'?"


def test_scopes_are_told_apart() -> None:
    wide = SHARED.replace("kind: Workflow", "kind: ClusterWorkflow")
    assert [one.rule.id for one in lint(USER, wide)] == ["ARGO403", "ARGO403"]
    assert said(USER.replace("shared,", "shared, clusterScope: true,"), wide) == []


def test_a_workflow_by_reference() -> None:
    assert said(BY_REF, WHOLE) == []
    found = lint(BY_REF.replace("rows", "row"), WHOLE)
    assert [one.rule.id for one in found] == ["ARGO703"]
    assert [one.rule.id for one in lint(BY_REF)] == ["ARGO403"]
    missing = BY_REF.replace("spec:\n", "spec:\n  entrypoint: mian\n")
    assert [one.rule.id for one in lint(missing, WHOLE)] == ["ARGO402"]


def test_other_documents_are_passed_over_with_a_note() -> None:
    service = "apiVersion: v1\nkind: Service\nmetadata: {name: s}\n"
    found = lint(f"{service}---\n{HEAD}{MAIN}")
    assert [(one.rule.id, one.severity) for one in found] == [
        ("ARGO001", Severity.NOTE)
    ]


def test_a_broken_file_does_not_hide_the_others() -> None:
    found = lint("a: [", USER, SHARED.replace("/rows}", "/rows, pth: x}"))
    assert [(one.file, one.rule.id) for one in found] == [
        ("0", "ARGO011"),
        ("2", "ARGO101"),
    ]


def test_a_bomb_is_one_finding() -> None:
    laughs = "\n".join(
        ["l0: &l0 [x, x, x, x, x, x, x, x, x, x]"]
        + [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]" for n in range(1, 12)]
    )
    assert [one.rule.id for one in lint(laughs)] == ["ARGO011"]


def test_a_later_version_is_told() -> None:
    other = (HEAD + MAIN).replace("v1alpha1", "v2")
    assert said(other) == [
        "ARGO004:1 apiVersion is 'argoproj.io/v2'; right is argoproj.io/v1alpha1"
    ]
