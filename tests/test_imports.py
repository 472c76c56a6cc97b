"""Loading the package stays cheap: what it must not import is listed, not timed."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

import couler_jupyter

PACKAGE = Path(couler_jupyter.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
HEAVY = {
    "bm25s",
    "distributed",
    "docker",
    "kubernetes",
    "networkx",
    "openai",
    "sqlalchemy",
}
LOAD_EXTENSION = """\
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
shell.extension_manager.load_extension("couler_jupyter")
assert shell.find_cell_magic("couler")
"""
BY_ACTION = {
    "import couler_jupyter": (
        "import couler_jupyter",
        HEAVY | {"IPython", "anywidget", "yaml", "numpy"},
    ),
    "%load_ext couler_jupyter": (LOAD_EXTENSION, HEAVY | {"sklearn"}),
}


def _loaded_by(source: str, home: Path) -> set[str]:
    """Return the top-level modules that a fresh interpreter has after `source`."""
    program = f"{source}\nimport json, sys\nprint(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"HOME": str(home), "IPYTHONDIR": str(home)},
        cwd=PACKAGE.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    names = json.loads(done.stdout.splitlines()[-1])
    return {name.partition(".")[0] for name in names}


@pytest.mark.parametrize("action", BY_ACTION)
def test_nothing_heavy_is_loaded(action: str, tmp_path: Path) -> None:
    source, banned = BY_ACTION[action]
    loaded = _loaded_by(source, tmp_path)
    assert "couler_jupyter" in loaded
    assert not loaded & banned


def test_only_the_command_line_and_what_steps_run_in_print() -> None:
    may = (
        "cli/",
        "dsl/report.py",
        "engines/kube/runner/calling.py",
        "engines/tekton/programs/",
    )
    printing = {
        str(path.relative_to(PACKAGE))
        for path in MODULES
        if not str(path.relative_to(PACKAGE)).startswith(may) and _prints(path)
    }
    assert len(MODULES) > 50
    assert not printing


def _prints(path: Path) -> bool:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "print"
        for node in ast.walk(tree)
    )
