"""Which entries are like a wish: BM25 over their words, by bm25s.

Where vectors of texts are at hand, both orders are fused by reciprocal rank (Cormack,
Clarke and Büttcher, 2009).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from couler_jupyter.nl.lake.words import words_of
from couler_jupyter.nl.modules import Kind

if TYPE_CHECKING:
    from couler_jupyter.nl.lake.entry import Entry

Vector: TypeAlias = Sequence[float]
Embed: TypeAlias = Callable[[Sequence[str]], Sequence[Vector]]
"""Gives one vector for each text."""

_WEIGHTS: Final = {"name": 2, "intent": 3, "synonyms": 3, "tags": 2, "code": 1}
"""How often the words of each part count."""
_CALLED = re.compile(r"\bcouler\.(\w+)|^(?:from|import) (\S+)", re.MULTILINE)
_FUSED = 60
"""What ranks are added to, as in the paper, so that first places do not decide alone."""


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry that was found.

    Attributes:
        entry: the entry.
        score: how much it is like the wish; comparable within one search only.
    """

    entry: Entry
    score: float


class Index:
    """The words of some entries, ready to be searched."""

    __slots__ = ("_bm25", "_entries")

    def __init__(self, entries: Sequence[Entry]) -> None:
        import bm25s

        self._entries = tuple(entries)
        self._bm25: Any = bm25s.BM25(method="lucene", k1=1.2, b=0.6)
        self._bm25.index([_weighted(one) for one in entries], show_progress=False)

    def search(
        self, text: str, kinds: Iterable[Kind], most: int, embed: Embed | None
    ) -> tuple[Hit, ...]:
        """Return the entries that are most like a text, the best first."""
        wanted = frozenset(kinds)
        places = [
            place
            for place, one in enumerate(self._entries)
            if not wanted or wanted.intersection(one.kinds)
        ]
        scores = self._scores(text)
        if embed is not None and places:
            near = self._nearness(text, places, embed)
            scores = _fused(places, scores, near)
        ranked = sorted(places, key=lambda one: (-scores.get(one, 0.0), one))
        found = [Hit(self._entries[one], scores.get(one, 0.0)) for one in ranked]
        return tuple(hit for hit in found if hit.score > 0)[:most]

    def _scores(self, text: str) -> dict[int, float]:
        known = self._bm25.vocab_dict
        words = [word for word in words_of(text) if word in known]
        if not words:
            return {}
        return dict(enumerate(self._bm25.get_scores(words).tolist()))

    def _nearness(
        self, text: str, places: Sequence[int], embed: Embed
    ) -> dict[int, float]:
        said = [_said(self._entries[one]) for one in places]
        wish, *vectors = embed([text, *said])
        return {
            place: _cosine(wish, vector)
            for place, vector in zip(places, vectors, strict=True)
        }


def _weighted(entry: Entry) -> list[str]:
    parts = {
        "name": entry.name,
        "intent": entry.intent,
        "synonyms": "\n".join(entry.synonyms),
        "tags": "\n".join(entry.tags),
        "code": "\n".join(one[1] or one[2] for one in _CALLED.finditer(entry.code)),
    }
    return [
        word for part, text in parts.items() for word in words_of(text) * _WEIGHTS[part]
    ]


def _said(entry: Entry) -> str:
    return "; ".join((entry.intent, *entry.synonyms))


def _fused(places: Sequence[int], *orders: dict[int, float]) -> dict[int, float]:
    total = dict.fromkeys(places, 0.0)
    for order in orders:
        alike = (place for place in places if order.get(place, 0.0) > 0)
        ranked = sorted(alike, key=lambda one: (-order[one], one))
        for rank, place in enumerate(ranked, 1):
            total[place] += 1 / (_FUSED + rank)
    return total


def _cosine(one: Vector, other: Vector) -> float:
    dot = sum(a * b for a, b in zip(one, other, strict=True))
    size = sqrt(sum(a * a for a in one)) * sqrt(sum(b * b for b in other))
    return dot / size if size else 0.0
