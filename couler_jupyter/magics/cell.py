"""From the Python of a cell to a workflow."""

from __future__ import annotations
import __future__

from functools import reduce
from itertools import takewhile
from operator import or_
from traceback import extract_tb
from typing import TYPE_CHECKING

from couler_jupyter.dsl import building
from couler_jupyter.errors import BuildFailed, CoulerError
from couler_jupyter.ir import Workflow

if TYPE_CHECKING:
    from types import CodeType

    from IPython.core.interactiveshell import InteractiveShell


_FUTURES = reduce(
    or_, (getattr(__future__, n).compiler_flag for n in __future__.all_feature_names)
)


def build_cell(shell: InteractiveShell, cell: str, name: str) -> Workflow:
    """Run a cell in the user's namespace and return the workflow it builds.

    Lines are counted as the person sees them, the magic's own line being the first.

    Raises:
        BuildFailed: the cell is no Python, fails, or adds no step.
        InvalidWorkflow: what it builds is not well formed.
    """
    number = number_of_running_cell(shell)
    label = f"cell [{number}]"
    source = _with_own_lines(cell, shell.transform_cell(cell))
    filename = shell.compile.cache(source, number, raw_code=source)
    code = _compiled(source, filename, shell.compile.flags & _FUTURES, label)
    try:
        with building(name or "workflow") as built:
            exec(code, shell.user_ns)  # noqa: S102 (the person ran this cell)
    except CoulerError:
        raise
    except Exception as error:
        frames = extract_tb(error.__traceback__)
        lines = [frame.lineno for frame in frames if frame.filename == filename]
        where = f"{label}, line {lines[-1]}" if lines else label
        raise BuildFailed(f"{where}: {type(error).__name__}: {error}") from error
    if built.workflow is None:
        raise BuildFailed(
            f"{label}: no step was added; call a step or couler.run_* in it"
        )
    return built.workflow


def number_of_running_cell(shell: InteractiveShell) -> int:
    """Return what `In [ ]` shows; the shell's own count may be one ahead of it."""
    if shell.history_manager is None:
        return shell.execution_count
    return max(1, len(shell.history_manager.input_hist_raw) - 1)


def _with_own_lines(cell: str, transformed: str) -> str:
    """Put back the magic's line and the empty ones that IPython cuts off the start."""
    empty = len(list(takewhile(str.isspace, cell.splitlines(keepends=True))))
    return "\n" * (1 + empty) + transformed


def _compiled(source: str, filename: str, flags: int, label: str) -> CodeType:
    try:
        code: CodeType = compile(
            source, filename, "exec", flags=flags, dont_inherit=True
        )
    except SyntaxError as error:
        text = f": {error.text.strip()}" if error.text else ""
        raise BuildFailed(f"{label}, line {error.lineno}: {error.msg}{text}") from None
    except ValueError as error:
        raise BuildFailed(f"{label}: {error}") from None
    return code
