"""A definition cut out of its cell: dedented, its defaults put in, the rest verbatim."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping

from couler_jupyter.dsl.capture.source_of import Definition


def excerpt(
    definition: Definition,
    *,
    first_line: int | None = None,
    replaced: Mapping[ast.expr, str] | None = None,
) -> str:
    """Return the text of `definition` as it would stand at the left margin.

    Args:
        definition: what to cut out.
        first_line: where to begin, so that decorators can be left behind.
        replaced: expressions inside it and the text to put in their place.
    """
    node = definition.node
    blob = definition.text.encode()
    starts = _line_starts(blob)
    if isinstance(node, ast.Lambda):
        begin, end = _span(node, starts)
    else:
        begin = starts[(first_line or node.lineno) - 1]
        end = starts[node.end_lineno or node.lineno] - 1
    edits = {_span(old, starts): new for old, new in (replaced or {}).items()}
    for (left, right), new in sorted(edits.items(), reverse=True):
        blob = blob[:left] + new.encode() + blob[right:]
        end += len(new.encode()) - (right - left)
    text = blob[begin:end].decode()
    if isinstance(node, ast.Lambda):
        return f"({text})" if "\n" in text else text
    return shifted(text, text[: len(text) - len(text.lstrip())], "").rstrip()


def renamed(text: str, old: str, new: str, *, restore: bool) -> str:
    """Return the definition `text` with `new` as its name.

    Args:
        text: a def or class statement, decorators included.
        old: its name.
        new: the name to bind.
        restore: have what is bound still say that it is called `old`.
    """
    head = re.compile(rf"^((?:async\s+)?(?:def|class)\s+){re.escape(old)}\b", re.M)
    text = head.sub(rf"\g<1>{new}", text, count=1)
    if restore:
        text += f"\n\n{new}.__name__ = {new}.__qualname__ = {old!r}"
    return text


def shifted(text: str, old: str, new: str) -> str:
    """Return `text` with the margin `old` replaced by `new`, strings left alone."""
    if old == new:
        return text
    inside = _inside_strings(text, indented=bool(old))
    return "\n".join(
        line if number in inside or not line.strip() else new + line.removeprefix(old)
        for number, line in enumerate(text.split("\n"), start=1)
    )


def _inside_strings(text: str, *, indented: bool) -> set[int]:
    """Return the lines that begin inside a string: their margin is part of it."""
    tree = ast.parse(f"if 1:\n{text}" if indented else text)
    return {
        line - indented
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant | ast.JoinedStr)
        for line in range(node.lineno + 1, (node.end_lineno or node.lineno) + 1)
    }


def _line_starts(blob: bytes) -> list[int]:
    """Return the offset of each line, and one past the end as a last line's end."""
    starts = [0]
    for line in blob.split(b"\n"):
        starts.append(starts[-1] + len(line) + 1)
    return starts


def _span(node: ast.expr, starts: list[int]) -> tuple[int, int]:
    """Return the bytes that `node` takes."""
    end_line, end_column = node.end_lineno, node.end_col_offset
    if end_line is None or end_column is None:
        raise ValueError("a node that was not parsed from text has no place in it")
    return starts[node.lineno - 1] + node.col_offset, starts[end_line - 1] + end_column
