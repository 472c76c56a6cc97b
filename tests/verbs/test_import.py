"""couler import, and what couler show says of manifests."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import cast

import pytest

from couler_jupyter.errors import InvalidDocument, UsageFailed
from couler_jupyter.ir import from_yaml
from couler_jupyter.session import Session
from couler_jupyter.verbs import VERBS, Console, Parser
from couler_jupyter.verbs.kept import kept_lines

MANIFEST = """\
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {name: talk}
spec:
  entrypoint: main
  templates:
    - name: main
      dag:
        tasks:
          - {name: ask, template: ask}
          - name: say
            template: say
            depends: ask
            when: "{{tasks.ask.outputs.result}}==yes"
            hooks: {exit: {template: say}}
    - {name: ask, http: {url: "https://example.org"}}
    - {name: say, container: {image: busybox, command: [echo, "{{workflow.labels.a}}"]}}
"""


class Said:
    def __init__(self) -> None:
        self.lines: list[str] = []

    def say(self, text: str) -> None:
        self.lines += text.splitlines()

    def show_workflow(self, workflow: object) -> None:
        self.lines.append("a picture")


def run(session: Session, verb: str, *words: str) -> list[str]:
    made = VERBS.get(verb)()
    parser = Parser(prog=verb)
    made.declare(parser)
    said = Said()
    given: argparse.Namespace = parser.parse_args(words)
    assert made.execute(session, given, cast("Console", said)) == 0
    return said.lines


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Session:
    monkeypatch.chdir(tmp_path)
    Path("talk.yaml").write_text(MANIFEST)
    return Session(root=tmp_path / "store")


KEPT = [
    "kept as it was written:",
    "  step 'ask': a template of kind http, as argo has it",
    "  step 'say': task.hooks, as argo has it",
    "  step 'say': {{workflow.labels.a}}, as argo has it",
]


def test_shows_a_manifest_and_what_is_kept(session: Session) -> None:
    lines = run(session, "show", "talk.yaml")
    assert lines[:5] == ["a picture", *KEPT]
    assert lines[5] == "kept as it was written; other engines do without:"
    assert lines[6].startswith("  ")


def test_writes_the_workflow_with_what_is_kept_as_comments(session: Session) -> None:
    lines = run(session, "import", "talk.yaml")
    assert lines[:4] == [f"# {line}" for line in KEPT]
    workflow = from_yaml("\n".join(lines))
    assert workflow == session.find("talk")
    assert list(kept_lines(workflow))[:4] == KEPT


def test_writes_files(session: Session) -> None:
    lines = run(session, "import", "talk.yaml", "--to", "json", "-d", "made")
    assert lines[0] == str(Path("made/talk.json"))
    assert lines[1:5] == KEPT
    assert run(session, "show", "made/talk.json")[1:5] == KEPT


def test_exports_the_manifest_again(session: Session) -> None:
    import yaml

    text = "\n".join(run(session, "export", "talk.yaml", "--to", "argo"))
    assert yaml.safe_load(text) == yaml.safe_load(MANIFEST)


def test_says_what_is_wrong_with_a_file(session: Session) -> None:
    Path("bad.yaml").write_text(MANIFEST.replace("kind: Workflow", "kind: Sensor"))
    with pytest.raises(InvalidDocument, match=r"bad\.yaml, line 2, column 7"):
        run(session, "import", "bad.yaml")


LIBRARY = """\
apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
metadata: {name: tools}
spec:
  entrypoint: wait
  templates: [{name: wait, suspend: {duration: "0"}}]
"""
USER = """\
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {name: user}
spec:
  entrypoint: main
  templates:
    - name: main
      dag: {tasks: [{name: now, templateRef: {name: tools, template: wait}}]}
"""
WHOLE = """\
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {name: whole}
spec: {workflowTemplateRef: {name: tools, clusterScope: true}}
"""


def test_files_and_folders_are_read_together(session: Session) -> None:
    Path("user.yaml").write_text(USER)
    Path("more/.hidden").mkdir(parents=True)
    Path("more/tools.yml").write_text(LIBRARY)
    Path("more/values.yaml").write_text("replicas: 3\n")
    Path("more/.hidden/broken.yaml").write_text("apiVersion: argoproj.io/v1alpha1: [")
    lines = run(session, "import", "user.yaml", "more", "-d", "made")
    assert lines[0] == str(Path("made/user.yaml"))
    assert (
        "  step 'now': template 'wait' of WorkflowTemplate 'tools' (templateRef)"
        in lines
    )
    assert str(Path("made/tools.yaml")) in lines
    shown = run(session, "show", "made/user.yaml")
    assert "kept as it was written:" not in shown
    text = "\n".join(run(session, "export", "made/user.yaml", "--to", "argo"))
    assert "templateRef" in text


def test_names_what_is_referred_to(session: Session) -> None:
    Path("user.yaml").write_text(USER)
    Path("whole.yaml").write_text(WHOLE)
    assert run(session, "show", "user.yaml")[2] == (
        "  step 'now': template 'wait' of WorkflowTemplate 'tools' (templateRef), "
        "as argo has it"
    )
    assert run(session, "show", "whole.yaml")[2] == (
        "  step 'tools': ClusterWorkflowTemplate 'tools' (workflowTemplateRef), "
        "as argo has it"
    )


def test_two_of_one_name_are_told(session: Session) -> None:
    Path("again.yaml").write_text(MANIFEST)
    with pytest.raises(InvalidDocument, match=r"again\.yaml: a workflow of talk\.yaml"):
        run(session, "import", "talk.yaml", "again.yaml")


def test_a_folder_without_manifests_is_told(session: Session) -> None:
    Path("empty").mkdir()
    with pytest.raises(UsageFailed, match="there are no manifests in it"):
        run(session, "import", "empty")
    Path("empty/values.yaml").write_text("a: 1\n")
    with pytest.raises(UsageFailed, match="no manifests of an engine"):
        run(session, "import", "empty")


def test_writes_python_that_writes_the_workflow_again(session: Session) -> None:
    lines = run(session, "import", "talk.yaml", "--to", "python", "-d", "made")
    assert lines[:5] == [str(Path("made/talk.py")), *KEPT]
    (again,) = session.load(Path("made/talk.py")).values()
    assert again == session.find("talk")
    shown = run(session, "import", "talk.yaml", "--to", "python")
    assert shown[:4] == [f"# {line}" for line in KEPT]
    code = "\n".join(line for line in shown if not line.startswith("#"))
    assert code.strip() == Path("made/talk.py").read_text().strip()


def test_says_what_python_has_no_word_for(session: Session) -> None:
    text = MANIFEST.replace(
        "{name: say, container",
        "{name: say, inputs: {parameters: [{name: a, value: b}]}, container",
    )
    Path("talk.yaml").write_text(text)
    shown = run(session, "import", "talk.yaml", "--to", "python")
    at = shown.index(
        "# for which the interface has no word; written by couler.run_step:"
    )
    assert shown[at + 1] == "#   step 'say' of workflow 'talk'"
