"""The text of a diff: one line a change, with + - or ~ in front."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from difflib import unified_diff
from enum import StrEnum

from couler_jupyter.ir.condition import Compare
from couler_jupyter.ir.constant import Constant
from couler_jupyter.ir.diff import ABSENT, Change, Diff, Part, StepChange
from couler_jupyter.ir.shape import kind_of
from couler_jupyter.ir.step import Step
from couler_jupyter.ir.value import OutputRef, ParameterRef

_LONGEST = 120


def lines_of(diff: Diff) -> Iterator[str]:
    """Yield the lines of a diff; none where nothing differs."""
    for change in diff.workflow:
        yield from _change_lines(change, "")
    for step in diff.removed:
        yield f"- step {_words(step)}"
    for step in diff.added:
        yield f"+ step {_words(step)}"
    for changed in diff.changed:
        yield _title(changed)
        for change in changed.changes:
            yield from _change_lines(change, "    ")


def _title(changed: StepChange) -> str:
    was = f", was {changed.was}" if changed.was != changed.name else ""
    return f"~ step {changed.name}{was}"


def _change_lines(change: Change, indent: str) -> Iterator[str]:
    before, after = change.before, change.after
    if before is ABSENT:
        yield f"{indent}+ {change.path}: {_words(after)}"
    elif after is ABSENT:
        yield f"{indent}- {change.path}: {_words(before)}"
    elif isinstance(before, str) and isinstance(after, str) and "\n" in before + after:
        yield f"{indent}~ {change.path}:"
        yield from (f"{indent}    {line}" for line in _text_lines(before, after))
    else:
        yield f"{indent}~ {change.path}: {_words(before)} -> {_words(after)}"


def _text_lines(before: str, after: str) -> Iterator[str]:
    lines = unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=1)
    for line in lines:
        if not line.startswith(("---", "+++")):
            yield line


def _words(part: Part) -> str:
    text = _whole(part)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def _whole(part: Part) -> str:
    match part:
        case None:
            return "none"
        case StrEnum():
            return part.value
        case Constant(json=text):
            return text
        case OutputRef(step=step, name=name):
            return f"{step}.{name}"
        case ParameterRef(name=name, of_run=of_run):
            return f"input {name} of the run" if of_run else f"input {name}"
        case Compare(left=left, operator=operator, right=right):
            return f"{_whole(left)} {operator} {_whole(right)}"
        case Step(name=name, template=template):
            return f"{name} ({kind_of(type(template))})"
        case tuple():
            return f"[{', '.join(map(_whole, part))}]"
        case _ if is_dataclass(part) and not isinstance(part, type):
            said = ", ".join(
                f"{field.name}={_whole(getattr(part, field.name))}"
                for field in fields(part)
                if getattr(part, field.name) != field.default
            )
            return f"{kind_of(type(part))}({said})"
        case _:
            return repr(part)
