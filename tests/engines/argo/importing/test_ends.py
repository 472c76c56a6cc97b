"""Exit handlers of manifests run here too, and know how the run ended."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from couler_jupyter.engines.argo.engine import Argo
from couler_jupyter.engines.argo.importing import import_manifest
from couler_jupyter.engines.local import Local
from couler_jupyter.ir import Phase, Raw, Script, Workflow, own_words
from couler_jupyter.runs import RunStore
from couler_jupyter.testing.outcome import outcome_of

MANIFEST = """
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: ends-}
spec:
  entrypoint: work
  onExit: bye
  templates:
  - name: work
    script: {image: "python:3.12-slim", command: [python3], source: "EXIT"}
  - name: bye
    steps:
    - - {name: always, template: tell}
      - name: given
        template: repeat
        arguments:
          parameters: [{name: word, value: "{{workflow.status}}"}]
      - {name: good, template: tell, when: "{{workflow.status}} == Succeeded"}
      - {name: bad, template: tell, when: "{{workflow.status}} != Succeeded"}
  - name: tell
    script:
      image: python:3.12-slim
      command: [python3]
      source: |
        import json
        failed = json.loads({{workflow.failures}}) or []
        assert all(one["phase"] == "Failed" for one in failed)
        print("{{workflow.status}}", len(failed))
  - name: repeat
    inputs: {parameters: [{name: word}]}
    script:
      image: python:3.12-slim
      command: [python3]
      source: "print('{{inputs.parameters.word}}', {{workflow.duration}} >= 0)"
"""


def _imported(text: str) -> Workflow:
    (workflow,) = import_manifest(text, "ends")
    (document,) = Argo().compile(workflow).documents
    assert yaml.safe_load(document.text) == yaml.safe_load(text)
    return workflow


def _raw(workflow: Workflow) -> set[str]:
    return {one.text for one, _ in own_words(workflow) if isinstance(one, Raw)}


@pytest.mark.parametrize(
    ("source", "phase", "told"),
    [("pass", Phase.SUCCEEDED, "Succeeded 0"), ("exit(3)", Phase.FAILED, "Failed 1")],
)
def test_they_run_here(tmp_path: Path, source: str, phase: Phase, told: str) -> None:
    workflow = _imported(MANIFEST.replace("EXIT", source))
    assert not _raw(workflow)
    outcome = outcome_of(Local(RunStore(tmp_path)), workflow)
    assert outcome.run is phase
    assert outcome.outputs["always"]["result"] == told
    assert outcome.outputs["given"]["result"] == f"{told[:-2]} True"
    ran = "good" if phase is Phase.SUCCEEDED else "bad"
    assert outcome.outputs[ran]["result"] == told


def test_a_template_that_runs_before_the_end_too_is_kept_there() -> None:
    text = MANIFEST.replace("entrypoint: work", "entrypoint: tell")
    assert _raw(_imported(text)) == {"{{workflow.status}}", "{{workflow.failures}}"}


def test_a_hook_for_the_end_is_an_exit_handler(tmp_path: Path) -> None:
    text = MANIFEST.replace("onExit: bye", "hooks: {exit: {template: bye}}")
    workflow = _imported(text.replace("EXIT", "pass"))
    assert not any(not extra.ignorable for extra in workflow.extras)
    outcome = outcome_of(Local(RunStore(tmp_path)), workflow)
    assert outcome.outputs["always"]["result"] == "Succeeded 0"


def test_other_hooks_are_kept_and_not_run_here() -> None:
    hooks = """hooks:
    exit: {template: bye, arguments: {parameters: [{name: a, value: b}]}}
    running: {template: tell, expression: 'workflow.status == "Running"'}"""
    workflow = _imported(MANIFEST.replace("onExit: bye", hooks))
    assert not workflow.exit_handlers
    assert isinstance(workflow["work"].template, Script)
    assert "spec.hooks" in {one.path for one in workflow.extras if not one.ignorable}
