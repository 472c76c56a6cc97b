"""Where code stands, in the words a user knows it by: a cell's number or a file."""

from __future__ import annotations

import linecache
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_NUMBERED = re.compile(r"^<ipython-input-(\d+)-")
_KERNEL = re.compile(r"[/\\]ipykernel_\d+[/\\]\d+\.py$")


def shown(filename: str, namespace: Mapping[str, object]) -> str:
    """Return what to call `filename`: `cell [3]`, `a cell` or a path."""
    if is_cell(filename, namespace):
        number = _number(filename, namespace)
        return "a cell" if number is None else f"cell [{number}]"
    path = Path(filename)
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else filename


def is_cell(filename: str, namespace: Mapping[str, object]) -> bool:
    """Tell whether `filename` is one that IPython or a kernel gives to a cell."""
    known = _numbers(namespace)
    return bool(
        filename in known or _NUMBERED.search(filename) or _KERNEL.search(filename)
    )


def cells(namespace: Mapping[str, object]) -> list[str]:
    """Return the cells that have been run, as file names, the latest first."""
    known = _numbers(namespace)
    found = [name for name in linecache.cache if is_cell(name, namespace)]
    ours = [name for name in found if name in known or not known]
    latest_first = ours[::-1]  # those without a number keep this order
    latest_first.sort(key=lambda name: -(_number(name, namespace) or 0))
    return latest_first


def history(namespace: Mapping[str, object]) -> list[tuple[int, str]]:
    """Return the numbers and texts of the cells a shell remembers, latest first."""
    texts: Any = namespace.get("_ih")
    if not isinstance(texts, list):
        return []
    return [(number, str(text)) for number, text in enumerate(texts)][::-1]


def _number(filename: str, namespace: Mapping[str, object]) -> int | None:
    known = _numbers(namespace).get(filename)
    if known is not None:
        return known
    match = _NUMBERED.search(filename)
    return int(match[1]) if match else None


def _numbers(namespace: Mapping[str, object]) -> Mapping[str, int]:
    """Return the shell's own table of file names and cell numbers.

    A cell that is run again keeps its file name and gets the new number, so the
    table also tells which of two cells was run last.
    """
    compiler = getattr(_shell(namespace), "compile", None)
    table = getattr(compiler, "_filename_map", None)
    return table if isinstance(table, dict) else {}


def _shell(namespace: Mapping[str, object]) -> object:
    """Return the shell that owns `namespace`, or the only one there is."""
    owner = getattr(namespace.get("get_ipython"), "__self__", None)
    if owner is not None:
        return owner
    module = sys.modules.get("IPython.core.interactiveshell")
    return getattr(getattr(module, "InteractiveShell", None), "_instance", None)
