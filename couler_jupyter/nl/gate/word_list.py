"""Lists of words as text, for tables that people read."""

from __future__ import annotations


def words(text: str) -> frozenset[str]:
    """Return the words of a text.

    >>> sorted(words("tar zip"))
    ['tar', 'zip']
    """
    return frozenset(text.split())
