"""What a manifest refers to is taken from the others that are given with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from couler_jupyter.engines.argo.engine import Argo
from couler_jupyter.engines.argo.importing import import_manifests
from couler_jupyter.engines.finding import Source
from couler_jupyter.engines.local import Local
from couler_jupyter.ir import (
    Constant,
    Foreign,
    Phase,
    SubWorkflow,
    Workflow,
    from_json,
    own_words,
    to_json,
)
from couler_jupyter.runs import RunStore
from couler_jupyter.testing.outcome import outcome_of

HEAD = "apiVersion: argoproj.io/v1alpha1\n"
LIBRARY = (
    HEAD
    + """\
kind: WorkflowTemplate
metadata: {name: tools}
spec:
  arguments: {parameters: [{name: greeting, value: hello}, {name: whom, value: all}]}
  entrypoint: both
  templates:
  - name: print
    inputs: {parameters: [{name: text}]}
    script:
      image: python:3.12-slim
      command: [python3]
      source: "print('{{inputs.parameters.text}}')"
  - name: both
    inputs: {parameters: [{name: text, value: hello}]}
    dag:
      tasks:
      - name: one
        template: print
        arguments:
          parameters:
          - name: text
            value: "{{inputs.parameters.text}} {{workflow.parameters.greeting}}"
      - name: two
        depends: one
        templateRef: {name: far, template: last, clusterScope: true}
        arguments:
          parameters: [{name: said, value: "{{tasks.one.outputs.result}}"}]
    outputs:
      parameters:
      - {name: all, valueFrom: {parameter: "{{tasks.two.outputs.result}}"}}
"""
)
FAR = (
    HEAD
    + """\
kind: ClusterWorkflowTemplate
metadata: {name: far}
spec:
  templates:
  - name: last
    inputs: {parameters: [{name: said}]}
    script:
      image: python:3.12-slim
      command: [python3]
      source: "print('{{inputs.parameters.said}} and {{inputs.parameters.said}}')"
"""
)
USER = (
    HEAD
    + """\
kind: Workflow
metadata: {generateName: user-}
spec:
  entrypoint: main
  arguments: {parameters: [{name: greeting, value: hi}]}
  templates:
  - name: main
    steps:
    - - name: both
        templateRef: {name: tools, template: both}
        arguments: {parameters: [{name: text, value: hey}]}
    - - name: again
        templateRef: {name: tools, template: print}
        withItems: [a, b]
        arguments:
          parameters:
          - {name: text, value: "{{item}} {{steps.both.outputs.parameters.all}}"}
  - {name: unused, suspend: {}}
"""
)
WHOLE = (
    HEAD
    + """\
kind: Workflow
metadata: {name: whole, labels: {a: b}}
spec:
  arguments: {parameters: [{name: whom, value: you}]}
  workflowTemplateRef: {name: tools}
"""
)


def imported(*texts: str) -> Sequence[Workflow]:
    sources = [Source(f"{at}.yaml", text) for at, text in enumerate(texts)]
    found = [one for file in import_manifests(sources) for one in file]
    for workflow, text in zip(found, texts, strict=True):
        (document,) = Argo().compile(workflow).documents
        assert yaml.safe_load(document.text) == yaml.safe_load(text)
        assert from_json(to_json(workflow)) == workflow
    return found


def kept(workflow: Workflow) -> list[str]:
    return [one.kind for one, _ in own_words(workflow) if isinstance(one, Foreign)]


def test_templates_of_others_are_taken_in_and_run(tmp_path: Path) -> None:
    workflow, library, _ = imported(USER, LIBRARY, FAR)
    assert kept(workflow) == kept(library) == []
    outcome = outcome_of(Local(RunStore(tmp_path)), workflow)
    assert outcome.run is Phase.SUCCEEDED
    assert outcome.outputs["again"]["result"] == [
        "a hey hi and hey hi",
        "b hey hi and hey hi",
    ]


def test_a_whole_template_is_taken_in_and_runs(tmp_path: Path) -> None:
    workflow, *_ = imported(WHOLE, LIBRARY, FAR)
    assert kept(workflow) == []
    assert [(one.name, one.default) for one in workflow.parameters] == [
        ("greeting", Constant.of("hello")),
        ("whom", Constant.of("you")),
    ]
    outcome = outcome_of(Local(RunStore(tmp_path)), workflow)
    assert outcome.outputs["both"]["all"] == "hello hello and hello hello"


def test_a_cron_workflow_may_run_a_whole_template() -> None:
    text = WHOLE.replace("kind: Workflow", "kind: CronWorkflow").replace(
        "spec:\n", "spec:\n  schedules: ['0 1 * * *']\n  workflowSpec:\n"
    )
    text = text.replace("  arguments", "    arguments").replace(
        "  workflowTemplateRef", "    workflowTemplateRef"
    )
    workflow, *_ = imported(text, LIBRARY, FAR)
    assert kept(workflow) == []
    assert workflow.schedule is not None


@pytest.mark.parametrize(
    ("texts", "kinds"),
    [
        ((USER,), ["templateRef", "templateRef"]),
        ((USER, FAR), ["templateRef", "templateRef"]),
        ((USER, LIBRARY.replace("tools", "other")), ["templateRef", "templateRef"]),
        ((WHOLE,), ["workflowTemplateRef"]),
        ((WHOLE, FAR), ["workflowTemplateRef"]),
    ],
)
def test_what_is_not_given_stays_a_reference(
    texts: tuple[str, ...], kinds: list[str]
) -> None:
    workflow, *_ = imported(*texts)
    assert kept(workflow) == kinds


def test_what_is_given_in_part_is_read_in_part() -> None:
    workflow, _ = imported(USER, LIBRARY)
    assert kept(workflow) == ["templateRef"]
    inner = workflow["both"].template
    assert isinstance(inner, SubWorkflow)
    assert kept(inner.workflow) == ["templateRef"]


def test_what_refers_to_itself_ends() -> None:
    loop = FAR.replace(
        "    script:",
        "    dag:\n      tasks:\n"
        "      - {name: x, templateRef: {name: far, template: last, clusterScope: true}}\n"
        "  - name: other\n    script:",
    )
    text = USER.replace(
        "{name: tools, template: print}",
        "{name: far, template: last, clusterScope: true}",
    )
    workflow, *_ = imported(text, loop)
    assert "templateRef" in kept(workflow)


@pytest.mark.parametrize("other", ["chain", "tools"])
def test_manifests_that_are_all_of_each_other_stay_references(other: str) -> None:
    chain = WHOLE.replace("Workflow\n", "WorkflowTemplate\n").replace("whole", "chain")
    chain = chain.replace("{name: tools}", f"{{name: {other}}}")
    text = WHOLE.replace("{name: tools}", "{name: chain}")
    tools = chain.replace("name: chain", "name: tools").replace(other, "chain")
    for workflow in imported(text, chain, tools):
        assert kept(workflow) == ["workflowTemplateRef"]


def test_a_changed_step_is_written_out() -> None:
    workflow, *_ = imported(USER, LIBRARY, FAR)
    both = workflow["both"]
    assert isinstance(both.template, SubWorkflow)
    inner = both.template.workflow
    slow = replace(inner, parallelism=1)
    changed = replace(both, template=SubWorkflow(workflow=slow))
    steps = tuple(changed if one is both else one for one in workflow.steps)
    (document,) = Argo().compile(replace(workflow, steps=steps)).documents
    made = yaml.safe_load(document.text)["spec"]["templates"]
    main = next(one for one in made if one["name"] == "main")
    assert "templateRef" not in main["steps"][0][0]
    assert "templateRef" in main["steps"][1][0]
    assert {"parallelism": 1}.items() <= next(
        one for one in made if one["name"] == main["steps"][0][0]["template"]
    ).items()


def test_a_renamed_or_moved_step_stays_a_reference() -> None:
    workflow, *_ = imported(USER, LIBRARY, FAR)
    again = replace(workflow["again"], name="later")
    steps = tuple(again if one.name == "again" else one for one in workflow.steps)
    rest = tuple(one for one in workflow.extras if one.path != "layout")
    moved = replace(workflow, steps=steps, extras=rest)
    (document,) = Argo().compile(moved).documents
    assert document.text.count("templateRef") == 2


def test_a_reference_may_stand_in_what_asks_the_run() -> None:
    user = USER.replace(
        "  - name: main\n",
        "  - name: main\n    inputs: {parameters: [{name: greeting, "
        'value: "{{workflow.parameters.greeting}}"}]}\n',
    )
    user = user.replace("value: hey", 'value: "{{inputs.parameters.greeting}}"')
    workflow, *_ = imported(user, LIBRARY, FAR)
    assert kept(workflow) == []
