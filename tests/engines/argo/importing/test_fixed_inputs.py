"""Inputs whose default is what the run is told, and that nobody gives anything."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from couler_jupyter.engines.argo.engine import Argo
from couler_jupyter.engines.argo.importing import import_manifest
from couler_jupyter.engines.local import Local
from couler_jupyter.ir import Extra, Foreign, Phase, Workflow, own_words
from couler_jupyter.runs import RunStore
from couler_jupyter.testing.outcome import outcome_of

MANIFEST = """\
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {name: told}
spec:
  entrypoint: main
  arguments: {parameters: [{name: who, value: Ada}]}
  templates:
  - name: main
    inputs: {parameters: [{name: whom, value: "{{workflow.parameters.who}}"}]}
    steps:
    - - name: greet
        template: greet
        arguments: {parameters: [{name: word, value: hello}]}
    - - {name: again, template: tell}
  - name: greet
    inputs:
      parameters:
      - {name: word}
      - {name: whom, default: "{{ workflow.parameters.who }}"}
    script:
      image: python:3.12-slim
      command: [python3]
      source: "print('{{inputs.parameters.word}} {{inputs.parameters.whom}}')"
  - name: tell
    script: {image: "python:3.12-slim", command: [python3], source: "print(1)"}
"""


def imported(text: str) -> Workflow:
    (workflow,) = import_manifest(text, "told")
    (document,) = Argo().compile(workflow).documents
    assert yaml.safe_load(document.text) == yaml.safe_load(text)
    return workflow


def kept(workflow: Workflow) -> list[str]:
    return [
        one.path if isinstance(one, Extra) else type(one).__name__
        for one, _ in own_words(workflow)
        if not isinstance(one, Extra) or not one.ignorable
    ]


def test_they_are_asked_of_the_run(tmp_path: Path) -> None:
    workflow = imported(MANIFEST)
    assert kept(workflow) == []
    outcome = outcome_of(Local(RunStore(tmp_path)), workflow)
    assert outcome.run is Phase.SUCCEEDED
    assert outcome.outputs["main/greet"]["result"] == "hello Ada"


def test_the_run_may_give_the_entrypoint_just_that() -> None:
    assert kept(imported(MANIFEST.replace("whom", "who"))) == []
    other = MANIFEST.replace("[{name: who, value: Ada}]", "[{name: who}, {name: whom}]")
    assert kept(imported(other)) != []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            "[{name: word, value: hello}]",
            "[{name: word, value: a}, {name: whom, value: b}]",
        ),
        ("{{inputs.parameters.whom}}", "{{=inputs.parameters['whom']}}"),
        ('"{{ workflow.parameters.who }}"', '"to {{workflow.parameters.who}}"'),
    ],
)
def test_others_are_kept(old: str, new: str) -> None:
    assert old in MANIFEST
    words = [one for one, _ in own_words(imported(MANIFEST.replace(old, new)))]
    assert any(isinstance(one, Foreign) for one in words)
