"""What the local engine cannot run of a manifest it names: the field, and the line."""

from __future__ import annotations

import pytest

from couler_jupyter.engines.argo.importing import import_manifest
from couler_jupyter.engines.local import Local
from couler_jupyter.runs import RunStore

HEAD = """\
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {name: w}
spec:
  entrypoint: main
  templates:
  - name: main
    dag:
      tasks:
      - {name: a, template: work}
      - name: b
        template: work
        depends: a
"""
WORK = """\
  - name: work
    script:
      image: python:3.12-slim
      command: [python3]
      source: "print(1)"
"""
HOOK = "        hooks: {exit: {template: work}}\n"
RUNNING = (
    "        hooks: {go: {template: work, expression: tasks.b.status == 'Running'}}\n"
)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (HEAD + HOOK + WORK, "step 'b' (w.yaml, line 11): extra 'task.hooks'"),
        (HEAD + RUNNING + WORK, "step 'b' (w.yaml, line 11): extra 'task.hooks'"),
        (
            HEAD + WORK + "      livenessProbe: {exec: {command: [ls]}}\n",
            "step 'a' (w.yaml, line 10): extra 'template.script.livenessProbe'",
        ),
        (
            HEAD + WORK + "      lifecycle: {postStart: {exec: {command: [ls]}}}\n",
            "step 'b' (w.yaml, line 11): extra 'template.script.lifecycle'",
        ),
        (
            HEAD.replace("    dag:\n", "    dag:\n      target: a\n") + WORK,
            "workflow 'w': extra 'template.dag.target'",
        ),
        (
            HEAD + "  - name: work\n    http: {url: 'https://example.org'}\n",
            "step 'a' (w.yaml, line 10): it is 'http', a template of argo",
        ),
        (
            HEAD + "  - name: work\n    plugin: {slack: {}}\n",
            "step 'b' (w.yaml, line 11): it is 'plugin', a template of argo",
        ),
        (
            HEAD + WORK + "  hooks:\n    go: {template: work, expression: 'true'}\n",
            "workflow 'w': extra 'spec.hooks'",
        ),
    ],
)
def test_names_the_field_and_the_line(
    text: str, says: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    (workflow,) = import_manifest(text, "w.yaml")
    local = Local(RunStore(tmp_path_factory.mktemp("runs")))
    assert any(str(one).startswith(says) for one in local.problems(workflow))


@pytest.mark.parametrize(
    "more",
    [
        "      readinessProbe: {exec: {command: [ls]}}\n",
        "      terminationMessagePath: /dev/null\n",
        "    metrics: {prometheus: [{name: a, help: b, counter: {value: '1'}}]}\n",
        "  podGC: {strategy: OnPodCompletion}\n",
        "  archiveLogs: true\n",
    ],
)
def test_what_only_says_how_a_run_is_kept_does_not_matter(
    more: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    (workflow,) = import_manifest(HEAD + WORK + more, "w.yaml")
    local = Local(RunStore(tmp_path_factory.mktemp("runs")))
    assert not local.problems(workflow)
