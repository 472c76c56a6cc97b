from __future__ import annotations

from pathlib import Path

import pytest

from couler_jupyter.errors import (
    BuildFailed,
    CoulerError,
    InvalidDocument,
    InvalidWorkflow,
    UsageFailed,
)
from couler_jupyter.ir import Script, Step, Workflow, to_json, to_yaml
from couler_jupyter.session import LOADERS, Session, load_file

WORKFLOW = Workflow(name="one", steps=(Step(name="a", template=Script(source="true")),))

BLOCK = """
import couler_jupyter as couler

@couler.step
def double(x: int) -> int:
    return 2 * x

with couler.workflow("twice"):
    double(double(1))
"""
NESTED = """
import couler_jupyter as couler

with couler.workflow("outer"):
    with couler.workflow("inner") as inner:
        couler.run_script(source="true", command="sh", step_name="a")
"""
PLAIN = """
import couler_jupyter as couler

couler.run_script(source="echo hello", command="sh", step_name="hello")
"""
TWO = """
import couler_jupyter as couler

with couler.workflow("first"):
    couler.run_script(source="true", command="sh", step_name="a")
with couler.workflow("second") as second:
    couler.run_script(source="true", command="sh", step_name="b")
"""


def write(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def test_documents(tmp_path: Path) -> None:
    as_json = write(tmp_path / "w.json", to_json(WORKFLOW))
    as_yaml = write(tmp_path / "w.yaml", to_yaml(WORKFLOW))
    for path in (as_json, as_yaml):
        assert load_file(path, LOADERS) == {"one": WORKFLOW}


def test_blocks_that_are_steps_of_others_are_no_workflows(tmp_path: Path) -> None:
    assert list(load_file(write(tmp_path / "f.py", NESTED), LOADERS)) == ["outer"]


def test_a_python_file_with_a_block(tmp_path: Path) -> None:
    [found] = load_file(write(tmp_path / "f.py", BLOCK), LOADERS).values()
    assert found.name == "twice"
    assert found.order == ("double", "double-2")


def test_a_python_file_without_a_block_has_the_name_of_the_file(tmp_path: Path) -> None:
    [found] = load_file(write(tmp_path / "greet.py", PLAIN), LOADERS).values()
    assert found.name == "greet"
    assert found.order == ("hello",)


def test_one_of_several_is_chosen_by_name(tmp_path: Path) -> None:
    path = str(write(tmp_path / "two.py", TWO))
    session = Session(root=tmp_path / "store")
    assert session.find(path, "second").order == ("b",)
    with pytest.raises(UsageFailed, match="defines first, second; say which"):
        session.find(path)
    with pytest.raises(
        UsageFailed, match="has no workflow 'secnd'; did you mean 'second'"
    ):
        session.find(path, "secnd")


def test_the_last_defined_is_meant_and_defining_again_replaces(tmp_path: Path) -> None:
    session = Session(root=tmp_path)
    with pytest.raises(UsageFailed, match="no workflow is defined yet"):
        session.find()
    other = Workflow(name="other", steps=WORKFLOW.steps)
    session.define(WORKFLOW)
    session.define(other)
    assert session.find() is other
    again = Workflow(name="one", steps=WORKFLOW.steps, description="again")
    session.define(again)
    assert session.find() is again
    assert list(session.workflows) == ["other", "one"]


@pytest.mark.parametrize(
    ("name", "text", "error", "message"),
    [
        ("f.py", "x = (\n", BuildFailed, "line 1: "),
        ("f.py", "\nx = 1 / 0\n", BuildFailed, "line 2: ZeroDivisionError"),
        ("f.py", "x = 1\n", UsageFailed, "it defines no workflow"),
        ("f.json", "{", InvalidDocument, "no JSON"),
        ("f.json", "[]", InvalidDocument, "no workflow document"),
        ("f.yaml", "a: [", InvalidDocument, "no YAML"),
        ("f.txt", "", UsageFailed, "no kind of file that holds workflows"),
    ],
)
def test_bad_files_are_one_line_with_the_path(
    tmp_path: Path, name: str, text: str, error: type[CoulerError], message: str
) -> None:
    path = write(tmp_path / name, text)
    with pytest.raises(error) as caught:
        load_file(path, LOADERS)
    assert message in str(caught.value)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / "f.json"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InvalidDocument, match="no UTF-8 text at byte 0"):
        load_file(path, LOADERS)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageFailed, match="there is no such file"):
        load_file(tmp_path / "nothing.py", LOADERS)


def test_a_wrong_workflow_in_a_file_leaves_nothing_behind(tmp_path: Path) -> None:
    session = Session(root=tmp_path)
    cycle = PLAIN + 'couler.set_dependencies("hello", dependencies=["hello"])\n'
    with pytest.raises((InvalidWorkflow, BuildFailed)):
        session.find(str(write(tmp_path / "f.py", cycle)))
    assert session.find(str(write(tmp_path / "g.py", PLAIN))).order == ("hello",)
    assert session.workflows == {}


def test_a_variable_of_the_notebook_is_a_target(tmp_path: Path) -> None:
    names: dict[str, object] = {"mine": WORKFLOW, "number": 3}
    session = Session(root=tmp_path, names=lambda: names)
    assert session.find("mine") is WORKFLOW
    with pytest.raises(UsageFailed, match="no workflow named 'number'"):
        session.find("number")
