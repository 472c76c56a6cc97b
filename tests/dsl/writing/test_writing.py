"""Workflows written as Python write the same workflows again."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from couler_jupyter.dsl.writing import Written, to_python
from couler_jupyter.engines.argo.importing import import_manifest
from couler_jupyter.errors import BuildFailed
from couler_jupyter.ir import (
    Argument,
    Constant,
    Container,
    Format,
    Function,
    InputParameter,
    InputRef,
    Script,
    Step,
    Workflow,
)
from couler_jupyter.testing.corpus import CORPUS
from couler_jupyter.testing.strategies import workflows

SLOW = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)
ARGO = Path(__file__).parents[2] / "engines" / "argo"
MANIFESTS = sorted(
    (*ARGO.glob("importing/manifests/*"), *ARGO.glob("linting/valid/*.yaml"))
)
CHAIN = """\
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {name: chain}
spec:
  entrypoint: main
  templates:
  - name: main
    dag:
      tasks:
      - {name: toss, template: toss}
      - name: won
        template: say
        depends: toss
        when: "{{tasks.toss.outputs.result}} == heads"
        arguments: {parameters: [{name: what, value: "{{tasks.toss.outputs.result}}"}]}
      - name: each
        template: say
        depends: won
        withItems: [a, b]
        arguments: {parameters: [{name: what, value: "{{item}}"}]}
  - name: toss
    script:
      image: python:3.12
      command: [python3]
      source: |
        import random
        print(random.choice(["heads", "tails"]))
  - name: say
    inputs: {parameters: [{name: what}]}
    container: {image: busybox, command: [echo, "{{inputs.parameters.what}}"]}
"""
TEXTS = [
    '"""\n{}\n\\',
    "a'b\"c",
    "\x01\x1b[31m",
    "{0} {x} }}{{",
    "l\n\n\nm",
    "\N{SNOWMAN}\n a\n  b",
    "'''\n'''\n\"",
    'a\n\nb\n"""\nc',
    'ends\n\nwith"',
    "\r\n\r\n x",
    "%s {{=a}}",
]


def run(written: Written) -> Workflow:
    space: dict[str, Any] = {}
    exec(written.code, space)
    made: Workflow = space[written.variable].workflow
    return made


@pytest.mark.parametrize("name", CORPUS)
def test_the_corpus_is_written_again(name: str) -> None:
    workflow = CORPUS[name].make()
    if workflow.parts is not None:
        with pytest.raises(BuildFailed, match="has no word for its parts"):
            to_python(workflow)
        return
    assert run(to_python(workflow)) == workflow


@given(workflows())
@settings(max_examples=20, deadline=None, suppress_health_check=SLOW)
def test_any_workflow_is_written_again(workflow: Workflow) -> None:
    try:
        written = to_python(workflow)
    except BuildFailed as error:
        if "the interface has no word for its" not in str(error):
            raise
    else:
        assert run(written) == workflow


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.stem)
def test_imported_workflows_are_written_again(path: Path) -> None:
    for workflow in import_manifest(path.read_text(), path.name):
        assert run(to_python(workflow)) == workflow


def test_most_of_the_manifests_are_in_the_words_of_the_interface() -> None:
    every = [w for p in MANIFESTS for w in import_manifest(p.read_text(), p.name)]
    written = [to_python(one) for one in every]
    steps = sum(one.size for one in every)
    assert sum(len(one.in_ir_words) for one in written) < steps / 5


def test_reads_as_people_write() -> None:
    (workflow,) = import_manifest(CHAIN, "chain")
    written = to_python(workflow)
    assert written.in_ir_words == ()
    calls = {
        ast.unparse(one.func)
        for one in ast.walk(ast.parse(written.code))
        if isinstance(one, ast.Call)
    }
    assert {"couler.run_script", "couler.run_container", "couler.map_"} <= calls
    assert 'when=couler.equal(toss.result, "heads"),' in written.code
    assert "after=[toss]," in written.code
    assert "\nimport random\nprint(" in written.code
    assert "from couler_jupyter import ir" not in written.code
    assert max(map(len, written.code.splitlines())) <= 88


def test_sources_of_functions_are_text_that_is_not_run(
    capsys: pytest.CaptureFixture[str],
) -> None:
    workflow = CORPUS["function-step"].make()
    step = workflow.steps[0]
    assert isinstance(step.template, Function)
    loud = replace(step.template, source="print('run')\n" + step.template.source)
    steps = (replace(step, template=loud), *workflow.steps[1:])
    changed = replace(workflow, steps=steps)
    assert run(to_python(changed)) == changed
    assert "run" not in capsys.readouterr().out


@pytest.mark.parametrize("text", TEXTS)
def test_any_text_comes_through(text: str) -> None:
    box = Container(
        image="a",
        command=(text, Format((text, InputRef("x"), text))),
        inputs=(InputParameter(name="x"),),
    )
    given_x = (Argument("x", Constant.of({"k": [text]})),)
    steps = (
        Step(name="a", template=box, arguments=given_x),
        Step(name="b", template=Script(source=text)),
    )
    workflow = Workflow(name="w", steps=steps, description=text)
    written = to_python(workflow)
    assert run(written) == workflow
    in_braces = "{" in text or "}" in text  # couler.format takes those apart
    assert written.in_ir_words == ((("w", "a"),) if in_braces else ())


def test_names_are_no_words_of_python() -> None:
    names = ("class", "couler", "ir", "1", "a-b", "a.b", "a_b", "match", "ae", "w")
    steps = tuple(
        Step(name=name, template=Container(image="a"), after=names[:at])
        for at, name in enumerate(names)
    )
    workflow = Workflow(name="w", steps=steps)
    written = to_python(workflow)
    assert run(written) == workflow
    assert written.in_ir_words == ()
