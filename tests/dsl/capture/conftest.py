"""A real IPython notebook to define functions in, and another process to run them in."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from textwrap import dedent
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from couler_jupyter.dsl.capture import Captured, capture
from tests.shells import ended

_LOADER = """
import asyncio, inspect, json, sys, types
source, entry, args = json.loads(sys.stdin.read())
module = sys.modules["captured"] = types.ModuleType("captured")
exec(compile(source, "captured", "exec"), module.__dict__)
result = getattr(module, entry)(*eval(args))
if inspect.iscoroutine(result):
    result = asyncio.run(result)
if inspect.isgenerator(result):
    result = list(result)
print(repr(result))
"""

Run = Callable[..., Any]


class Notebook:
    """An IPython shell whose cells fail loudly."""

    def __init__(self, shell: InteractiveShell) -> None:
        self.shell = shell

    def cell(self, text: str) -> None:
        """Run a cell as a front end does."""
        result = self.shell.run_cell(dedent(text).strip("\n"), store_history=True)
        result.raise_error()

    def __getitem__(self, name: str) -> Any:
        return self.shell.user_ns[name]

    def capture(self, name: str) -> Captured:
        """Capture what a name of the notebook means."""
        return capture(self[name])


@contextmanager
def opened() -> Generator[Notebook, None, None]:
    """Lend a fresh notebook."""
    config = Config()
    config.HistoryManager.enabled = False
    with ended(InteractiveShell(config=config)) as shell:
        yield Notebook(shell)


@pytest.fixture
def notebook() -> Iterator[Notebook]:
    """A fresh notebook."""
    with opened() as made:
        yield made


@pytest.fixture
def run() -> Run:
    """Call a captured function in a process that shares nothing with this one.

    Its result comes back as text, so it must be a literal. Installed packages are
    not to be had there unless `packages` is true.
    """

    def call(captured: Captured, *args: object, packages: bool = False) -> object:
        flags = ["-I"] if packages else ["-I", "-S"]
        done = subprocess.run(
            [sys.executable, *flags, "-c", _LOADER],
            input=json.dumps([captured.source, captured.entrypoint, repr(args)]),
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert not done.returncode, f"{done.stderr}\n{captured.source}"
        return ast.literal_eval(done.stdout)

    return call


@pytest.fixture
def travels(notebook: Notebook, run: Run) -> Callable[..., Captured]:
    """Check that a function gives elsewhere what it gives in the notebook."""

    def check(name: str, *args: object, packages: bool = False) -> Captured:
        captured = notebook.capture(name)
        assert run(captured, *args, packages=packages) == notebook[name](*args)
        return captured

    return check
