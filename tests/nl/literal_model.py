"""A model that does exactly what messages say, and knows nothing else."""

from __future__ import annotations

import re
from collections.abc import Sequence

from couler_jupyter.llm import Message

_LINE = re.compile(r"^- (?:line (?P<line>\d+): )?(?P<what>.*)$", re.MULTILINE)
_WRITE = re.compile(
    r"write `(?P<new>.+?)` for `(?P<old>.+?)`(?: in line (?P<line>\d+))?"
)
_ADD = re.compile(r"add `(?P<text>.+?)` before line (?P<line>\d+)")
_END = re.compile(r"add `(?P<text>.+?)` at the end")
_AWAY = re.compile(r"take away `(?P<old>.+?)` in line (?P<line>\d+)")
_MEANT = re.compile(r"'(?P<old>[^']+)'[^']*[;:] did you mean '(?P<new>[^']+)'\?")


def follow(messages: Sequence[Message]) -> str:
    """Answer a talk whose last message says what is wrong with the program before it."""
    code = messages[-2].text.partition("\n")[2].rpartition("\n")[0]
    lines = code.split("\n")
    for said in reversed(list(_LINE.finditer(messages[-1].text))):
        _apply(lines, said["what"], int(said["line"] or 0))
    return _fenced(lines)


def _fenced(lines: list[str]) -> str:
    return "```python\n" + "\n".join(lines) + "\n```"


def _apply(lines: list[str], what: str, line: int) -> None:
    """Do what one message says; what it does not say is not done."""
    writes = list(_WRITE.finditer(what))
    for one in writes:
        _replace(lines, int(one["line"] or line), one["old"], one["new"])
    for one in _AWAY.finditer(what):
        _replace(lines, int(one["line"]), one["old"], "")
    for one in _END.finditer(what):
        lines.append(one["text"])
    for one in _ADD.finditer(what):
        lines.insert(int(one["line"]) - 1, one["text"])
    if not writes and (meant := _MEANT.search(what)):
        _replace(lines, line, meant["old"], meant["new"])


def _replace(lines: list[str], line: int, old: str, new: str) -> None:
    """Put one text for another, at a line or, where a statement is long, below it."""
    for place in range(max(0, line - 1), len(lines)):
        if old in lines[place]:
            lines[place] = lines[place].replace(old, new, 1)
            return
