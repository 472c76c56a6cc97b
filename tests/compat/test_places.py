"""Where old calls stand: programs, cells, blocks; nothing leaks from one to the next."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

import couler_jupyter as couler_new
from couler_jupyter.cli import main
from couler_jupyter.compat.loading import load_script
from couler_jupyter.errors import BuildFailed, CoulerError
from couler_jupyter.ir import Workflow
from tests.compat.scripts import SCRIPTS
from tests.shells import ended

_IMPORT = "import couler_jupyter.compat.argo as couler\n"
Cell = Callable[[str], dict[str, Any]]


@pytest.fixture
def cell() -> Cell:
    """Run code as a notebook runs a cell: compiled on its own, in one namespace."""
    names: dict[str, Any] = {}
    exec(_IMPORT, names)

    def run(code: str) -> dict[str, Any]:
        from couler_jupyter.compat.current import written

        names["written"] = written
        exec(compile(code, "<cell>", "exec"), names)
        return names

    return run


STEP = "couler.run_container('alpine', 'ls', step_name={!r})\n"


def test_a_cell_that_runs_again_starts_with_nothing(cell: Cell) -> None:
    code = STEP.format("a") + STEP.format("b") + "found = written()"
    first = cell(code)["found"]
    assert first.order == ("a", "b")
    assert cell(code)["found"] == first


def test_an_error_leaves_nothing_behind(cell: Cell) -> None:
    with pytest.raises(ZeroDivisionError):
        cell(STEP.format("a") + "1 / 0")
    assert cell(STEP.format("b") + "found = written()")["found"].order == ("b",)


def test_an_error_that_is_caught_takes_back_what_its_block_added(cell: Cell) -> None:
    code = (
        STEP.format("a")
        + """
def broken():
    couler.run_container('alpine', 'ls', step_name='lost')
    1 / 0
for construct in (
    lambda: couler.concurrent([broken]),
    lambda: couler.when(couler.equal(1, 1), broken),
    lambda: couler.dag([[broken]]),
    lambda: couler.set_dependencies(broken),
    lambda: couler.map(lambda x: broken(), [1]),
    lambda: couler.exec_while(couler.equal(1), broken),
    lambda: couler.set_exit_handler(couler.WFStatus.Failed, broken),
):
    try:
        construct()
    except ZeroDivisionError:
        pass
"""
        + STEP.format("b")
        + "found = written()"
    )
    found: Workflow = cell(code)["found"]
    assert dict(found.dependencies) == {"a": (), "b": ("a",)}
    assert found.exit_handlers == ()


def test_an_empty_cell_says_why(cell: Cell) -> None:
    cell(STEP.format("a"))
    with pytest.raises(BuildFailed, match="all of one in one cell"):
        cell("couler.run(submitter=couler.ArgoSubmitter())")


def test_cleanup_forgets(cell: Cell) -> None:
    code = STEP.format("a") + "couler._cleanup()\n" + STEP.format("b")
    assert cell(code + "found = written()")["found"].order == ("b",)


def test_a_couler_cell(cell_magic: Callable[[str], Workflow]) -> None:
    body = SCRIPTS["hello"].text.replace("import couler.argo as couler\n", _IMPORT)
    body = body.replace("from couler.argo_submitter import ArgoSubmitter", "")
    workflow = cell_magic(body.replace("ArgoSubmitter(", "couler.ArgoSubmitter("))
    assert workflow.order == ("alpine",)
    assert workflow.steps[0].origin is not None
    assert "cell" in workflow.steps[0].origin.place


@pytest.fixture
def shell() -> Iterator[InteractiveShell]:
    with ended(InteractiveShell()) as made:
        yield made


@pytest.fixture
def cell_magic(shell: InteractiveShell) -> Callable[[str], Workflow]:
    """Run a `%%couler` cell and return what it built."""
    shell.run_line_magic("load_ext", "couler_jupyter")

    def run(body: str) -> Workflow:
        shell.run_cell(f"%%couler old --quiet\n{body}").raise_error()
        found: Workflow = shell.user_ns["old"]
        return found

    return run


def test_plain_cells_of_a_notebook(shell: InteractiveShell) -> None:
    def run(code: str) -> None:
        shell.run_cell(code, store_history=True).raise_error()

    run(_IMPORT + "from couler_jupyter.compat.current import written")
    code = STEP.format("a") + STEP.format("b") + "found = written()"
    for _ in range(2):
        run(code)
        assert shell.user_ns["found"].order == ("a", "b")
        assert shell.user_ns["found"].name == "workflow"


def test_inside_a_block_the_old_calls_add_to_it() -> None:
    import couler_jupyter.compat.argo as couler

    with couler_new.workflow("mixed") as block:
        couler_new.run_script(source="true", command="sh", step_name="new")
        couler.run_container("alpine", "ls", step_name="old")
        with pytest.raises(BuildFailed, match="its own block"):
            couler.run(submitter=couler.ArgoSubmitter())
    assert block.workflow.order == ("new", "old")


def test_a_script_may_submit_several(tmp_path: Path) -> None:
    path = tmp_path / "two.py"
    path.write_text(
        _IMPORT
        + """
secret = couler.create_secret({"key": "value"})
for name in ("one", "two"):
    couler.config_workflow(name=name)
    couler.run_container("alpine", "ls", secret=secret)
    answer = couler.run(submitter=couler.ArgoSubmitter)
    assert answer["metadata"]["name"] == name
"""
    )
    found = load_script(path)
    assert sorted(found) == ["one", "two"]
    assert all(one.order == ("alpine",) for one in found.values())


def test_new_scripts_are_loaded_as_before(tmp_path: Path) -> None:
    path = tmp_path / "new.py"
    path.write_text(
        "import couler_jupyter as couler\n"
        "couler.run_script(source='true', command='sh')\n"
        "if __name__ == '__main__':\n    1 / 0\n"
    )
    assert list(load_script(path)) == ["new"]


def test_a_broken_script_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "broken.py"
    path.write_text(_IMPORT + "\n1 / 0\n")
    with pytest.raises(CoulerError, match=r"line 3: ZeroDivisionError"):
        load_script(path)


def test_old_names_are_gone_afterwards(tmp_path: Path) -> None:
    path = tmp_path / "old.py"
    path.write_text("import couler.argo as couler\n" + STEP.format("a"))
    load_script(path)
    assert "couler" not in sys.modules
    assert "couler.argo" not in sys.modules


def test_the_command_runs_an_old_script(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "flip.py"
    path.write_text(SCRIPTS["coin_flip"].text)
    assert main(["run", str(path), "-o", "runtime=process"]) == 0
    assert "tails skipped" in capsys.readouterr().out


def program(path: Path, text: str) -> subprocess.CompletedProcess[str]:
    path.write_text(_IMPORT + text)
    argv = [sys.executable, str(path)]
    return subprocess.run(argv, check=False, capture_output=True, text=True)


@pytest.mark.slow
def test_a_program_that_fails_prints_nothing(tmp_path: Path) -> None:
    ended = program(tmp_path / "failing.py", STEP.format("a") + "1 / 0\n")
    assert ended.returncode == 1
    assert ended.stdout == ""
    assert "ZeroDivisionError" in ended.stderr


@pytest.mark.slow
def test_a_program_that_submits_nothing_prints_its_yaml(tmp_path: Path) -> None:
    ended = program(tmp_path / "printing.py", STEP.format("a"))
    assert ended.returncode == 0, ended.stderr
    assert "kind: Workflow" in ended.stdout
    assert "generateName: printing-" in ended.stdout
