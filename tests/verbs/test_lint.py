"""couler lint: files, statuses, and the workflows of a notebook."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import cast

import pytest

import couler_jupyter as couler
from couler_jupyter.errors import UsageFailed
from couler_jupyter.ir import Workflow, to_yaml
from couler_jupyter.session import Session
from couler_jupyter.verbs import VERBS, Console, Parser
from tests.engines.argo.linting.broken import HEAD, MAIN

GOOD = HEAD + MAIN
BAD = GOOD.replace("entrypoint: main", "entrypoint: mian")
WARNED = GOOD.replace("{image: busybox}", "{image: busybox, args: [5]}")


class Said:
    """What the verb said, line by line."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def say(self, text: str) -> None:
        self.lines += text.splitlines()


def run(session: Session, *words: str) -> tuple[int, list[str]]:
    verb = VERBS.get("lint")()
    parser = Parser(prog="lint")
    verb.declare(parser)
    said = Said()
    given: argparse.Namespace = parser.parse_args(words)
    return verb.execute(session, given, cast("Console", said)), said.lines


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Session:
    monkeypatch.chdir(tmp_path)
    return Session(root=tmp_path / "store")


def workflow() -> Workflow:
    with couler.workflow("pick-best") as built:
        couler.run_container(image="busybox", command=["true"], step_name="look")
    return built.workflow


def test_a_good_file_is_status_0(session: Session) -> None:
    Path("a.yaml").write_text(GOOD)
    assert run(session, "a.yaml") == (0, ["1 manifest: nothing found"])


def test_an_error_is_status_1(session: Session) -> None:
    Path("a.yaml").write_text(GOOD)
    Path("b.yml").write_text(BAD)
    status, lines = run(session, "a.yaml", "b.yml")
    assert status == 1
    assert lines[0].startswith("b.yml:5:15: ARGO402 there is no template 'mian'")
    assert lines[1] == "2 manifests: 1 error"


def test_a_warning_is_status_0(session: Session) -> None:
    Path("a.yaml").write_text(WARNED)
    status, lines = run(session, "a.yaml")
    assert status == 0
    assert "warning: ARGO107" in lines[0]


def test_json_files_and_json_findings(session: Session) -> None:
    Path("a.json").write_text('{"kind": "Workflow"}')
    status, lines = run(session, "a.json", "--format", "json")
    found = json.loads("\n".join(lines))
    assert status == 1
    assert {one["rule"] for one in found} == {"ARGO004", "ARGO006", "ARGO010"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\xff\xfe", "a.yaml: no UTF-8 text"),
        (b"a" * (17 * 2**20), "a.yaml: more than 16 MiB of text"),
    ],
)
def test_what_cannot_be_read(session: Session, content: bytes, message: str) -> None:
    Path("a.yaml").write_bytes(content)
    with pytest.raises(UsageFailed, match=message):
        run(session, "a.yaml")


def test_a_file_that_is_not_there(session: Session) -> None:
    with pytest.raises(UsageFailed, match=r"no\.yaml: cannot be read: No such file"):
        run(session, "no.yaml")


def test_a_workflow_of_the_notebook_is_compiled(session: Session) -> None:
    session.define(workflow())
    assert run(session) == (0, ["1 manifest: nothing found"])
    assert run(session, "pick-best") == (0, ["1 manifest: nothing found"])


def test_a_document_of_our_own_is_compiled(session: Session) -> None:
    Path("w.yaml").write_text(to_yaml(workflow()))
    assert run(session, "w.yaml") == (0, ["1 manifest: nothing found"])


def test_a_python_file_is_compiled(session: Session) -> None:
    source = (
        "import couler_jupyter as couler\n"
        "with couler.workflow('w'):\n"
        "    couler.run_container(image='busybox', command=['true'], step_name='a')\n"
    )
    Path("w.py").write_text(source)
    assert run(session, "w.py") == (0, ["1 manifest: nothing found"])


def test_an_unknown_name(session: Session) -> None:
    with pytest.raises(UsageFailed, match="no workflow named 'nothing'"):
        run(session, "nothing")


def test_fields_and_rules_of_an_older_argo(session: Session) -> None:
    Path("a.yaml").write_text(GOOD + "    pendingTimeout: 5m\n")
    assert run(session, "a.yaml")[0] == 0
    assert run(session, "a.yaml", "--argo", "4")[0] == 0
    status, lines = run(session, "a.yaml", "--argo", "3.6")
    assert status == 1
    assert lines[0].endswith(
        "ARGO108 field 'pendingTimeout' came with Argo 4.1; this is looked at for 3.6"
    )
    with pytest.raises(UsageFailed, match=r"--argo: Argo 3\.5 is too old"):
        run(session, "a.yaml", "--argo", "3.5")


def test_a_folder_is_one_library(session: Session) -> None:
    Path("all/deep").mkdir(parents=True)
    Path("all/use.yaml").write_text(
        HEAD + "  templates:\n  - name: main\n    dag: {tasks: [{name: a, templateRef: "
        "{name: tools, template: work}}]}\n"
    )
    tools = GOOD.replace("kind: Workflow", "kind: WorkflowTemplate")
    tools = tools.replace("{generateName: a-}", "{name: tools}")
    Path("all/deep/tools.yml").write_text(tools.replace("main", "work"))
    assert run(session, "all") == (0, ["2 manifests: nothing found"])
    Path("all/deep/tools.yml").write_text(tools)
    assert "ARGO402" in run(session, "all")[1][0]
