"""What cannot travel is one line that says every name, where it is used and why."""

from __future__ import annotations

import sys
import types
from pathlib import Path

import pytest

from couler_jupyter.dsl.capture import capture
from couler_jupyter.errors import CannotTravel
from tests.dsl.capture.conftest import Notebook, Run


def problems(notebook: Notebook, name: str = "main") -> str:
    with pytest.raises(CannotTravel) as caught:
        notebook.capture(name)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_all_at_once_with_places(notebook: Notebook) -> None:
    notebook.cell(
        "import numpy as np, threading\nframe, lock = np.eye(2), threading.Lock()"
    )
    notebook.cell("def save(x):\n    with lock:\n        return x")
    notebook.cell("""
        def clean(x): return x

        def main(x):
            y = cleen(x)
            return save(y) + frame
    """)
    assert problems(notebook) == (
        "main (cell [3], line 3) cannot travel: "
        "frame (cell [3], line 5) is a numpy.ndarray: pass it as an argument or make "
        "it the output of a step; "
        "lock (used by save, cell [2], line 2) is a lock, which lives in this process "
        "only: make it inside the function; "
        "cleen (cell [3], line 4) is not defined, did you mean 'clean'?"
    )


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("V = open(__import__('os').devnull)", "is a TextIOWrapper, which lives in"),
        ("import socket\nV = socket.socket()", "is a socket.socket, which lives in"),
        (
            "import sqlite3\nV = sqlite3.connect(':memory:')",
            "sqlite3.Connection, which",
        ),
        ("import threading\nV = threading.RLock()", "is a RLock, which lives in"),
        ("V = (x for x in ())", "is a generator, which lives in"),
        ("V = iter([])", "is a list_iterator, which lives in"),
        ("V = [].append", "is a method of a list: make it inside"),
        ("class K: pass\nV = K()", "is an instance of K, a class defined here"),
        ("class K:\n    def m(self): pass\nV = K().m", "is a method of a K: make"),
        ("import numpy as np\nV = np.float64(1)", "is a numpy.float64: pass it"),
        ("import types\nV = types.ModuleType('V')", "is a module made in this session"),
        ("import sys\nV = sys.modules['__main__']", "is a module made in this session"),
        ("V = get_ipython()", "belongs to IPython"),
        ("V = exit", "belongs to IPython"),
        (
            "import numpy as np\nV = np.random.default_rng(0)",
            "is a numpy.Generator: pass",
        ),
        ("V = memoryview(b'')", "is a memoryview: make it inside the function or pass"),
        ("import contextlib\nV = contextlib.contextmanager(print)", "contextlib made"),
    ],
)
def test_values_that_cannot_travel(notebook: Notebook, cell: str, reason: str) -> None:
    notebook.cell(cell)
    notebook.cell("def main(): return V")
    message = problems(notebook)
    assert message.startswith(
        "main (cell [2], line 1) cannot travel: V (cell [2], line 1)"
    )
    assert reason in message
    for name in ("V",):
        getattr(notebook[name], "close", lambda: None)()


def test_data_frames_are_told_by_their_library(
    notebook: Notebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = type("DataFrame", (), {"__module__": "pandas.core.frame"})
    notebook.shell.user_ns["df"] = kind()
    notebook.cell("def main(): return df")
    assert "df (cell [1], line 1) is a pandas.DataFrame: pass it as" in problems(
        notebook
    )


@pytest.mark.parametrize(
    "line", ["!ls", "%pwd", "x = !ls", "get_ipython().system('a')"]
)
def test_magics_inside_a_function(notebook: Notebook, line: str) -> None:
    notebook.cell(f"def main():\n    {line}")
    assert (
        "get_ipython (cell [1], line 2) stands for a magic or a shell line"
        in problems(notebook)
    )


def test_nonlocal_state(notebook: Notebook) -> None:
    notebook.cell("""
        def make():
            count = 0
            def tick():
                nonlocal count
                count += 1
                return count
            return tick
        tick = make()
        def main(): return tick()
        def fine():
            n = 0
            def up():
                nonlocal n
                n += 1
            up()
            return n
    """)
    assert "count (cell [1], line 5) is changed by nonlocal" in problems(notebook)
    assert notebook.capture("fine").travellers == ()


def test_closures_that_are_not_ready(notebook: Notebook) -> None:
    notebook.cell("""
        from couler_jupyter.dsl.capture import capture
        def make():
            def inner(): return later
            try:
                capture(inner)
            except Exception as error:
                message = str(error)
            later = 1
            return message
        message = make()
    """)
    assert "later (cell [1], line 3) has no value yet" in notebook["message"]


def test_source_that_is_not_to_be_had(notebook: Notebook) -> None:
    notebook.cell("exec('def helper(): return 1')\nexec('class K: pass')")
    notebook.cell("def main(): return helper(), K")
    message = problems(notebook)
    assert (
        "helper (cell [2], line 1) cannot go along, its source is not to be had: "
        in message
    )
    assert (
        "K (cell [2], line 1) cannot go along, its source is not to be had: " in message
    )
    scope: dict[str, types.FunctionType] = {}
    exec("def alone(): return 1", scope)
    with pytest.raises(
        CannotTravel, match="alone cannot go along, its source is not to be had"
    ):
        capture(scope["alone"])


def test_a_file_that_has_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "changing_steps.py"
    file.write_text("def f(x): return x\n")
    monkeypatch.syspath_prepend(tmp_path)
    module = __import__("changing_steps")
    monkeypatch.delitem(sys.modules, "changing_steps")
    file.write_text("# another line\n\ndef f(x, y): return y\n")
    with pytest.raises(
        CannotTravel, match="its source has changed since it was defined"
    ):
        capture(module.f)


def test_relative_imports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "relative_package"
    package.mkdir()
    (package / "__init__.py").write_text(
        "def f():\n    from . import g\n    return g\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    module = __import__("relative_package")
    with pytest.raises(CannotTravel, match=r"from \. .*line 2\) is a relative import"):
        capture(module.f)
    monkeypatch.delitem(sys.modules, "relative_package")


def test_local_modules_are_told_apart(
    notebook: Notebook, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "local_tools.py").write_text("def tool(): return 1\n")
    (tmp_path / "local_more.py").write_text("def more(): return 2\n")
    monkeypatch.syspath_prepend(tmp_path)
    notebook.cell("import numpy\nfrom local_tools import tool as t")
    notebook.cell("""
        def main():
            import json, local_more
            import not_here_at_all.either as other
            return t() + local_more.more() + numpy.pi
    """)
    captured = notebook.capture("main")
    assert captured.local_modules == ("local_more", "local_tools")
    assert captured.imports == ("not_here_at_all", "numpy")
    monkeypatch.delitem(sys.modules, "local_tools")


def test_two_meanings_of_one_name(
    notebook: Notebook, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    script = tmp_path / "script.py"
    script.write_text("K = [1]\ndef helper(): return K\n")
    notebook.cell(f"%run {script}")
    notebook.cell("K = [2]\ndef main(): return helper(), K")
    assert "K (used by helper, " in problems(notebook)
    assert "has another meaning elsewhere: rename one of them" in problems(notebook)


def test_decorators_of_libraries_put_on_by_hand(notebook: Notebook) -> None:
    notebook.cell("""
        import contextlib
        def raw(x): yield x
        box = contextlib.contextmanager(raw)
        def main():
            with box(1) as x: return x
    """)
    message = problems(notebook)
    assert "box (cell [1], line 5) is raw wrapped by " in message
    assert "wrap it with @ where it is defined" in message


def test_a_value_of_coulers_own(notebook: Notebook) -> None:
    kind = type("Output", (), {"__module__": "couler_jupyter.dsl.outputs"})
    notebook.shell.user_ns["score"] = kind()
    notebook.cell("def main(): return score")
    assert "is a couler_jupyter.Output: pass it as an argument of the step" in problems(
        notebook
    )


def test_an_instance_as_the_function(notebook: Notebook) -> None:
    notebook.cell("class K:\n    def __call__(self): return 1\nmain = K()")
    assert "is an instance of K, a class defined here" in problems(notebook)


@pytest.mark.parametrize(
    "cell",
    [
        "db_password = 'tiger'",
        "API_KEY = b'abc'",
        "mine = 'ghp_' + 'a' * 36",
        "mine = '-----BEGIN RSA PRIVATE KEY-----...'",
    ],
)
def test_secrets_are_not_written_down(notebook: Notebook, cell: str) -> None:
    notebook.cell(cell)
    name = cell.split(maxsplit=1)[0]
    notebook.cell(f"PAD_TOKEN = '<pad>'\ndef main(): return PAD_TOKEN, {name}")
    message = problems(notebook)
    assert f"{name} (cell [2], line 2) looks like a secret" in message
    assert "PAD_TOKEN" not in message
    assert str(notebook[name]) not in message
