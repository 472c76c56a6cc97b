"""A page of documentation, as cells with what is said to come of them.

A fence ```` ```python ```` is a cell. With the word `run` after it, the workflow that it
defines is run as well, with the options that follow (those of `couler run`, and
`--resume STEP NAME=VALUE`); with the word `wrong`, it is an error. The next `text` fence
then says what comes of it. With `when STEP PHASE` the cell waits until the last run is there.
"""

from __future__ import annotations

import argparse
import re
import shlex
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from couler_jupyter.verbs.run import add_how_to_run

_FENCE = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell of a page.

    Attributes:
        source: its Python.
        line: where it starts in the page.
        word: `run`, `wrong`, `when` or nothing.
        options: what stands after the word.
        said: what the page says of it, line by line.
    """

    source: str
    line: int
    word: str
    options: tuple[str, ...]
    said: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fence:
    """A block of code in a page."""

    language: str
    info: tuple[str, ...]
    code: str
    line: int


def fences_of(path: Path) -> list[Fence]:
    """Return the fences of a page."""
    text = path.read_text(encoding="utf-8")
    return [
        Fence(
            language=found[1],
            info=tuple(shlex.split(found[2])),
            code=found[3],
            line=text.count("\n", 0, found.start()) + 1,
        )
        for found in _FENCE.finditer(text)
    ]


def cells_of(path: Path) -> list[Cell]:
    """Return the cells of a page, in their order."""
    fences = fences_of(path)
    cells: list[Cell] = []
    for fence, after in pairwise([*fences, None]):
        if fence is None or fence.language != "python":
            continue
        word, *options = fence.info or ("",)
        told = word and after is not None and after.language == "text"
        cells.append(
            Cell(
                source=fence.code,
                line=fence.line,
                word=word,
                options=tuple(options),
                said=tuple(after.code.splitlines()) if told and after else (),
            )
        )
    return cells


def run_parser() -> argparse.ArgumentParser:
    """Return the parser of what stands after `run`."""
    parser = argparse.ArgumentParser()
    add_how_to_run(parser)  # type: ignore[arg-type]
    parser.add_argument("--resume", nargs="+", default=[])
    return parser
