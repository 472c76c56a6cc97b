from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from IPython.core.interactiveshell import ExecutionResult, InteractiveShell

from couler_jupyter.magics.magic import CoulerMagics
from couler_jupyter.session import Session
from tests.shells import ended

RunCell: TypeAlias = Callable[[str], Any]


class RaisingShell(InteractiveShell):
    """A real shell whose cells raise what they raise."""

    def run_cell(self, *args: Any, **kwargs: Any) -> ExecutionResult:
        result: ExecutionResult = InteractiveShell.run_cell(self, *args, **kwargs)
        result.raise_error()
        return result

    def _showtraceback(self, etype: object, evalue: object, stb: object) -> None:
        """Leave it to the test to see the error."""


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[InteractiveShell]:
    """A shell with the extension loaded and a run store of its own."""
    RaisingShell.clear_instance()
    with ended(RaisingShell.instance()) as shell:
        shell.run_line_magic("load_ext", "couler_jupyter")
        magics = shell.magics_manager.registry["CoulerMagics"]
        assert isinstance(magics, CoulerMagics)
        magics.session = Session(root=tmp_path / "store", names=lambda: shell.user_ns)
        yield shell
        shell.run_line_magic("unload_ext", "couler_jupyter")
    RaisingShell.clear_instance()


@pytest.fixture
def cell(shell: InteractiveShell) -> RunCell:
    """Run a cell as a person would, and give its value."""

    def run(source: str) -> Any:
        return shell.run_cell(source, store_history=True).result

    return run


@pytest.fixture
def session(shell: InteractiveShell) -> Session:
    """The session that the magics of `shell` use."""
    magics = shell.magics_manager.registry["CoulerMagics"]
    assert isinstance(magics, CoulerMagics)
    return magics.session
