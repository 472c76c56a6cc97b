"""Where definitions are found, and what users are told about where."""

from __future__ import annotations

import doctest
import linecache
from collections.abc import Callable
from pathlib import Path

import pytest
from ipykernel.compiler import XCachingCompiler

from couler_jupyter.dsl.capture import Captured, capture, places
from couler_jupyter.dsl.capture.places import shown
from tests.dsl.capture.conftest import Notebook, Run

Travels = Callable[..., Captured]


@pytest.fixture
def kernel(notebook: Notebook) -> Notebook:
    """A notebook whose cells are named as a kernel of Jupyter or VS Code does."""
    notebook.shell.compile = XCachingCompiler()  # type: ignore[no-untyped-call]
    return notebook


def test_cells_of_a_kernel(kernel: Notebook, travels: Travels) -> None:
    kernel.cell("class K:\n    size = 1")
    kernel.cell("def helper(): return K.size")
    kernel.cell("\ndef main(): return helper()")
    assert "ipykernel_" in kernel["main"].__code__.co_filename
    assert travels("main").origin == ("cell [3]", 1)
    kernel.cell("class K:\n    size = 2")
    kernel.cell("class K:\n    size = 1")
    travels("main")


@pytest.mark.parametrize(
    ("filename", "words"),
    [
        ("<ipython-input-7-0123456789ab>", "cell [7]"),
        ("/tmp/ipykernel_12/345678.py", "a cell"),
        (r"C:\Temp\ipykernel_12\345678.py", "a cell"),
        ("/elsewhere/steps.py", "/elsewhere/steps.py"),
        (str(Path.cwd() / "flows" / "steps.py"), "flows/steps.py"),
        ("<stdin>", "<stdin>"),
    ],
)
def test_what_places_are_called(filename: str, words: str) -> None:
    assert shown(filename, {}) == words


def test_a_kernel_cell_without_its_shell(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after the shell's table is lost: the text is there, the number is not."""
    monkeypatch.setattr(places, "_numbers", lambda _namespace: {})
    monkeypatch.setattr(linecache, "cache", {})
    filename = "/tmp/ipykernel_12/345678.py"
    lines: list[str] = ["class K:\n", "    size = 3\n", "def main(): return K.size\n"]
    text = "".join(lines)
    linecache.cache[filename] = (len(text), None, lines, filename)
    scope: dict[str, object] = {"__name__": "__main__"}
    exec(compile(text, filename, "exec"), scope)
    main = scope["main"]
    assert callable(main)
    captured = capture(main)
    assert captured.origin == ("a cell", 3)
    assert run(captured) == 3


def test_functions_in_doctests(run: Run) -> None:
    found: list[Captured] = []
    text = """
    >>> def helper(x): return x + 1
    >>> def main(x): return helper(x) * 2
    >>> keep(capture(main))
    """
    scope = {"capture": capture, "keep": found.append}
    test = doctest.DocTestParser().get_doctest(text, scope, "sample", None, None)
    assert not doctest.DocTestRunner().run(test).failed
    assert run(found[0], 2) == 6


def test_functions_of_a_script(notebook: Notebook, run: Run, tmp_path: Path) -> None:
    script = tmp_path / "flow.py"
    script.write_text(
        "from enum import Enum\n"
        "class Kind(Enum):\n    A = 1\n"
        "def helper(): return Kind.A.value\n"
        "def main(): return helper()\n"
    )
    notebook.cell(f"%run {script}")
    captured = notebook.capture("main")
    assert captured.origin == (str(script), 5)
    assert run(captured) == 1
