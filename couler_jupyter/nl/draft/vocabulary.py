"""Words that prose is read by, from a file of them."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path


def words_in(name: str) -> frozenset[str]:
    """Return the words of one kind: those on the line of that name."""
    return frozenset(_lines()[name])


@lru_cache(maxsize=1)
def _lines() -> dict[str, tuple[str, ...]]:
    text = Path(__file__).with_name("words.txt").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    pairs = [line.partition(":") for line in lines]
    return {name: tuple(words.split()) for name, _, words in pairs}
