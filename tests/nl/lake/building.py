"""Programs of a cell, built here and not run."""

from __future__ import annotations

import linecache
from typing import Any

import couler_jupyter as couler
from couler_jupyter.ir import Workflow


def build(code: str, name: str) -> Workflow:
    """Return the workflow that the code of a cell writes."""
    with couler.building(name) as built:
        execute(code, name)
    assert built.workflow is not None
    return built.workflow


def execute(code: str, name: str) -> None:
    """Run the code of a cell, with its text where functions are looked for."""
    filename = f"<{name}>"
    linecache.cache[filename] = (len(code), None, code.splitlines(True), filename)
    namespace: dict[str, Any] = {"couler": couler, "__name__": "__main__"}
    exec(compile(code, filename, "exec"), namespace)
