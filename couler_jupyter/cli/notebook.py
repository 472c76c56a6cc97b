"""Workflows that a notebook defines, found by running its cells without its runs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

from couler_jupyter.errors import BuildFailed, CoulerError, InvalidDocument
from couler_jupyter.ir import Workflow

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


def load_notebook(path: Path) -> Mapping[str, Workflow]:
    """Return the workflows that the `%%couler` cells of a notebook define, by name.

    Code cells are run in their order, up to the last `%%couler` cell; `--run` and the
    verbs that start runs do nothing meanwhile, and what the cells print is left out.

    Raises:
        InvalidDocument: the file is no notebook.
        BuildFailed: a cell fails; with its number and line.
    """
    from couler_jupyter.cli.quiet_shell import QuietShell
    from couler_jupyter.magics.magic import CoulerMagics
    from couler_jupyter.session import Session

    cells = _code_cells(path)
    last = max((i for i, cell in enumerate(cells) if _defines(cell)), default=-1)
    shell = QuietShell.instance()
    shell.run_line_magic("load_ext", "couler_jupyter")
    magics = shell.magics_manager.registry[CoulerMagics.__name__]
    assert isinstance(magics, CoulerMagics)
    magics.session = Session(root=magics.session._root)
    magics.session.defining = True
    with redirect_stdout(StringIO()):
        for number, cell in enumerate(cells[: last + 1], 1):
            _run(shell, cell, f"{path}, code cell {number}")
    return magics.session.workflows


def _run(shell: InteractiveShell, cell: str, where: str) -> None:
    result = shell.run_cell(cell, store_history=True)
    fault = result.error_before_exec or result.error_in_exec
    if isinstance(fault, CoulerError):
        raise fault
    if fault is not None:
        raise BuildFailed(f"{where}: {type(fault).__name__}: {fault}") from None


def _defines(cell: str) -> bool:
    return cell.lstrip().startswith("%%couler")


def _code_cells(path: Path) -> list[str]:
    try:
        notebook = json.loads(path.read_text("utf-8"))
        cells = [one for one in notebook["cells"] if one["cell_type"] == "code"]
        return ["".join(cell["source"]) for cell in cells]
    except (ValueError, KeyError, TypeError) as error:
        raise InvalidDocument(f"{path}: no notebook (nbformat 4): {error}") from None
