"""Programs of our own that run in tasks, where there is only an image's Python.

Each of the other modules here is shipped as text, whole, as a parameter of the pipeline.
They need no package, and no Python newer than 3.8; no `$` is in them. Each is told by its
first argument, JSON, what to do, and by the others, which that names by number, the texts
that only the run knows.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

SHEBANG = "#!/usr/bin/env python3\n"


@cache
def program(name: str) -> str:
    """Return the text of a program, as a script that can be run."""
    text = Path(__file__).with_name(f"{name}.py").read_text("utf-8")
    lines = text.splitlines(keepends=True)
    return SHEBANG + "".join(one for one in lines if not one.startswith("# ruff:"))
