"""The hash that Argo puts at the end of the names of nodes and pods."""

from __future__ import annotations

_OFFSET, _PRIME, _BITS = 2166136261, 16777619, 0xFFFFFFFF


def fnv32a(text: str) -> int:
    """Return the 32 bit FNV-1a hash of a text.

    >>> fnv32a("")
    2166136261
    """
    found = _OFFSET
    for byte in text.encode():
        found = ((found ^ byte) * _PRIME) & _BITS
    return found
