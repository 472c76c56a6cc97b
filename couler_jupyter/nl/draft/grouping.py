"""Which parts of a sentence are done at the same time, and which objects of a verb."""

from __future__ import annotations

import re
from typing import Final

from couler_jupyter.nl.draft.chunks import PARALLEL, Chunk, Segment
from couler_jupyter.nl.draft.lists import algorithms_in, conjuncts_of, each_in
from couler_jupyter.nl.draft.verbs import kind_of
from couler_jupyter.nl.draft.vocabulary import words_in
from couler_jupyter.nl.modules import Kind

LONGEST_NAME: Final = 4
"""Words of what a step may be named after."""
_COMES_FIRST: Final = frozenset(
    {"build", "create", "prepare", "set", "clone", "unpack"}
)
_FROM_THOSE = re.compile(
    r"^\W*(?:from|of|with|on|for) (?:it|them|this|that|these|those)\b,?\s*",
    re.IGNORECASE,
)
PUTS_TOGETHER: Final = frozenset({"join", "merge", "combine", "compare", "union"})
"""Verbs that make one of what stands side by side before them."""
_OF_THAT = re.compile(
    r"\s(?:on|of|from) (?:it|them|that|this|these|those)\b(?=\W)", re.IGNORECASE
)
_MEANS = re.compile(r"\b(?:with|using|by|to|into|in|from|as)\s+(?=\w)")


def groups_of(
    chunks: list[Chunk], segment: Segment, *, first: bool
) -> list[list[Chunk]]:
    """Return chunks one after another, those together that are done at the same time."""
    if not chunks:
        return []
    marked = [
        n
        for n, one in enumerate(chunks)
        if PARALLEL.search(one.text) and not each_in(one.text)
    ]
    if PARALLEL.search(segment.lead):
        return [chunks]
    if not marked or segment.serial:
        return [[one] for one in chunks]
    at = marked[-1]
    starts = PARALLEL.match(re.sub(r"^\W*(?:and\s+)?", "", chunks[at].text))
    if starts and at == 0:
        joins = next((n for n, one in enumerate(chunks) if n and _joins(one)), None)
        return [chunks[:joins], *([one] for one in chunks[joins:] if joins)]
    if starts:
        return [*([one] for one in chunks[: at - 1]), chunks[at - 1 : at + 1]] + [
            [one] for one in chunks[at + 1 :]
        ]
    loads = kind_of(chunks[0].verb, chunks[0].text) is Kind.LOADING
    alone = loads or chunks[0].verb in _COMES_FIRST
    begin = int(first and alone and at >= 1 and chunks[0].verb != chunks[at].verb)
    if len(algorithms_in(chunks[at].text)) > 1 or at == 0:
        begin = at
    return [
        *([one] for one in chunks[:begin]),
        chunks[begin : at + 1],
        *([one] for one in chunks[at + 1 :]),
    ]


def _joins(chunk: Chunk) -> bool:
    return chunk.joins or chunk.verb in PUTS_TOGETHER | words_in("reduces")


def objects_of(chunk: Chunk) -> tuple[str, ...]:
    """Return what a verb is about, or by which means, where that is several."""
    start = re.search(rf"\b{chunk.verb[:3]}\w*", chunk.text, re.IGNORECASE)
    plain = _FROM_THOSE.sub("", PARALLEL.sub("", chunk.text))
    plain = _OF_THAT.sub("", plain)
    if passive := re.search(r"\b(?:is|are|gets?|will be|should be)\b", plain):
        found = conjuncts_of(plain[: passive.start()], "")
        if len(found) == 1:
            behind = re.sub(r"^\W*\w+\W+", "", plain[passive.end() :])
            found = conjuncts_of(behind, "") or found
        counted = len(found) > 2 and re.match(
            r"(?:two|three|four|five)\b", found[0], re.I
        )
        return found[1:] if counted else found
    means = _MEANS.search(plain)
    found = conjuncts_of(plain, start[0] if start else "")
    if len(found) < 2 and means:
        found = conjuncts_of(_MEANS.sub("", plain[means.start() :]), "")
    short = all(len(one.split()) <= LONGEST_NAME for one in found)
    return found if short else ()
