"""A manifest as text to look at, and what differs from that of the last submission."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Literal

from couler_jupyter.ir import Manifest
from couler_jupyter.protocol import VERSION
from couler_jupyter.protocol.submit import DiffLineView, ManifestView

_MOST_LINES = 400
_LONGEST = 400
_MOST_COMPARED = 4000
_AROUND = 3


def manifest_view(
    now: Manifest, before: Manifest | None, *, against: str = "", note: str = ""
) -> ManifestView:
    """Return a manifest for people.

    Args:
        now: what would be handed over.
        before: what was handed over last; None if nothing was, or it is not known.
        against: the run that `before` is of.
        note: why there is nothing to compare with.
    """
    lines = _lines(now)
    diff: list[DiffLineView] = []
    added = removed = 0
    if before is not None:
        old = _lines(before)
        added, removed, diff, said = _compared(old, lines)
        note = note or said
    return {
        "type": "manifest",
        "version": VERSION,
        "text": "\n".join(map(_cut, lines[:_MOST_LINES])),
        "more": max(len(lines) - _MOST_LINES, 0),
        "against": against if before is not None else "",
        "diff": diff,
        "added": added,
        "removed": removed,
        "note": note,
    }


def _lines(manifest: Manifest) -> list[str]:
    several = len(manifest.documents) > 1
    return [
        line
        for one in manifest.documents
        for line in (
            *([f"# {one.filename}"] if several else []),
            *one.text.splitlines(),
        )
    ]


def _compared(
    old: list[str], new: list[str]
) -> tuple[int, int, list[DiffLineView], str]:
    """Return how many lines are new and gone, the diff, and a word on it."""
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    was, now = old[start : len(old) - end], new[start : len(new) - end]
    if not was and not now:
        return 0, 0, [], ""
    if max(len(was), len(now)) > _MOST_COMPARED:
        said = (
            f"{len(was)} lines were there and {len(now)} are now: too many to compare"
        )
        return len(now), len(was), [], said
    first = max(start - _AROUND, 0)
    last = max(end - _AROUND, 0)
    matcher = SequenceMatcher(
        None, old[first : len(old) - last], new[first : len(new) - last], autojunk=False
    )
    changes = [one for one in matcher.get_opcodes() if one[0] != "equal"]
    added = sum(to - at for _, _, _, at, to in changes)
    removed = sum(to - at for _, at, to, _, _ in changes)
    diff = list(_shown(matcher, old[first:], new[first:], first))
    said = ""
    if len(diff) > _MOST_LINES:
        said = f"{len(diff) - _MOST_LINES} more lines of the diff are not shown"
    return added, removed, diff[:_MOST_LINES], said


def _shown(
    matcher: SequenceMatcher[str], old: list[str], new: list[str], first: int
) -> Iterator[DiffLineView]:
    for group in matcher.get_grouped_opcodes(_AROUND):
        yield {"sign": "@", "text": f"line {first + group[0][3] + 1}"}
        for tag, was, to_was, now, to_now in group:
            if tag == "equal":
                yield from (_line(" ", one) for one in new[now:to_now])
                continue
            yield from (_line("-", one) for one in old[was:to_was])
            yield from (_line("+", one) for one in new[now:to_now])


def _line(sign: Literal["+", "-", " "], text: str) -> DiffLineView:
    return {"sign": sign, "text": _cut(text)}


def _cut(line: str) -> str:
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
